internal import CSodium

/// Cookies that prove that a sender lives now and hears at its address, made and checked without
/// keeping anything (as RFC 9147, section 5.1, does): SipHash over who, where and when, under a
/// secret of this life.
package struct Challenge: Sendable {
    /// A cookie is good in the epoch it was made in and the next.
    package static let epoch: Duration = .seconds(5)

    private let secret: [UInt8]

    package init(using generator: inout Randomness) {
        var secret: [UInt8] = []
        for _ in 0..<2 {
            withUnsafeBytes(of: generator.next()) { secret.append(contentsOf: $0) }
        }
        self.secret = secret
    }

    package func cookie(
        for sender: NodeID, instance: UInt64, at address: Address, now: Instant
    ) -> UInt64 {
        cookie(sender, instance, address, UInt64(bitPattern: epoch(of: now)))
    }

    package func accepts(
        _ cookie: UInt64, from sender: NodeID, instance: UInt64, at address: Address, now: Instant
    ) -> Bool {
        let epoch = epoch(of: now)
        return cookie == self.cookie(sender, instance, address, UInt64(bitPattern: epoch))
            || cookie == self.cookie(sender, instance, address, UInt64(bitPattern: epoch - 1))
    }

    private func epoch(of now: Instant) -> Int64 {
        now.nanoseconds / Challenge.epoch.nanoseconds
    }

    private func cookie(
        _ sender: NodeID, _ instance: UInt64, _ address: Address, _ epoch: UInt64
    ) -> UInt64 {
        let input: InlineArray<6, UInt64> = [
            sender.rawValue, instance, address.high, address.low, UInt64(address.port), epoch,
        ]
        var output: UInt64 = 0
        input.span.withUnsafeBytes { input in
            withUnsafeMutableBytes(of: &output) { output in
                guard let start = input.baseAddress?.assumingMemoryBound(to: UInt8.self),
                    let hash = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
                else { return }
                crypto_shorthash(hash, start, UInt64(input.count), secret)
            }
        }
        return output
    }
}
