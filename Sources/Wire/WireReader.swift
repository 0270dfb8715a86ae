/// Reads our binary form from bytes that nobody vouches for.
///
/// Every read checks its bounds and throws; none traps, whatever the bytes. The reader copies
/// nothing but what it returns.
package struct WireReader: ~Escapable {
    private let bytes: RawSpan
    /// Index of the next byte to be read.
    package private(set) var position = 0

    @_lifetime(copy bytes)
    package init(_ bytes: RawSpan) {
        self.bytes = bytes
    }

    /// How many bytes are left.
    package var remaining: Int { bytes.byteCount - position }

    @_lifetime(self: copy self)
    package mutating func byte() throws(WireError) -> UInt8 {
        guard position < bytes.byteCount else { throw .truncated }
        defer { position += 1 }
        return bytes.unsafeLoad(fromByteOffset: position, as: UInt8.self)
    }

    /// A fixed-width integer, little-endian.
    @_lifetime(self: copy self)
    package mutating func fixed<T: FixedWidthInteger & BitwiseCopyable>(
        _ type: T.Type = T.self
    ) throws(WireError) -> T {
        guard remaining >= MemoryLayout<T>.size else { throw .truncated }
        defer { position += MemoryLayout<T>.size }
        return T(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: position, as: T.self))
    }

    /// An unsigned integer in LEB128, shortest form only, so that equal values have equal bytes.
    @_lifetime(self: copy self)
    package mutating func varint() throws(WireError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let next = try byte()
            let bits = UInt64(next & 0x7F)
            guard shift < 63 || bits <= 1 else { throw .badVarint }
            value |= bits << shift
            guard next & 0x80 != 0 else {
                guard next != 0 || shift == 0 else { throw .badVarint }
                return value
            }
            shift += 7
            guard shift <= 63 else { throw .badVarint }
        }
    }

    /// A varint that must be at most `max`.
    @_lifetime(self: copy self)
    package mutating func count(max: Int) throws(WireError) -> Int {
        let value = try varint()
        guard value <= UInt64(max) else { throw .tooLong }
        return Int(value)
    }

    /// A length-prefixed run of at most `max` bytes.
    @_lifetime(self: copy self)
    package mutating func bytes(max: Int) throws(WireError) -> [UInt8] {
        let length = try count(max: max)
        return try take(length)
    }

    /// Exactly `count` bytes, without a prefix.
    @_lifetime(self: copy self)
    package mutating func take(_ count: Int) throws(WireError) -> [UInt8] {
        guard count <= remaining else { throw .truncated }
        defer { position += count }
        let start = position
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            for index in 0..<count {
                buffer.initializeElement(
                    at: index,
                    to: bytes.unsafeLoad(fromByteOffset: start + index, as: UInt8.self))
            }
            initialized = count
        }
    }

    /// A length-prefixed UTF-8 text of at most `maxBytes` bytes.
    @_lifetime(self: copy self)
    package mutating func text(maxBytes: Int) throws(WireError) -> String {
        let raw = try bytes(max: maxBytes)
        guard let text = String(validating: raw, as: UTF8.self) else { throw .badText }
        return text
    }

    @_lifetime(self: copy self)
    package mutating func skip(_ count: Int) throws(WireError) {
        guard count >= 0, count <= remaining else { throw .truncated }
        position += count
    }

    /// Refuses bytes after the value's end.
    package func finish() throws(WireError) {
        guard remaining == 0 else { throw .trailing }
    }
}
