internal import Synchronization

/// A number that only rises. Any thread may add: one relaxed instruction.
package final class CounterCell: Sendable {
    private let count = Atomic<UInt64>(0)

    package init() {}

    package var value: UInt64 { count.load(ordering: .relaxed) }

    package func add(_ number: UInt64 = 1) {
        count.wrappingAdd(number, ordering: .relaxed)
    }

    func reset() {
        count.store(0, ordering: .relaxed)
    }
}

/// A number that goes up and down.
package final class GaugeCell: Sendable {
    private let bits = Atomic<UInt64>(0)

    package init() {}

    package var value: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }

    package func set(_ value: Double) {
        bits.store(value.bitPattern, ordering: .relaxed)
    }

    package func add(_ number: Double) {
        bits.add(number)
    }
}

/// How values are spread over fixed bounds.
package final class HistogramCell: Sendable {
    /// Bounds at most; the slot behind them is for what is above all.
    static let boundsMax = 23
    /// Seconds, for what players wait for: half a millisecond to ten seconds.
    package static let secondsBounds = [
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
    ]
    /// Bytes, in powers of four from 16 to 1 MiB.
    package static let bytesBounds = (2...10).map { Double(1 << (2 * $0)) }

    /// Rising; a value belongs to the first that is not below it.
    package let bounds: [Double]
    private let counters: InlineArray<24, Atomic<UInt64>>
    private let sumBits = Atomic<UInt64>(0)

    package init(bounds: [Double] = HistogramCell.secondsBounds) {
        precondition(
            (1...Self.boundsMax).contains(bounds.count)
                && zip(bounds, bounds.dropFirst()).allSatisfy { $0 < $1 },
            "a histogram has 1 to \(Self.boundsMax) rising bounds")
        self.bounds = bounds
        counters = InlineArray { _ in Atomic(0) }
    }

    /// How many values each bound has, and how many are above all.
    package var counts: [UInt64] {
        (0...bounds.count).map { counters[$0].load(ordering: .relaxed) }
    }

    package func record(_ value: Double) {
        guard !value.isNaN else { return }
        let slot = bounds.firstIndex { value <= $0 } ?? bounds.count
        counters[slot].wrappingAdd(1, ordering: .relaxed)
        sumBits.add(value)
    }

    package func record(_ duration: Duration) {
        record(duration / .seconds(1))
    }

    /// Cumulative buckets, the sum and the number. The number is that of the last bucket, so that
    /// the three agree even while others record.
    func samples(labels: [MetricFamily.Label]) -> [MetricFamily.Sample] {
        var samples: [MetricFamily.Sample] = []
        var sum: UInt64 = 0
        for slot in 0...bounds.count {
            sum += counters[slot].load(ordering: .relaxed)
            let bound = slot < bounds.count ? bounds[slot] : .infinity
            let label = MetricFamily.Label("le", Exposition.number(bound))
            samples.append(
                MetricFamily.Sample(Double(sum), labels: labels + [label], suffix: "_bucket"))
        }
        let total = Double(bitPattern: sumBits.load(ordering: .relaxed))
        samples.append(MetricFamily.Sample(total, labels: labels, suffix: "_sum"))
        samples.append(MetricFamily.Sample(Double(sum), labels: labels, suffix: "_count"))
        return samples
    }
}

extension Atomic<UInt64> {
    /// Adds to the double whose bits these are.
    fileprivate borrowing func add(_ number: Double) {
        var old = load(ordering: .relaxed)
        while true {
            let new = (Double(bitPattern: old) + number).bitPattern
            let (exchanged, original) = weakCompareExchange(
                expected: old, desired: new, ordering: .relaxed)
            if exchanged { return }
            old = original
        }
    }
}
