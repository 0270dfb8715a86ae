/// Why an expression was refused, and where in it.
package struct ExpressionError: Error, Equatable {
    /// Unicode scalars from the expression's beginning.
    package let offset: Int
    package let reason: String
}

/// A word of an expression.
struct Token: Equatable {
    enum Kind: Equatable {
        case number(Double, unit: String)
        case name(String)
        /// Brackets, commas, operators and comparisons, in their plain spelling.
        case symbol(String)
        case end
    }

    let kind: Kind
    let offset: Int
}

/// Cuts an expression into words.
struct ExpressionLexer {
    private let scalars: [Unicode.Scalar]
    private var position = 0

    private static let units = ["/min", "/h", "/s", "ms", "%", "s", "m", "h", "d"]
    private static let spellings: [Unicode.Scalar: String] = [
        "+": "+", "-": "-", "−": "-", "*": "*", "×": "*", "·": "*", "/": "/", "÷": "/", "(": "(",
        ")": ")", ",": ",", "≥": ">=", "≤": "<=",
    ]

    init(_ text: String) throws(ExpressionError) {
        guard text.utf8.count <= Limits.expressionBytesMax else {
            throw ExpressionError(
                offset: 0, reason: "longer than \(Limits.expressionBytesMax) bytes")
        }
        scalars = Array(text.unicodeScalars)
    }

    mutating func next() throws(ExpressionError) -> Token {
        while position < scalars.count, scalars[position] == " " { position += 1 }
        let start = position
        guard position < scalars.count else { return Token(kind: .end, offset: start) }
        let scalar = scalars[position]
        if Self.isDigit(scalar) { return try number() }
        if Self.isLetter(scalar) { return Token(kind: .name(word()), offset: start) }
        position += 1
        if scalar == ">" || scalar == "<" {
            var symbol = String(scalar)
            if position < scalars.count, scalars[position] == "=" {
                symbol += "="
                position += 1
            }
            return Token(kind: .symbol(symbol), offset: start)
        }
        guard let symbol = Self.spellings[scalar] else {
            throw ExpressionError(
                offset: start, reason: "a character that has no meaning here")
        }
        return Token(kind: .symbol(symbol), offset: start)
    }

    private mutating func number() throws(ExpressionError) -> Token {
        let start = position
        var text = ""
        while position < scalars.count, Self.isDigit(scalars[position]) || scalars[position] == "."
        {
            text.unicodeScalars.append(scalars[position])
            position += 1
        }
        guard let value = Double(text), value.isFinite, text.last != "." else {
            throw ExpressionError(offset: start, reason: "'\(text)' is not a number")
        }
        return Token(kind: .number(value, unit: unit()), offset: start)
    }

    /// The unit right after a number; "" for none. `100/min(…)` divides by a call.
    private mutating func unit() -> String {
        for unit in Self.units {
            let letters = Array(unit.unicodeScalars)
            let end = position + letters.count
            guard end <= scalars.count, scalars[position..<end].elementsEqual(letters) else {
                continue
            }
            if unit != "%", end < scalars.count,
                Self.isLetter(scalars[end]) || Self.isDigit(scalars[end]) || scalars[end] == "("
            {
                continue
            }
            position = end
            return unit
        }
        return ""
    }

    private mutating func word() -> String {
        var text = ""
        while position < scalars.count,
            Self.isLetter(scalars[position]) || Self.isDigit(scalars[position])
        {
            text.unicodeScalars.append(scalars[position])
            position += 1
        }
        return text
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool {
        ("0"..."9").contains(scalar)
    }

    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || scalar == "_"
    }
}
