internal import CSodium

/// 32 secret bytes from which cards come. Never printed, never sent before its hand is over.
package struct Seed: Hashable, Sendable {
    package static let byteCount = 32

    package let bytes: [UInt8]

    /// - Returns: `nil` unless there are exactly 32 bytes.
    package init?(bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = bytes
    }

    /// Fresh from the system's generator.
    package static func random() -> Seed {
        Sodium.ready
        var bytes = [UInt8](repeating: 0, count: byteCount)
        randombytes_buf(&bytes, byteCount)
        return Seed(bytes: bytes).unsafelyUnwrapped
    }

    /// The independent seed of hand `number`, or of the draw for the first hakem (`number` 0).
    ///
    /// `crypto_kdf` (keyed BLAKE2b): who knows any of these learns nothing about another one, nor
    /// about the secret they come from, so a finished hand's seed can be shown.
    package func subkey(_ number: Int) -> Seed {
        precondition(number >= 0, "hands are counted from 1, and 0 is the draw")
        Sodium.ready
        var key = [UInt8](repeating: 0, count: Self.byteCount)
        let status = crypto_kdf_derive_from_key(
            &key, Self.byteCount, UInt64(number), Self.context, bytes)
        precondition(status == 0, "32 bytes are within crypto_kdf's range")
        return Seed(bytes: key).unsafelyUnwrapped
    }

    private static let context = "hokmdeal"
}

extension Seed: CustomStringConvertible {
    package var description: String { "Seed(secret)" }
}

/// libsodium wants `sodium_init` before its first use, once.
enum Sodium {
    static let ready: Void = {
        precondition(sodium_init() >= 0, "libsodium cannot start: no source of randomness")
    }()
}
