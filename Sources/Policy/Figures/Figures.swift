/// One figure over all servers, with how many of them it comes from. What is not known is not
/// zero: without a fresh server there is no value at all.
package struct FigureSummary: Hashable, Sendable {
    /// Servers whose number is young enough.
    package var fresh: Int
    /// Servers that should have given one.
    package var expected: Int
    package var sum: Double
    package var smallest: Double
    package var largest: Double
    package var p95: Double

    package init(
        fresh: Int, expected: Int, sum: Double, smallest: Double, largest: Double, p95: Double
    ) {
        self.fresh = fresh
        self.expected = expected
        self.sum = sum
        self.smallest = smallest
        self.largest = largest
        self.p95 = p95
    }

    package static let missing = FigureSummary(
        fresh: 0, expected: 1, sum: 0, smallest: 0, largest: 0, p95: 0)

    /// The same number at each of so many servers, all fresh.
    package static func even(_ value: Double, servers: Int) -> FigureSummary {
        FigureSummary(
            fresh: servers, expected: servers, sum: value * Double(servers), smallest: value,
            largest: value, p95: value)
    }

    /// - Parameter values: what the fresh servers gave, finite numbers.
    package init(_ values: [Double], expected: Int) {
        guard !values.isEmpty else {
            self = .missing
            self.expected = max(1, expected)
            return
        }
        let sorted = values.sorted()
        self.init(
            fresh: values.count, expected: max(expected, values.count),
            sum: values.reduce(0, +), smallest: sorted[0], largest: sorted[sorted.count - 1],
            p95: sorted[(sorted.count * 95 + 99) / 100 - 1])
    }

    package func value(_ aggregate: Aggregate) -> Double? {
        guard fresh > 0 else { return nil }
        switch aggregate {
        case .average: return sum / Double(fresh)
        case .largest: return largest
        case .smallest: return smallest
        case .p95: return p95
        // The silent ones are taken to be like those that speak.
        case .sum, .rate: return fresh == expected ? sum : sum * Double(expected) / Double(fresh)
        }
    }

    /// Whether enough servers speak to let the cluster shrink on it.
    package func hasQuorum(_ quorum: Double) -> Bool {
        fresh > 0 && Double(fresh) >= quorum * Double(expected)
    }
}

/// All that a decision is made from, apart from what the engine remembers.
package struct Figures: Equatable, Sendable {
    /// Servers that serve.
    package var ready: Int
    /// Launched and not ready yet.
    package var starting: Int
    /// The learned time from launch to ready (p95 of real starts), where there were enough.
    package var startTime: Duration?
    private var summaries: [FigureSummary]

    package init(ready: Int, starting: Int = 0, startTime: Duration? = nil) {
        self.ready = ready
        self.starting = starting
        self.startTime = startTime
        summaries = Array(repeating: .missing, count: Figure.allCases.count)
    }

    package subscript(figure: Figure) -> FigureSummary {
        get { summaries[Int(figure.rawValue)] }
        set { summaries[Int(figure.rawValue)] = newValue }
    }
}
