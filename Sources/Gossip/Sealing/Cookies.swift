/// The proofs that strangers asked of us and may ask again: with one at hand, a packet that is lost on
/// the way into a cluster costs one round trip, not two.
struct Cookies: Sendable {
    private var kept: [(address: Address, cookie: UInt64, until: Instant)] = []

    mutating func add(_ cookie: UInt64, from address: Address, now: Instant) {
        kept.removeAll { $0.address == address || $0.until <= now }
        if kept.count == Limits.cookiesMax { kept.removeFirst() }
        kept.append((address, cookie, now.advanced(by: Challenge.epoch)))
    }

    func cookie(for address: Address, now: Instant) -> UInt64? {
        kept.first { $0.address == address && $0.until > now }?.cookie
    }

    /// Another life needs other proofs.
    mutating func removeAll() { kept.removeAll() }
}
