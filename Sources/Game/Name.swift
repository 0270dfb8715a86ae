/// What a player may be called, and what may be said: checked once, where it comes in.
package enum Name {
    /// Characters after trimming.
    package static let lengthRange = 1...24
    /// 24 Unicode scalars of four bytes.
    package static let bytesMax = 96

    /// - Returns: the trimmed name, or `nil` when it is empty, longer than 24 characters, or holds
    ///   control characters. A character is a Unicode scalar here, so that a name has a bounded
    ///   size whatever is stacked on its letters.
    package static func checked(_ text: String) -> String? {
        checked(text, lengthRange)
    }

    /// The same for a line of chat: 1–200 characters.
    package static func checkedChat(_ text: String) -> String? {
        checked(text, 1...200)
    }

    private static func checked(_ text: String, _ range: ClosedRange<Int>) -> String? {
        let scalars = text.unicodeScalars
        guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
            let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
        else { return nil }
        let trimmed = scalars[first...last]
        guard range.contains(trimmed.count), !trimmed.contains(where: isForbidden) else {
            return nil
        }
        return String(trimmed)
    }

    /// Control characters, and the invisible ones that turn the text around them over. The
    /// zero-width non-joiner is Persian spelling and stays.
    private static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        default:
            (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
        }
    }
}
