/// Tells whether bytes are UTF-8 (RFC 3629: no overlong forms, no surrogates, nothing above
/// U+10FFFF) while they come in pieces, at the first byte that cannot be right.
struct UTF8Validator: Equatable {
    /// Continuation bytes that the character under way still needs.
    private var needed = 0
    /// The range of the next continuation byte: narrower than 80…BF after E0, ED, F0 and F4.
    private var lowest: UInt8 = 0x80
    private var highest: UInt8 = 0xBF

    /// Whether the bytes so far end with a whole character.
    var isComplete: Bool { needed == 0 }

    /// Takes the next bytes; false once they cannot be UTF-8 however they go on.
    mutating func accept(_ bytes: RawSpan) -> Bool {
        var index = 0
        while index < bytes.byteCount {
            if needed == 0 {
                index = Self.skipASCII(bytes, from: index)
                guard index < bytes.byteCount else { return true }
            }
            guard accept(bytes.unsafeLoad(fromByteOffset: index, as: UInt8.self)) else {
                return false
            }
            index += 1
        }
        return true
    }

    private static func skipASCII(_ bytes: RawSpan, from start: Int) -> Int {
        var index = start
        while index + 8 <= bytes.byteCount {
            let word = bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
            guard word & 0x8080_8080_8080_8080 == 0 else { break }
            index += 8
        }
        while index < bytes.byteCount,
            bytes.unsafeLoad(fromByteOffset: index, as: UInt8.self) < 0x80
        {
            index += 1
        }
        return index
    }

    private mutating func accept(_ byte: UInt8) -> Bool {
        if needed > 0 {
            guard byte >= lowest, byte <= highest else { return false }
            (lowest, highest) = (0x80, 0xBF)
            needed -= 1
            return true
        }
        switch byte {
        case 0x00...0x7F: return true
        case 0xC2...0xDF: needed = 1
        case 0xE0: (needed, lowest) = (2, 0xA0)
        case 0xED: (needed, highest) = (2, 0x9F)
        case 0xE1...0xEF: needed = 2
        case 0xF0: (needed, lowest) = (3, 0x90)
        case 0xF1...0xF3: needed = 3
        case 0xF4: (needed, highest) = (3, 0x8F)
        default: return false
        }
        return true
    }
}
