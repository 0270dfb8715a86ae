package import Policy

/// The figures of one minute: the means of its seconds.
package struct MinuteRecord: Equatable, Sendable {
    /// Since 1970.
    package var minute: Int64
    package var figures: Figures

    package init(minute: Int64, figures: Figures) {
        self.minute = minute
        self.figures = figures
    }

    package var moment: Moment { Moment(seconds: minute * 60) }
}

/// Minutes as a table: `time,players` first, which is what `hokmd policy backtest --trace` reads, then
/// the rest for people.
extension [MinuteRecord] {
    package var csv: String {
        let figures = [Figure.players] + Figure.allCases.filter { $0 != .players }
        var text = "time,\(figures.map(\.name).joined(separator: ",")),ready,starting\n"
        for record in self {
            // A minute in which nobody spoke of players is not a minute without players.
            guard record.figures[.players].value(.sum) != nil else { continue }
            let values = figures.map { figure -> String in
                let summary = record.figures[figure]
                let isTotal = figure.kind == .amount || figure.kind == .counter
                return summary.value(isTotal ? .sum : .average).map(Self.text) ?? ""
            }
            text += "\(record.moment.text),\(values.joined(separator: ","))"
            text += ",\(record.figures.ready),\(record.figures.starting)\n"
        }
        return text
    }

    /// With three digits after the point at most.
    private static func text(_ value: Double) -> String {
        let rounded = (value * 1000).rounded() / 1000
        guard rounded == rounded.rounded(), abs(rounded) < 1e15 else { return "\(rounded)" }
        return "\(Int64(rounded))"
    }
}
