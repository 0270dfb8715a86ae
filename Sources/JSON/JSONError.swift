/// What kind of value JSON text holds (RFC 8259 section 3).
package enum JSONKind: String, Sendable, Hashable {
    case null, bool, number, string, array, object
}

/// Why a text was refused, or why a value of it could not be read as what was asked for.
///
/// Offsets count bytes from the start of the document.
package enum JSONError: Error, Equatable, Sendable {
    /// The text is not JSON.
    case syntax(Fault, at: Int)
    /// Arrays and objects stand in each other deeper than allowed.
    case tooDeep(at: Int)
    /// The text is JSON, the value is of another kind than asked for.
    case mismatch(expected: JSONKind, found: JSONKind, at: Int)
    /// An integer was asked for; the number has a fraction or an exponent.
    case notAnInteger(at: Int)
    /// The number does not fit the type that was asked for.
    case outOfRange(at: Int)

    /// What is wrong with a text that is not JSON.
    package enum Fault: String, Sendable, Hashable {
        case endedEarly, unexpectedByte, badLiteral, badNumber, badEscape, loneSurrogate
        case controlCharacter, badUTF8, trailingBytes
    }

    /// Whether the text itself is at fault, rather than what it says.
    package var isSyntax: Bool {
        switch self {
        case .syntax, .tooDeep: true
        case .mismatch, .notAnInteger, .outOfRange: false
        }
    }
}

extension JSONError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .syntax(let fault, let offset): "not JSON: \(fault.rawValue) at byte \(offset)"
        case .tooDeep(let offset): "nested too deeply at byte \(offset)"
        case .mismatch(let expected, let found, let offset):
            "expected \(expected.rawValue), found \(found.rawValue) at byte \(offset)"
        case .notAnInteger(let offset): "not an integer at byte \(offset)"
        case .outOfRange(let offset): "number out of range at byte \(offset)"
        }
    }
}
