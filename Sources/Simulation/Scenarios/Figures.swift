/// What many trials of one thing took.
package struct Figures: Equatable, Sendable {
    package private(set) var samples: [Duration] = []

    package init() {}

    package mutating func add(_ sample: Duration) { samples.append(sample) }

    package mutating func add(_ other: Figures) { samples += other.samples }

    /// The sample that this share of all is not above; zero where there is none.
    package func quantile(_ share: Double) -> Duration {
        let sorted = samples.sorted()
        guard !sorted.isEmpty else { return .zero }
        let rank = Int((share * Double(sorted.count)).rounded(.up))
        return sorted[min(max(rank - 1, 0), sorted.count - 1)]
    }

    /// `n=… p50=… p99=… max=…`, in milliseconds.
    package var line: String {
        let parts = [("p50", 0.5), ("p99", 0.99), ("max", 1)].map { name, share in
            "\(name)_ms=\(Int(quantile(share) / .milliseconds(1)))"
        }
        return "n=\(samples.count) " + parts.joined(separator: " ")
    }
}
