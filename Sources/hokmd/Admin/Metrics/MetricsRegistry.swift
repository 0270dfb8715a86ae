internal import Synchronization

/// All that this process measures: cells that code adds to, and collectors that are asked when
/// somebody looks, so that what counts already need not count twice.
package final class MetricsRegistry: Sendable {
    /// Series under one name: labels are to have few values, never a room or a player.
    package static let seriesMax = 64
    /// Names: ours are about a hundred.
    static let familiesMax = 512

    package typealias Collector = @Sendable () async -> [MetricFamily]

    private enum Cell: Sendable {
        case counter(CounterCell)
        case gauge(GaugeCell)
        case histogram(HistogramCell)
    }

    private struct Family {
        var kind: MetricFamily.Kind
        var help: String
        var series: [[MetricFamily.Label]: Cell] = [:]
    }

    private struct State {
        var families: [String: Family] = [:]
        var collectors: [Collector] = []
    }

    private let state = Mutex(State())
    /// What found no place here. Its cells count for nobody.
    private let dropped = CounterCell()

    package init() {}

    /// The cell of these labels; the same for the same ones. Past `seriesMax` series, or under a
    /// name that is taken by another kind, the cell counts and is not shown.
    package func counter(
        _ name: String, _ help: String, labels: [MetricFamily.Label] = []
    ) -> CounterCell {
        let cell = cell(name, .counter, help, labels) { .counter(CounterCell()) }
        guard case .counter(let counter) = cell else { return CounterCell() }
        return counter
    }

    package func gauge(
        _ name: String, _ help: String, labels: [MetricFamily.Label] = []
    ) -> GaugeCell {
        let cell = cell(name, .gauge, help, labels) { .gauge(GaugeCell()) }
        guard case .gauge(let gauge) = cell else { return GaugeCell() }
        return gauge
    }

    package func histogram(
        _ name: String, _ help: String, bounds: [Double] = HistogramCell.secondsBounds,
        labels: [MetricFamily.Label] = []
    ) -> HistogramCell {
        let cell = cell(name, .histogram, help, labels) {
            .histogram(HistogramCell(bounds: bounds))
        }
        guard case .histogram(let histogram) = cell else { return HistogramCell(bounds: bounds) }
        return histogram
    }

    /// Asks this whenever somebody looks.
    package func collect(_ collector: @escaping Collector) {
        state.withLock { $0.collectors.append(collector) }
    }

    /// Everything, in Prometheus' text format.
    package func exposition() async -> [UInt8] {
        let (own, collectors) = state.withLock { (families($0), $0.collectors) }
        var all = own
        for collector in collectors { all += await collector() }
        all.append(
            MetricFamily(
                "hokmd_metrics_dropped_total", .counter,
                "Series that found no place: too many of a name, or a name of another kind.",
                Double(dropped.value)))
        return Exposition.text(of: all)
    }

    /// Forgets the series that a swift-metrics handler stood for.
    func remove(_ name: String, labels: [MetricFamily.Label]) {
        state.withLock { _ = $0.families[name]?.series.removeValue(forKey: labels) }
    }

    private func cell(
        _ name: String, _ kind: MetricFamily.Kind, _ help: String, _ labels: [MetricFamily.Label],
        make: () -> Cell
    ) -> Cell {
        let labels = labels.sorted { $0.name < $1.name }
        return state.withLock { state in
            if state.families[name] == nil, state.families.count < Self.familiesMax {
                state.families[name] = Family(kind: kind, help: help)
            }
            if let present = state.families[name]?.series[labels],
                state.families[name]?.kind == kind
            {
                return present
            }
            let cell = make()
            guard let family = state.families[name], family.kind == kind,
                family.series.count < Self.seriesMax
            else {
                dropped.add()
                return cell
            }
            state.families[name]?.series[labels] = cell
            return cell
        }
    }

    private func families(_ state: borrowing State) -> [MetricFamily] {
        state.families.map { name, family in
            let samples = family.series.sorted { Self.text($0.key) < Self.text($1.key) }
                .flatMap { labels, cell in
                    switch cell {
                    case .counter(let counter):
                        [MetricFamily.Sample(Double(counter.value), labels: labels)]
                    case .gauge(let gauge): [MetricFamily.Sample(gauge.value, labels: labels)]
                    case .histogram(let histogram): histogram.samples(labels: labels)
                    }
                }
            return MetricFamily(name, family.kind, family.help, samples: samples)
        }
    }

    private static func text(_ labels: [MetricFamily.Label]) -> String {
        labels.map { "\($0.name)=\($0.value)" }.joined(separator: ",")
    }
}
