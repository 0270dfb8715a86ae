import SVG

/// Load, room and decisions of a backtest as a picture (SVG).
package struct Plot: Sendable {
    private let title: String
    private let start: Moment
    private let span: Double
    private var columns: [Column]

    /// What stands in one column of the picture: a trace has more ticks than a picture has columns.
    private struct Column: Sendable {
        var load: ClosedRange<Double>?
        var capacity: ClosedRange<Double>?
        var optimum = 0.0
        var outs = 0
        var ins = 0
    }

    private static let width = 1600
    private static let height = 500
    private static let left = 70
    private static let top = 40

    package init(title: String, from start: Moment, to end: Moment) {
        self.title = title
        self.start = start
        span = max((end - start).inSeconds, 1)
        columns = Array(repeating: Column(), count: Self.width)
    }

    package mutating func add(_ tick: BacktestTick) {
        let part = (tick.decision.time - start).inSeconds / span
        let index = min(max(Int(part * Double(Self.width)), 0), Self.width - 1)
        columns[index].load = Self.widened(columns[index].load, tick.load)
        columns[index].capacity = Self.widened(columns[index].capacity, tick.capacity)
        columns[index].optimum = max(columns[index].optimum, tick.optimum)
        if tick.decision.target > tick.decision.current { columns[index].outs += 1 }
        if tick.decision.target < tick.decision.current { columns[index].ins += 1 }
    }

    private static func widened(_ range: ClosedRange<Double>?, _ value: Double)
        -> ClosedRange<Double>
    {
        guard let range else { return value...value }
        return min(range.lowerBound, value)...max(range.upperBound, value)
    }

    package var svg: String {
        let largest = columns.reduce(1.0) {
            max($0, $1.load?.upperBound ?? 0, $1.capacity?.upperBound ?? 0)
        }
        let height = Self.height + Self.top + 50
        var picture = Picture(
            width: Self.width + Self.left + 20, height: height, title: title, labelsAt: Self.left)
        for part in 0...4 {
            let value = largest * Double(part) / 4
            picture.rule(
                from: Self.left, width: Self.width, at: Self.y(value, of: largest),
                name: "\(Int(value))")
            let at = start + .milliseconds(Int64(span * 250 * Double(part)))
            picture.label(
                String(at.text.prefix(16)), x: Self.left + Self.width * part / 4, y: height - 10,
                anchor: part == 0 ? .start : part == 4 ? .end : .middle)
        }
        let optimum = columns.map { $0.optimum > 0 ? $0.optimum...$0.optimum : nil }
        for (ranges, color, name) in [
            (columns.map(\.load), "#4a90d9", "players"),
            (columns.map(\.capacity), "#d0021b", "room"),
            (optimum, "#7ed321", "clairvoyant optimum"),
        ] {
            picture.line(Self.area(ranges, of: largest), color: color, name: name)
        }
        for (index, column) in columns.enumerated() {
            let x = Self.left + index
            if column.outs > 0 { picture.line("M\(x) \(height - 44)v-8", color: "#d0021b") }
            if column.ins > 0 { picture.line("M\(x) \(height - 34)v-8", color: "#417505") }
        }
        for (index, (color, name)) in [
            ("#4a90d9", "players"), ("#d0021b", "room, scaling out"),
            ("#7ed321", "clairvoyant optimum"), ("#417505", "scaling in"),
        ].enumerated() {
            picture.label(
                name, x: Self.left + Self.width - 180 * (4 - index), y: 24, color: color)
        }
        return picture.svg
    }

    /// From each column's least to its most.
    private static func area(_ ranges: [ClosedRange<Double>?], of largest: Double) -> String {
        var path = ""
        for (index, range) in ranges.enumerated() {
            guard let range else { continue }
            let (low, high) = (y(range.lowerBound, of: largest), y(range.upperBound, of: largest))
            path += "\(path.isEmpty ? "M" : "L")\(left + index) \(low)V\(high)"
        }
        return path
    }

    private static func y(_ value: Double, of largest: Double) -> Int {
        top + height - Int((value / largest * Double(height)).rounded())
    }
}
