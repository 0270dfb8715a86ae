/// A point in a machine's time: nanoseconds since an origin that only its driver knows. It never
/// goes back, and says nothing about the time of day.
package struct Instant: Hashable, Sendable, InstantProtocol {
    package var nanoseconds: Int64

    package init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    package static let origin = Instant(nanoseconds: 0)
    /// Later than any that is reached.
    package static let never = Instant(nanoseconds: .max)

    package static func < (one: Instant, other: Instant) -> Bool {
        one.nanoseconds < other.nanoseconds
    }

    package func advanced(by duration: Duration) -> Instant {
        Instant(nanoseconds: nanoseconds + duration.nanoseconds)
    }

    package func duration(to other: Instant) -> Duration {
        .nanoseconds(other.nanoseconds - nanoseconds)
    }
}

extension Duration {
    /// Whole nanoseconds. Only for spans of less than 292 years.
    package var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}
