/// Walks the bytes that a JSON string stands for, undoing escapes, without copying.
///
/// For strings that `JSONGrammar` has checked: it relies on whole escapes and a closing quote.
struct JSONText: ~Escapable {
    private let bytes: RawSpan
    /// Index of the next byte of the source.
    private(set) var position: Int
    /// Decoded bytes that are still to be handed out, the next one lowest.
    private var pending: UInt32 = 0
    private var pendingCount = 0

    /// `start` is the index just after the opening quote.
    @_lifetime(copy bytes)
    init(_ bytes: RawSpan, from start: Int) {
        self.bytes = bytes
        position = start
    }

    /// The next decoded byte; nil at the closing quote.
    @_lifetime(self: copy self)
    mutating func next() -> UInt8? {
        if pendingCount > 0 {
            pendingCount -= 1
            defer { pending >>= 8 }
            return UInt8(truncatingIfNeeded: pending)
        }
        let byte = bytes.byte(position)
        guard byte != UInt8(ascii: "\"") else { return nil }
        guard byte == UInt8(ascii: "\\") else {
            position += 1
            return byte
        }
        return unescape()
    }

    @_lifetime(self: copy self)
    private mutating func unescape() -> UInt8 {
        let letter = bytes.byte(position + 1)
        position += 2
        switch letter {
        case UInt8(ascii: "b"): return 0x08
        case UInt8(ascii: "f"): return 0x0C
        case UInt8(ascii: "n"): return 0x0A
        case UInt8(ascii: "r"): return 0x0D
        case UInt8(ascii: "t"): return 0x09
        case UInt8(ascii: "u"): return encode(scalar())
        default: return letter
        }
    }

    /// The scalar of `\uXXXX`, or of two of them that are a surrogate pair (RFC 8259 section 7).
    @_lifetime(self: copy self)
    private mutating func scalar() -> UInt32 {
        let unit = hex()
        guard (0xD800...0xDBFF).contains(unit) else { return unit }
        position += 2
        return 0x10000 + (unit - 0xD800) << 10 + (hex() - 0xDC00)
    }

    @_lifetime(self: copy self)
    private mutating func hex() -> UInt32 {
        var unit: UInt32 = 0
        for _ in 0..<4 {
            unit = unit << 4 | UInt32(bytes.byte(position).hexDigit ?? 0)
            position += 1
        }
        return unit
    }

    /// UTF-8 (RFC 3629 section 3): returns the first byte, keeps the others.
    @_lifetime(self: copy self)
    private mutating func encode(_ scalar: UInt32) -> UInt8 {
        let last = 0x80 | scalar & 0x3F
        let middle = 0x80 | scalar >> 6 & 0x3F
        switch scalar {
        case 0..<0x80: return UInt8(scalar)
        case 0x80..<0x800:
            (pending, pendingCount) = (last, 1)
            return UInt8(0xC0 | scalar >> 6)
        case 0x800..<0x10000:
            (pending, pendingCount) = (last << 8 | middle, 2)
            return UInt8(0xE0 | scalar >> 12)
        default:
            (pending, pendingCount) = (last << 16 | middle << 8 | 0x80 | scalar >> 12 & 0x3F, 3)
            return UInt8(truncatingIfNeeded: 0xF0 | scalar >> 18)
        }
    }
}
