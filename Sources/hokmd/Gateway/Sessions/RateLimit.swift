package import Gossip

/// How many messages a player may send: 20 a second, 40 at once.
///
/// The generic cell rate algorithm (ITU-T I.371): one point in time says how far ahead of the
/// steady rate a sender is. Messages above the rate are refused, and a second such measure counts
/// the refusals: somebody who goes on regardless is shown out.
package struct RateLimit: Sendable {
    package enum Verdict: Equatable, Sendable {
        case allowed
        case refused
        /// Too many refusals: the connection is to be closed.
        case excessive
    }

    private struct Cell {
        let interval: Duration
        let burst: Int
        var expected: Instant

        mutating func conforms(at now: Instant) -> Bool {
            let start = max(expected, now)
            guard now.duration(to: start) <= interval * (burst - 1) else { return false }
            expected = start.advanced(by: interval)
            return true
        }
    }

    private var messages: Cell
    private var refusals: Cell

    package init(now: Instant) {
        messages = Cell(interval: .milliseconds(50), burst: 40, expected: now)
        refusals = Cell(interval: .milliseconds(100), burst: 40, expected: now)
    }

    /// Counts one message.
    package mutating func count(at now: Instant) -> Verdict {
        if messages.conforms(at: now) { return .allowed }
        return refusals.conforms(at: now) ? .refused : .excessive
    }
}
