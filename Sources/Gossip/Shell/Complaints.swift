internal import Logging

/// What is said of bad packets: their counts, in at most one line a minute.
struct Complaints {
    private static let interval = Duration.seconds(60)

    private var reported: [String: UInt64] = [:]
    private var foreignFounders: [String: UInt64] = [:]
    private var next: Instant

    init(now: Instant) {
        next = now
    }

    /// A member whose cluster was founded apart from ours.
    mutating func foreign(_ node: String, lineage: UInt64) {
        guard foreignFounders.count < 16 else { return }
        foreignFounders[node] = lineage
    }

    /// The line that is due now, if any.
    mutating func due(
        _ counters: Counters, _ refusedStreams: UInt64, now: Instant
    ) -> Logger.Metadata? {
        guard now >= next else { return nil }
        let counts: [(String, UInt64)] = [
            ("malformed", counters.packetsMalformed), ("foreign", counters.packetsForeign),
            ("undecodable", counters.packetsUndecodable),
            ("challenges-refused", counters.challengesRefused),
            ("outbox-overflows", counters.outboxOverflows),
            ("event-overflows", counters.eventOverflows), ("streams", refusedStreams),
        ]
        var line: Logger.Metadata = [:]
        for (name, count) in counts where count > reported[name] ?? 0 {
            line[name] = "\(count - (reported[name] ?? 0))"
            reported[name] = count
        }
        if !foreignFounders.isEmpty {
            line["founded-apart"] = "\(foreignFounders.keys.sorted().joined(separator: ","))"
            foreignFounders = [:]
        }
        guard !line.isEmpty else { return nil }
        next = now.advanced(by: Complaints.interval)
        return line
    }
}
