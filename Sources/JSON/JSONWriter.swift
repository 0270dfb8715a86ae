/// Writes JSON text (RFC 8259) at the end of a byte array that is kept and used again.
///
/// Commas come by themselves. The writer does not check that brackets match or that members have
/// keys: the caller's code says that, and its tests. Nothing is allocated but the array's growth
/// (and by `double`, for some values).
package struct JSONWriter: Sendable {
    package private(set) var bytes: [UInt8] = []
    /// Whether a comma must come before the next value or key.
    private var needsComma = false

    package init(reserving capacity: Int = 0) {
        bytes.reserveCapacity(capacity)
    }

    /// Starts over, and keeps the memory.
    package mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        needsComma = false
    }

    package mutating func beginObject() {
        open(UInt8(ascii: "{"))
    }

    package mutating func endObject() {
        close(UInt8(ascii: "}"))
    }

    package mutating func beginArray() {
        open(UInt8(ascii: "["))
    }

    package mutating func endArray() {
        close(UInt8(ascii: "]"))
    }

    /// The key of a member, its value to follow.
    package mutating func key(_ name: StaticString) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        name.withUTF8Buffer { escape($0) }
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// The key of a member, its value to follow, where the code does not know it beforehand.
    package mutating func key(text name: some StringProtocol) {
        string(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    package mutating func string(_ text: some StringProtocol) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        let written: Void? = text.utf8.withContiguousStorageIfAvailable { escape($0) }
        if written == nil {
            var copy = String(text)
            copy.withUTF8 { escape($0) }
        }
        bytes.append(UInt8(ascii: "\""))
        needsComma = true
    }

    /// A string of the bytes in hexadecimal, lower case.
    package mutating func hex(_ raw: some Sequence<UInt8>) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        for byte in raw {
            bytes.append(Self.hexDigit(byte >> 4))
            bytes.append(Self.hexDigit(byte & 0xF))
        }
        bytes.append(UInt8(ascii: "\""))
        needsComma = true
    }

    package mutating func int(_ value: some FixedWidthInteger) {
        separate()
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        var (first, rest) = (bytes.count, value.magnitude)
        repeat {
            let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
            bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digit))
            rest = quotient
        } while rest > 0
        var last = bytes.count - 1
        while first < last {
            bytes.swapAt(first, last)
            first += 1
            last -= 1
        }
        needsComma = true
    }

    /// The shortest text that reads back as this value; `null` for infinities and NaN, which JSON
    /// has not.
    package mutating func double(_ value: Double) {
        guard value.isFinite else { return null() }
        separate()
        bytes.append(contentsOf: value.description.utf8)
        needsComma = true
    }

    package mutating func bool(_ value: Bool) {
        value ? literal("true") : literal("false")
    }

    package mutating func null() {
        literal("null")
    }

    /// A value that is JSON text already; the caller vouches for it.
    package mutating func raw(_ text: some Sequence<UInt8>) {
        separate()
        bytes.append(contentsOf: text)
        needsComma = true
    }

    private mutating func literal(_ text: StaticString) {
        separate()
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
    }

    private mutating func open(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    /// RFC 8259 section 7; also U+2028 and U+2029, which end a line in older JavaScript.
    private mutating func escape(_ text: UnsafeBufferPointer<UInt8>) {
        var (start, index) = (0, 0)
        while index < text.count {
            let byte = text[index]
            if byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte != 0xE2 {
                index += 1
                continue
            }
            if byte == 0xE2 {
                guard index + 2 < text.count, text[index + 1] == 0x80,
                    text[index + 2] & 0xFE == 0xA8
                else {
                    index += 1
                    continue
                }
                bytes.append(contentsOf: text[start..<index])
                escape(unit: text[index + 2] == 0xA8 ? 0x2028 : 0x2029)
                index += 3
            } else {
                bytes.append(contentsOf: text[start..<index])
                escape(ascii: byte)
                index += 1
            }
            start = index
        }
        bytes.append(contentsOf: text[start...])
    }

    private mutating func escape(ascii byte: UInt8) {
        let letter: UInt8
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): letter = byte
        case 0x08: letter = UInt8(ascii: "b")
        case 0x0C: letter = UInt8(ascii: "f")
        case 0x0A: letter = UInt8(ascii: "n")
        case 0x0D: letter = UInt8(ascii: "r")
        case 0x09: letter = UInt8(ascii: "t")
        default: return escape(unit: UInt16(byte))
        }
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(letter)
    }

    private mutating func escape(unit: UInt16) {
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(UInt8(ascii: "u"))
        for shift: UInt16 in [12, 8, 4, 0] {
            bytes.append(Self.hexDigit(UInt8(truncatingIfNeeded: unit >> shift & 0xF)))
        }
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }
}
