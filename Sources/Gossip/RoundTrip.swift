/// The round-trip time to one member, smoothed as TCP does (RFC 6298, section 2).
package struct RoundTrip: Sendable, Equatable {
    private var smoothedNanoseconds: Int64 = 0
    private var variationNanoseconds: Int64 = 0

    package mutating func add(_ sample: Duration) {
        let sample = sample.nanoseconds
        if smoothedNanoseconds == 0 {
            smoothedNanoseconds = sample
            variationNanoseconds = sample / 2
        } else {
            let error = abs(sample - smoothedNanoseconds)
            variationNanoseconds += (error - variationNanoseconds) / 4
            smoothedNanoseconds += (sample - smoothedNanoseconds) / 8
        }
    }

    /// How long to wait for an ack; the longest while nothing was measured.
    package func timeout(within timing: Timing) -> Duration {
        guard smoothedNanoseconds > 0 else { return timing.timeoutMax }
        let wait = Duration.nanoseconds(smoothedNanoseconds + 4 * variationNanoseconds)
        return min(timing.timeoutMax, max(timing.timeoutMin, wait))
    }
}
