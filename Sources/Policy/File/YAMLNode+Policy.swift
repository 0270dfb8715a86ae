import YAML

/// The kinds of values that only policies have.
extension YAMLNode {
    /// A time within `Limits.durationMax`.
    func span(min: Duration = .zero) throws(YAMLError) -> Duration {
        let value = try duration()
        guard value >= min, value <= Limits.durationMax else {
            throw YAMLError(
                at: mark, "\(value.text) is not from \(min.text) to \(Limits.durationMax.text)")
        }
        return value
    }

    /// `25%`, or 0.25.
    func share(in range: ClosedRange<Double> = 0...1) throws(YAMLError) -> Double {
        let text = try string()
        let isPercent = text.hasSuffix("%")
        let digits = isPercent ? text.dropLast() : text[...]
        guard digits.utf8.allSatisfy({ "0123456789.".utf8.contains($0) }),
            let number = Double(digits), number.isFinite
        else { throw wanted("a share such as 25%") }
        let value = isPercent ? number / 100 : number
        guard range.contains(value) else {
            throw YAMLError(
                at: mark,
                "\(text) is not from \(percent(range.lowerBound)) to \(percent(range.upperBound))")
        }
        return value
    }

    /// One of an enumeration's words.
    func choice<Word: RawRepresentable & CaseIterable>(
        _ type: Word.Type = Word.self
    ) throws(YAMLError) -> Word where Word.RawValue == String {
        let text = try string()
        guard let word = Word(rawValue: text) else {
            let known = Word.allCases.map(\.rawValue)
            let hint =
                nearest(to: text, in: known).map { "did you mean \($0)?" }
                ?? "known here: \(known.joined(separator: ", "))"
            throw YAMLError(at: mark, "unknown word \(quoted(text)); \(hint)")
        }
        return word
    }

    func expression(
        _ wanted: Set<Dimension>, or advice: String
    ) throws(YAMLError) -> Expression {
        let text = try string()
        do throws(ExpressionError) {
            let (expression, dimension) = try ExpressionParser.expression(text)
            guard wanted.contains(dimension) else {
                throw ExpressionError(
                    offset: 0, reason: "\(dimension.name) where \(advice) belongs")
            }
            return expression
        } catch { throw YAMLError(at: place(error.offset), error.reason) }
    }

    func condition() throws(YAMLError) -> Condition {
        let text = try string()
        do throws(ExpressionError) {
            return try ExpressionParser.condition(text)
        } catch { throw YAMLError(at: place(error.offset), error.reason) }
    }

    /// Where in the file a place in this text is.
    private func place(_ offset: Int) -> Mark {
        guard case .scalar(_, let style) = content else { return mark }
        let column = mark.column + offset + (style == .quoted ? 1 : 0)
        return Mark(file: mark.file, line: mark.line, column: column)
    }

    /// The value of a key that must be there.
    func required(_ key: String) throws(YAMLError) -> YAMLNode {
        guard let value = self[key] else {
            throw YAMLError(at: mark, "key \(quoted(key)) is missing")
        }
        return value
    }

    /// A name: letters, digits, `-`, `_`, `.`, as it stands in logs and metrics.
    func identifier() throws(YAMLError) -> String {
        let text = try string()
        let isGood = (1...64).contains(text.utf8.count) && text.utf8.allSatisfy(isNameByte)
        guard isGood else {
            throw wanted("a name of letters, digits, '-', '_' and '.', at most 64 of them")
        }
        return text
    }
}

func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: "-_.".utf8.contains(byte)
    }
}

/// `12.5%`, with as many digits as are needed.
func percent(_ share: Double) -> String {
    let tenths = (share * 1000).rounded() / 10
    guard tenths.isFinite, abs(tenths) < 1e15 else { return "\(share)" }
    return tenths == tenths.rounded() ? "\(Int(tenths))%" : "\(tenths)%"
}
