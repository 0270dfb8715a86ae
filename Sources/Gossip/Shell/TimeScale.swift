package import NIOCore

/// How fast a node's own time runs. The shells read the clock and set timers by it, so that all
/// times of their machines grow or shrink alike; the network, the disk and the time of day do not.
/// For tests of whole clusters; every node of a cluster has the same.
package struct TimeScale: Hashable, Comparable, Sendable {
    /// Seconds of the world in one of the node's: 0.2 makes everything five times as fast.
    package let factor: Double

    package static let real = TimeScale(1)

    package init(_ factor: Double) {
        precondition(factor > 0, "time does not stand still")
        self.factor = factor
    }

    package static func < (one: TimeScale, other: TimeScale) -> Bool { one.factor < other.factor }

    /// The node's time at this time of the world.
    package func instant(_ time: NIODeadline) -> Instant {
        let nanoseconds = time.uptimeNanoseconds
        guard self != .real else { return Instant(nanoseconds: Int64(clamping: nanoseconds)) }
        return Instant(nanoseconds: Self.clamped(Double(nanoseconds) / factor))
    }

    /// When the world's clock comes to a time of the node's.
    package func deadline(_ instant: Instant) -> NIODeadline {
        guard self != .real else {
            return .uptimeNanoseconds(UInt64(clamping: instant.nanoseconds))
        }
        return .uptimeNanoseconds(
            UInt64(clamping: Self.clamped(Double(instant.nanoseconds) * factor)))
    }

    /// How long a time of the node's lasts in the world.
    package func duration(_ duration: Duration) -> Duration {
        self == .real ? duration : duration * factor
    }

    package func amount(_ duration: Duration) -> TimeAmount {
        TimeAmount(self.duration(duration))
    }

    private static func clamped(_ nanoseconds: Double) -> Int64 {
        Int64(exactly: nanoseconds.rounded()) ?? (nanoseconds > 0 ? .max : 0)
    }
}
