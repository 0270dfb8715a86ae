/// Where a message is put together. It grows with the bytes that have come, never with a length that
/// somebody announced, and keeps a little memory from one message to the next.
struct PayloadBuffer: ~Copyable {
    private var storage: UnsafeMutableRawPointer?
    private var capacity = 0
    private(set) var count = 0

    /// Bytes of memory kept after `clear`: a message of the game's size needs no allocation, and
    /// ten thousand idle connections hold at most 40 MiB.
    private static let retainedBytesMax = 4096

    init() {}

    deinit {
        storage?.deallocate()
    }

    var bytes: RawSpan {
        @_lifetime(borrow self)
        borrowing get { span(from: 0) }
    }

    /// The bytes from an index on, at most `count`.
    @_lifetime(borrow self)
    borrowing func span(from start: Int) -> RawSpan {
        precondition(start >= 0 && start <= count, "index outside of the payload")
        let all = UnsafeRawBufferPointer(start: storage, count: storage == nil ? 0 : count)
        return _overrideLifetime(
            RawSpan(_unsafeBytes: UnsafeRawBufferPointer(rebasing: all[start...])),
            borrowing: self)
    }

    mutating func clear() {
        count = 0
        guard capacity > Self.retainedBytesMax else { return }
        storage?.deallocate()
        storage = nil
        capacity = 0
    }

    /// Appends masked bytes in the clear: octet i is xored with octet i modulo 4 of the key (RFC
    /// 6455 section 5.3), whose first octet is the lowest.
    ///
    /// The masked bytes themselves are left alone: they stand in a receive buffer that the channel
    /// still holds, so writing to it would copy it first.
    mutating func append(_ masked: RawSpan, key: UInt32) {
        let bytes = masked.byteCount
        guard bytes > 0 else { return }
        reserve(count + bytes)
        guard let target = storage?.advanced(by: count) else { return }
        let wideKey = (UInt64(key) << 32 | UInt64(key)).littleEndian
        var index = 0
        while index + 8 <= bytes {
            let word = masked.unsafeLoadUnaligned(
                fromUncheckedByteOffset: index, as: UInt64.self)
            target.storeBytes(of: word ^ wideKey, toByteOffset: index, as: UInt64.self)
            index += 8
        }
        var rest = key
        while index < bytes {
            let byte = masked.unsafeLoad(fromUncheckedByteOffset: index, as: UInt8.self)
            target.storeBytes(
                of: byte ^ UInt8(truncatingIfNeeded: rest), toByteOffset: index, as: UInt8.self)
            rest >>= 8
            index += 1
            if index & 3 == 0 { rest = key }
        }
        count += bytes
    }

    private mutating func reserve(_ needed: Int) {
        guard needed > capacity else { return }
        let grown = max(needed, capacity * 2, 256)
        let target = UnsafeMutableRawPointer.allocate(byteCount: grown, alignment: 16)
        if let storage {
            target.copyMemory(from: storage, byteCount: count)
            storage.deallocate()
        }
        storage = target
        capacity = grown
    }
}
