internal import Histogram
package import NIOCore

/// Times of one kind in an HdrHistogram: microseconds to three digits, up to ten minutes.
package struct Latency: Sendable {
    /// What took longer counts as this.
    private static let microsecondsMax: UInt64 = 600_000_000

    private var histogram = Histogram<UInt32>(
        lowestDiscernibleValue: 1, highestTrackableValue: Self.microsecondsMax,
        numberOfSignificantValueDigits: .three)

    package init() {}

    package mutating func record(_ time: TimeAmount) {
        let microseconds = UInt64(Swift.max(0, time.nanoseconds / 1_000))
        histogram.record(min(microseconds, Self.microsecondsMax))
    }

    package var count: Int { Int(clamping: histogram.totalCount) }

    /// The time that this share of them, in percent, did not exceed; zero without any.
    package func percentile(_ percent: Double) -> TimeAmount {
        guard count > 0 else { return .zero }
        return .microseconds(Int64(clamping: histogram.valueAtPercentile(percent)))
    }

    /// Exact to the histogram's three digits.
    package var max: TimeAmount { percentile(100) }
}

/// What players wait for.
package struct Latencies: Sendable {
    /// From the first packet to the WebSocket: TCP, TLS, HTTP.
    package internal(set) var connect = Latency()
    /// From asking for a seat to having it.
    package internal(set) var join = Latency()
    /// From a move's sending to its event at each player of the table.
    package internal(set) var event = Latency()

    package init() {}
}
