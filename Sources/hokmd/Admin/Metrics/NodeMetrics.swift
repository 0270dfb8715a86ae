/// What is counted as it happens, since nothing else counts it: the cells that a node's parts add to.
/// All are shown from the start, so that an alert on one never waits for its first time.
package struct NodeMetrics: Sendable {
    /// From a move's coming to its acknowledgement.
    package let commits: HistogramCell
    /// From an owner's loss to the first commit of its successor, a room.
    package let failovers: HistogramCell
    /// How long rooms could not go on, for whatever reason.
    package let pauses: HistogramCell
    package let tlsFailures: CounterCell
    package let scalings: CounterCell
    package let scalingFailures: CounterCell
    private let registry: MetricsRegistry

    /// Seconds, for what players notice: 50 ms to a minute.
    private static let pauseBounds = [0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 30, 60]

    package init(_ registry: MetricsRegistry) {
        self.registry = registry
        commits = registry.histogram(
            "hokmd_commit_seconds", "From a move's coming to its acknowledgement.")
        failovers = registry.histogram(
            "hokmd_failover_seconds", "From an owner's loss to its successor's first commit.",
            bounds: Self.pauseBounds)
        pauses = registry.histogram(
            "hokmd_room_pause_seconds", "How long rooms could not go on.",
            bounds: Self.pauseBounds)
        tlsFailures = registry.counter(
            "hokmd_tls_failures_total", "TLS handshakes that failed.")
        func scaling(_ outcome: String) -> CounterCell {
            registry.counter(
                "hokmd_scaler_actions_total", "What the scaler had done, by outcome.",
                labels: [MetricFamily.Label("outcome", outcome)])
        }
        scalings = scaling("done")
        scalingFailures = scaling("failed")
    }

    /// Says until when the players' certificate is good, in seconds since 1970. Without one there is
    /// no such metric, and so no alert.
    package func certificateExpires(at seconds: Int64) {
        registry.gauge(
            "hokmd_tls_certificate_expiry_timestamp_seconds",
            "Until when the players' certificate is good, since 1970."
        ).set(Double(seconds))
    }
}
