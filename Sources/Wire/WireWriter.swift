/// Appends our binary form to a byte array that the caller may reuse.
package struct WireWriter {
    package private(set) var bytes: [UInt8]

    package init(reserving capacity: Int = 64) {
        bytes = []
        bytes.reserveCapacity(capacity)
    }

    package mutating func byte(_ value: UInt8) {
        bytes.append(value)
    }

    /// A fixed-width integer, little-endian.
    package mutating func fixed<T: FixedWidthInteger>(_ value: T) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    /// An unsigned integer in LEB128, at most 10 bytes.
    package mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    /// A count or length: a varint that must not be negative.
    package mutating func count(_ value: Int) {
        varint(UInt64(value))
    }

    /// A length-prefixed run of bytes.
    package mutating func bytes(_ value: some Collection<UInt8>) {
        count(value.count)
        bytes.append(contentsOf: value)
    }

    /// Bytes without a prefix: their number must be known to the reader.
    package mutating func raw(_ value: some Sequence<UInt8>) {
        bytes.append(contentsOf: value)
    }

    /// A length-prefixed UTF-8 text.
    package mutating func text(_ value: String) {
        bytes(value.utf8)
    }

    package mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
    }
}
