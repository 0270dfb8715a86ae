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
        let (width, height) = (Self.width + Self.left + 20, Self.height + Self.top + 50)
        var lines = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(width) \(height)\" "
                + "font-family=\"sans-serif\" font-size=\"14\">",
            "<rect width=\"\(width)\" height=\"\(height)\" fill=\"#fff\"/>",
            "<text x=\"\(Self.left)\" y=\"24\">\(Self.escaped(title))</text>",
        ]
        for part in 0...4 {
            let value = largest * Double(part) / 4
            let y = Self.y(value, of: largest)
            lines.append(
                "<path d=\"M\(Self.left) \(y)h\(Self.width)\" stroke=\"#ddd\"/>"
                    + "<text x=\"\(Self.left - 8)\" y=\"\(y + 5)\" text-anchor=\"end\">"
                    + "\(Int(value))</text>")
            let at = start + .milliseconds(Int64(span * 250 * Double(part)))
            let anchor = part == 0 ? "start" : part == 4 ? "end" : "middle"
            lines.append(
                "<text x=\"\(Self.left + Self.width * part / 4)\" y=\"\(height - 10)\" "
                    + "text-anchor=\"\(anchor)\">\(at.text.prefix(16))</text>")
        }
        lines.append(Self.area(columns.map(\.load), of: largest, color: "#4a90d9", name: "players"))
        lines.append(
            Self.area(columns.map(\.capacity), of: largest, color: "#d0021b", name: "room"))
        let optimum = columns.map { $0.optimum > 0 ? $0.optimum...$0.optimum : nil }
        lines.append(Self.area(optimum, of: largest, color: "#7ed321", name: "clairvoyant optimum"))
        for (index, column) in columns.enumerated() {
            let x = Self.left + index
            if column.outs > 0 {
                lines.append("<path d=\"M\(x) \(height - 44)v-8\" stroke=\"#d0021b\"/>")
            }
            if column.ins > 0 {
                lines.append("<path d=\"M\(x) \(height - 34)v-8\" stroke=\"#417505\"/>")
            }
        }
        for (index, (color, name)) in [
            ("#4a90d9", "players"), ("#d0021b", "room, scaling out"),
            ("#7ed321", "clairvoyant optimum"), ("#417505", "scaling in"),
        ].enumerated() {
            lines.append(
                "<text x=\"\(Self.left + Self.width - 180 * (4 - index))\" y=\"24\" "
                    + "fill=\"\(color)\">\(name)</text>")
        }
        return (lines + ["</svg>", ""]).joined(separator: "\n")
    }

    /// From each column's least to its most.
    private static func area(
        _ ranges: [ClosedRange<Double>?], of largest: Double, color: String, name: String
    ) -> String {
        var path = ""
        for (index, range) in ranges.enumerated() {
            guard let range else { continue }
            let (low, high) = (y(range.lowerBound, of: largest), y(range.upperBound, of: largest))
            path += "\(path.isEmpty ? "M" : "L")\(left + index) \(low)V\(high)"
        }
        return "<path d=\"\(path)\" fill=\"none\" stroke=\"\(color)\"><title>\(name)</title></path>"
    }

    private static func y(_ value: Double, of largest: Double) -> Int {
        top + height - Int((value / largest * Double(height)).rounded())
    }

    private static func escaped(_ text: String) -> String {
        text.reduce(into: "") { escaped, letter in
            switch letter {
            case "<": escaped += "&lt;"
            case "&": escaped += "&amp;"
            case ">": escaped += "&gt;"
            default: escaped.append(letter)
            }
        }
    }
}
