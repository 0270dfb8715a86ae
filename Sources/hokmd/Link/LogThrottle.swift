package import Gossip

/// Lets each kind of log line through once in a while, and counts those between.
package struct LogThrottle: Sendable {
    private struct Entry {
        var from: Instant
        var suppressed: Int
    }

    private let interval: Duration
    private var entries: [String: Entry] = [:]

    /// Kinds that are told apart; the others share one line.
    private static let kindsMax = 128
    private static let others = ""

    package init(interval: Duration = .seconds(10)) {
        self.interval = interval
    }

    /// - Returns: how many lines of this kind were held back before; nil if this one is held back.
    package mutating func admit(_ kind: String, now: Instant) -> Int? {
        var kind = kind
        if entries[kind] == nil, entries.count >= Self.kindsMax {
            entries = entries.filter { now < $0.value.from.advanced(by: interval) }
            if entries.count >= Self.kindsMax { kind = Self.others }
        }
        guard let entry = entries[kind], now < entry.from.advanced(by: interval) else {
            let suppressed = entries[kind]?.suppressed ?? 0
            entries[kind] = Entry(from: now, suppressed: 0)
            return suppressed
        }
        entries[kind]?.suppressed += 1
        return nil
    }
}
