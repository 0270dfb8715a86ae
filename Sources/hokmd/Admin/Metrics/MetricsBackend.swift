package import CoreMetrics

/// Brings what libraries measure through swift-metrics into the registry.
///
/// Names are put into Prometheus' form: counters end in `_total`, timers count seconds.
package struct MetricsBackend: MetricsFactory {
    private let registry: MetricsRegistry

    package init(_ registry: MetricsRegistry) {
        self.registry = registry
    }

    package func makeCounter(
        label: String, dimensions: [(String, String)]
    ) -> any CounterHandler {
        let name = Self.name(label, suffix: "_total")
        let labels = Self.labels(dimensions)
        return Counting(name, labels, registry.counter(name, Self.help(label), labels: labels))
    }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        let name = Self.name(label)
        let labels = Self.labels(dimensions)
        return Level(name, labels, registry.gauge(name, Self.help(label), labels: labels))
    }

    package func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        let name = Self.name(label)
        let labels = Self.labels(dimensions)
        guard aggregate else {
            return Level(name, labels, registry.gauge(name, Self.help(label), labels: labels))
        }
        let bounds =
            name.hasSuffix("_bytes") ? HistogramCell.bytesBounds : HistogramCell.secondsBounds
        return Spread(
            name, labels, registry.histogram(name, Self.help(label), bounds: bounds, labels: labels)
        )
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        let name = Self.name(label, suffix: "_seconds")
        let labels = Self.labels(dimensions)
        return Spread(name, labels, registry.histogram(name, Self.help(label), labels: labels))
    }

    package func destroyCounter(_ handler: any CounterHandler) { forget(handler as? Counting) }
    package func destroyMeter(_ handler: any MeterHandler) { forget(handler as? Level) }
    package func destroyRecorder(_ handler: any RecorderHandler) {
        forget(handler as? Level)
        forget(handler as? Spread)
    }
    package func destroyTimer(_ handler: any TimerHandler) { forget(handler as? Spread) }

    private func forget(_ series: (some Named)?) {
        if let series { registry.remove(series.name, labels: series.labels) }
    }

    private static func labels(_ dimensions: [(String, String)]) -> [MetricFamily.Label] {
        dimensions.map { MetricFamily.Label(name($0.0), $0.1) }.sorted { $0.name < $1.name }
    }

    private static func help(_ label: String) -> String {
        "Measured by a library as \(label)."
    }

    /// `[a-zA-Z_][a-zA-Z0-9_]*`, with this at its end.
    static func name(_ label: String, suffix: String = "") -> String {
        var name = String(
            decoding: label.utf8.map { byte -> UInt8 in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    byte
                default: UInt8(ascii: "_")
                }
            }, as: UTF8.self)
        if name.isEmpty || name.utf8.first.map({ (0x30...0x39).contains($0) }) == true {
            name = "_" + name
        }
        return name.hasSuffix(suffix) ? name : name + suffix
    }
}

private protocol Named {
    var name: String { get }
    var labels: [MetricFamily.Label] { get }
}

private final class Counting: CounterHandler, Named {
    let name: String
    let labels: [MetricFamily.Label]
    private let cell: CounterCell

    init(_ name: String, _ labels: [MetricFamily.Label], _ cell: CounterCell) {
        self.name = name
        self.labels = labels
        self.cell = cell
    }

    func increment(by number: Int64) { cell.add(UInt64(max(0, number))) }
    func reset() { cell.reset() }
}

private final class Level: MeterHandler, RecorderHandler, Named {
    let name: String
    let labels: [MetricFamily.Label]
    private let cell: GaugeCell

    init(_ name: String, _ labels: [MetricFamily.Label], _ cell: GaugeCell) {
        self.name = name
        self.labels = labels
        self.cell = cell
    }

    func set(_ value: Int64) { cell.set(Double(value)) }
    func set(_ value: Double) { cell.set(value) }
    func increment(by amount: Double) { cell.add(amount) }
    func decrement(by amount: Double) { cell.add(-amount) }
    func record(_ value: Int64) { cell.set(Double(value)) }
    func record(_ value: Double) { cell.set(value) }
}

private final class Spread: RecorderHandler, TimerHandler, Named {
    let name: String
    let labels: [MetricFamily.Label]
    private let cell: HistogramCell

    init(_ name: String, _ labels: [MetricFamily.Label], _ cell: HistogramCell) {
        self.name = name
        self.labels = labels
        self.cell = cell
    }

    func record(_ value: Int64) { cell.record(Double(value)) }
    func record(_ value: Double) { cell.record(value) }
    func recordNanoseconds(_ duration: Int64) { cell.record(.nanoseconds(duration)) }
}
