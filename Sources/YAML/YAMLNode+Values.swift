extension YAMLNode {
    /// Nothing: an empty value, `~` or `null`.
    package var isNull: Bool {
        guard case .scalar(let text, .plain) = content else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(text)
    }

    /// Text, as it stands in the file: a plain `07` is the text `07`.
    package func string() throws(YAMLError) -> String {
        guard case .scalar(let text, _) = content, !isNull else { throw wanted("text") }
        return text
    }

    /// A whole number in decimal digits. Leading zeros are refused, since YAML 1.1 reads them as
    /// octal and people do not.
    package func int(in range: ClosedRange<Int> = .min ... .max) throws(YAMLError) -> Int {
        guard case .scalar(let text, .plain) = content, isDecimal(text), let value = Int(text)
        else { throw wanted("a whole number") }
        guard range.contains(value) else {
            throw YAMLError(
                at: mark, "\(value) is not from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    /// A finite decimal number, with or without a fraction or an exponent.
    package func double(in range: ClosedRange<Double>? = nil) throws(YAMLError) -> Double {
        guard case .scalar(let text, .plain) = content,
            text.utf8.allSatisfy({ "0123456789.eE+-".utf8.contains($0) }),
            let value = Double(text), value.isFinite
        else { throw wanted("a number") }
        if let range, !range.contains(value) {
            throw YAMLError(
                at: mark, "\(value) is not from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    /// `true` or `false`; YAML 1.1's `yes`, `no`, `on` and `off` are refused.
    package func bool() throws(YAMLError) -> Bool {
        guard case .scalar(let text, .plain) = content, text == "true" || text == "false" else {
            throw wanted("true or false")
        }
        return text == "true"
    }

    /// A time with its unit, such as `500ms` or `1.5h`; see `Duration.init(text:)`.
    package func duration() throws(YAMLError) -> Duration {
        guard case .scalar(let text, _) = content, let value = Duration(text: text) else {
            throw wanted("a time with its unit, such as 500ms, 20s, 5m, 2h or 7d")
        }
        return value
    }

    package func sequence() throws(YAMLError) -> [YAMLNode] {
        guard case .sequence(let elements) = content else { throw wanted("a list") }
        return elements
    }

    package func mapping() throws(YAMLError) -> [Entry] {
        guard case .mapping(let entries) = content else { throw wanted("keys with values") }
        return entries
    }

    /// The entries, if each key is one of `known`.
    package func mapping(knowing known: [String]) throws(YAMLError) -> [Entry] {
        let entries = try mapping()
        for entry in entries where !known.contains(entry.key) {
            let hint =
                nearest(to: entry.key, in: known).map { "did you mean \($0)?" }
                ?? "known here: \(known.joined(separator: ", "))"
            throw YAMLError(at: entry.keyMark, "unknown key \(quoted(entry.key)); \(hint)")
        }
        return entries
    }

    /// The value of a key, where this is a mapping that has it.
    package subscript(key: String) -> YAMLNode? {
        guard case .mapping(let entries) = content else { return nil }
        return entries.first { $0.key == key }?.value
    }

    /// The error for a value of the wrong kind: says what was wanted and what stands there.
    package func wanted(_ what: String) -> YAMLError {
        let found =
            switch content {
            case .scalar where isNull: "nothing"
            case .scalar(let text, .plain): quoted(text)
            case .scalar(let text, .quoted): "the text \(quoted(text))"
            case .sequence: "a list"
            case .mapping: "keys with values"
            }
        return YAMLError(at: mark, "\(found) where \(what) belongs")
    }

    private func isDecimal(_ text: String) -> Bool {
        let digits = text.utf8.first == UInt8(ascii: "-") ? text.dropFirst() : text[...]
        guard let first = digits.utf8.first, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { return false }
        return first != UInt8(ascii: "0") || digits.utf8.count == 1
    }
}
