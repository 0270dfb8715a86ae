package import Gossip

/// When to try for a link to one node: at once, then after waits that double, each with a random
/// part, so that those who lost the same node do not come back to it in step.
package struct Redial: Equatable, Sendable {
    package enum State: Equatable, Sendable {
        case waiting(until: Instant)
        case trying
        case up(since: Instant)
    }

    package private(set) var state: State
    /// Attempts since the last link that held.
    package private(set) var failures = 0
    private let timing: LinkTiming

    package init(timing: LinkTiming, now: Instant) {
        self.timing = timing
        state = .waiting(until: now)
    }

    /// When to `begin`.
    package var deadline: Instant {
        if case .waiting(let until) = state { until } else { .never }
    }

    /// Whether to dial now.
    package mutating func begin(now: Instant) -> Bool {
        guard case .waiting(let until) = state, until <= now else { return false }
        state = .trying
        return true
    }

    package mutating func succeeded(now: Instant) {
        state = .up(since: now)
    }

    /// The attempt failed, or the link broke.
    package mutating func ended(now: Instant, using generator: inout some RandomNumberGenerator) {
        if case .up(let since) = state, since.advanced(by: timing.steady) <= now { failures = 0 }
        let longest = min(timing.retryMax, timing.retryMin * (1 << min(failures, 16)))
        let wait = Int64.random(
            in: (longest.nanoseconds / 2)...longest.nanoseconds, using: &generator)
        failures += 1
        state = .waiting(until: now.advanced(by: .nanoseconds(wait)))
    }

    /// Something speaks for another attempt now: a new address.
    package mutating func hurry(now: Instant) {
        failures = 0
        if case .waiting = state { state = .waiting(until: now) }
    }
}
