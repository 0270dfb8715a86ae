package import Gossip

/// How much of a loop's time handshakes may take: a storm of them must not stall those who play.
/// After `workMax` of work within a window, the others wait for the next one; at worst a message
/// waits for `workMax` and one step of one handshake.
package struct HandshakeBudget: Sendable {
    /// A signature with RSA-2048 takes 0.7 ms, with P-256 less than 0.1 ms.
    package var workMax = Duration.milliseconds(2)
    package var window = Duration.milliseconds(4)

    private var start: Instant?
    private var worked = Duration.zero

    package init() {}

    /// Whether a step may be taken now.
    package mutating func mayWork(now: Instant) -> Bool {
        if let start, now < start.advanced(by: window) { return worked < workMax }
        start = now
        worked = .zero
        return true
    }

    package mutating func spend(_ duration: Duration) {
        worked += duration
    }

    /// When those that wait may go on.
    package var opensAt: Instant { (start ?? .origin).advanced(by: window) }
}
