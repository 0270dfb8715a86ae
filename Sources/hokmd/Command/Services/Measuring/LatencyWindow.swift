/// How long most of the commits of the last seconds took at most, from a histogram that only grows.
struct LatencyWindow {
    /// Seconds; a value belongs to the first that is not below it.
    private let bounds: [Double]
    /// What the histogram held at the last looks, the oldest first.
    private var looks: [[UInt64]] = []

    /// Looks, a second apart: long enough for a few commits of a quiet server, short enough to follow.
    static let looksMax = 10
    private static let share = 0.99

    init(bounds: [Double]) {
        self.bounds = bounds
    }

    /// - Parameter counts: of each bound, and of what is above all.
    /// - Returns: seconds, taken to be even within a bound's part; 0 where there was no commit.
    mutating func note(_ counts: [UInt64]) -> Double {
        defer {
            looks.append(counts)
            if looks.count > Self.looksMax { looks.removeFirst() }
        }
        guard let oldest = looks.first else { return 0 }
        let news = zip(counts, oldest).map { $0 &- $1 }
        let total = news.reduce(0, +)
        guard total > 0 else { return 0 }
        let rank = (Double(total) * Self.share).rounded(.up)
        var below = 0.0
        for (slot, count) in news.enumerated() where count > 0 {
            guard below + Double(count) >= rank else {
                below += Double(count)
                continue
            }
            // Above the last bound nothing more is known.
            guard slot < bounds.count else { break }
            let lower = slot == 0 ? 0 : bounds[slot - 1]
            return lower + (bounds[slot] - lower) * (rank - below) / Double(count)
        }
        return bounds[bounds.count - 1]
    }
}
