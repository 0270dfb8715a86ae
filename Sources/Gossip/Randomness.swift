internal import CSodium

/// A generator that is strong enough for tokens and nonces, and yet repeats itself for one seed:
/// the ChaCha20 key stream. The shell seeds it from the system, the simulator from its seed.
package struct Randomness: RandomNumberGenerator, Sendable {
    private var key: [UInt8]
    private var block: UInt64 = 0
    private var words = [UInt64](repeating: 0, count: 32)
    private var position = 32

    /// - Parameter seed: 32 bytes.
    package init(seed: [UInt8]) {
        precondition(seed.count == Int(crypto_stream_chacha20_KEYBYTES), "a seed has 32 bytes")
        key = seed
    }

    /// The stream of a small seed, for simulations and tests.
    package init(seed: UInt64) {
        var bytes = [UInt8](repeating: 0, count: Int(crypto_stream_chacha20_KEYBYTES))
        for index in 0..<8 { bytes[index] = UInt8(truncatingIfNeeded: seed >> (8 * index)) }
        self.init(seed: bytes)
    }

    /// Seeded by the operating system.
    package static func system() -> Randomness {
        var bytes = [UInt8](repeating: 0, count: Int(crypto_stream_chacha20_KEYBYTES))
        randombytes_buf(&bytes, bytes.count)
        return Randomness(seed: bytes)
    }

    package mutating func next() -> UInt64 {
        if position == words.count { refill() }
        defer { position += 1 }
        return words[position]
    }

    /// A duration from a uniform distribution.
    package mutating func duration(in range: ClosedRange<Duration>) -> Duration {
        let low = range.lowerBound.nanoseconds
        let high = range.upperBound.nanoseconds
        return .nanoseconds(Int64.random(in: low...high, using: &self))
    }

    private mutating func refill() {
        block += 1
        withUnsafeBytes(of: block.littleEndian) { nonce in
            words.withUnsafeMutableBytes { output in
                guard let nonce = nonce.baseAddress?.assumingMemoryBound(to: UInt8.self),
                    let start = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
                else { return }
                crypto_stream_chacha20(start, UInt64(output.count), nonce, key)
            }
        }
        position = 0
    }
}
