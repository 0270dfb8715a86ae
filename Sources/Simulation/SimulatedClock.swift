package import Gossip

/// One node's clocks beside the simulation's true time: a steady one that may run fast or slow and
/// jump forward, and a wall clock that may be wrong by any amount.
package struct SimulatedClock: Sendable {
    /// The true time of the last change, and what the clock showed then.
    private var since: Instant
    private var shown: Instant
    private var partsPerMillion: Int64 = 0
    /// How far the wall clock is off.
    package var wallError: Duration = .zero

    package init(showing shown: Instant, at now: Instant) {
        since = now
        self.shown = shown
    }

    package func time(at now: Instant) -> Instant {
        let passed = since.duration(to: now).nanoseconds
        // In two parts, as the product would overflow.
        let gained =
            passed / 1_000_000 * partsPerMillion + passed % 1_000_000 * partsPerMillion / 1_000_000
        return shown.advanced(by: .nanoseconds(passed + gained))
    }

    /// The true time at which this clock will show `time`.
    package func moment(of time: Instant) -> Instant {
        guard time != .never else { return .never }
        let wanted = Double(shown.duration(to: time).nanoseconds)
        let passed = wanted / (1 + Double(partsPerMillion) / 1_000_000)
        var moment = since.advanced(by: .nanoseconds(Int64(passed)))
        while self.time(at: moment) < time { moment = moment.advanced(by: .nanoseconds(1)) }
        return moment
    }

    package mutating func jump(by step: Duration, at now: Instant) {
        shown = time(at: now).advanced(by: step)
        since = now
    }

    package mutating func drift(partsPerMillion: Int64, at now: Instant) {
        shown = time(at: now)
        since = now
        self.partsPerMillion = partsPerMillion
    }

    /// Microseconds since 1970, as far as this node knows.
    package func wallMicroseconds(at now: Instant) -> UInt64 {
        let time = now.nanoseconds / 1_000 + wallError.nanoseconds / 1_000
        return UInt64(max(1, 1_700_000_000_000_000 + time))
    }
}
