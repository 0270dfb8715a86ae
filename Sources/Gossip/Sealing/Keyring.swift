internal import CSodium

/// A cluster key: 32 bytes that every member shares. Kept in locked memory and wiped at its end.
package final class Key: @unchecked Sendable, Equatable {
    package static let bytesCount = Int(crypto_aead_xchacha20poly1305_ietf_KEYBYTES)
    /// The first four bytes of the key's BLAKE2b hash: says which key sealed a packet.
    package let id: UInt32
    // Never written after init, so that threads may share it.
    let storage: UnsafeMutableRawPointer

    package init?(bytes: [UInt8]) {
        guard bytes.count == Key.bytesCount, sodium_init() >= 0,
            let storage = sodium_malloc(Key.bytesCount)
        else { return nil }
        self.storage = storage
        storage.copyMemory(from: bytes, byteCount: Key.bytesCount)
        var hash = [UInt8](repeating: 0, count: Int(crypto_generichash_BYTES))
        crypto_generichash(&hash, hash.count, bytes, UInt64(bytes.count), nil, 0)
        id = hash.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    deinit { sodium_free(storage) }

    /// A new key from the system's generator.
    package static func generate() -> Key? {
        var bytes = [UInt8](repeating: 0, count: bytesCount)
        randombytes_buf(&bytes, bytes.count)
        defer { sodium_memzero(&bytes, bytes.count) }
        return Key(bytes: bytes)
    }

    /// The key of a line of the key file: standard base64 with padding.
    package convenience init?(base64: some StringProtocol) {
        var text = Array(base64.utf8)
        defer { sodium_memzero(&text, text.count) }
        // The array itself and no slice of it, which would be another owner of what is to be wiped.
        guard var bytes = text.withUnsafeBytes({ Key.bytes(base64: $0) }) else { return nil }
        defer { sodium_memzero(&bytes, bytes.count) }
        self.init(bytes: bytes)
    }

    convenience init?(base64 text: UnsafeRawBufferPointer) {
        guard var bytes = Key.bytes(base64: text) else { return nil }
        defer { sodium_memzero(&bytes, bytes.count) }
        self.init(bytes: bytes)
    }

    /// The caller wipes them.
    private static func bytes(base64 text: UnsafeRawBufferPointer) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: Key.bytesCount)
        var count = 0
        let result = sodium_base642bin(
            &bytes, bytes.count, text.baseAddress?.assumingMemoryBound(to: CChar.self), text.count,
            nil, &count, nil, sodium_base64_VARIANT_ORIGINAL)
        guard result == 0, count == Key.bytesCount else {
            sodium_memzero(&bytes, bytes.count)
            return nil
        }
        return bytes
    }

    /// How people call a key: 8 hexadecimal digits.
    package static func text(of id: UInt32) -> String {
        let digits = String(id, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }

    /// The line of the key file. The caller is to be careful with it.
    package var base64: String {
        let variant = sodium_base64_VARIANT_ORIGINAL
        var text = [CChar](repeating: 0, count: sodium_base64_encoded_len(Key.bytesCount, variant))
        let bytes = storage.assumingMemoryBound(to: UInt8.self)
        sodium_bin2base64(&text, text.count, bytes, Key.bytesCount, variant)
        return String(decoding: text.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// The key itself, for the sealed way to another member.
    var bytes: [UInt8] { [UInt8](UnsafeRawBufferPointer(start: storage, count: Key.bytesCount)) }

    package static func == (one: Key, other: Key) -> Bool {
        sodium_memcmp(one.storage, other.storage, Key.bytesCount) == 0
    }
}

/// The keys that a node accepts, the one it seals with first.
package struct Keyring: Sendable, Equatable {
    /// Keys at most: two for a rotation, some for people who do not tidy.
    package static let keysMax = 8

    package enum Refusal: Error, Equatable {
        case unknownKey
        case isPrimary
        case full
    }

    /// Never empty; the first is the primary.
    package private(set) var keys: [Key]
    /// Counts changes of the primary, so that of two rings the newer is known.
    package private(set) var generation: UInt32

    package init(primary: Key, accepted: [Key] = [], generation: UInt32 = 0) {
        keys = [primary]
        self.generation = generation
        for key in accepted.prefix(Keyring.keysMax - 1) where key != primary { keys.append(key) }
    }

    package var primary: Key { keys[0] }

    package func key(_ id: UInt32) -> Key? {
        // A loop: it must not allocate for a stranger's packet.
        for key in keys where key.id == id { return key }
        return nil
    }

    /// Accepts one more key. Whether it was new.
    package mutating func install(_ key: Key) throws(Refusal) -> Bool {
        guard self.key(key.id) == nil else { return false }
        guard keys.count < Keyring.keysMax else { throw .full }
        keys.append(key)
        return true
    }

    /// Seals with an accepted key from now on. `generation` is the one that the whole cluster goes to.
    package mutating func use(_ id: UInt32, generation: UInt32) throws(Refusal) {
        guard let index = keys.firstIndex(where: { $0.id == id }) else { throw .unknownKey }
        keys.swapAt(0, index)
        self.generation = max(self.generation, generation)
    }

    package mutating func remove(_ id: UInt32) throws(Refusal) {
        guard primary.id != id else { throw .isPrimary }
        guard let index = keys.firstIndex(where: { $0.id == id }) else { throw .unknownKey }
        keys.remove(at: index)
    }
}
