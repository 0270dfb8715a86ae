internal import Policy

/// The minutes of five weeks as a table, which is what is asked for of them: a number of each figure,
/// in less than a tenth of the memory that whole records take.
struct MinuteTable: Sendable {
    /// Since 1970, rising.
    private var minutes: [UInt32] = []
    /// Of each minute, a number for each figure; NaN where nobody spoke.
    private var values: [Float] = []
    /// Of each minute, the servers that were ready and those that were starting.
    private var servers: [UInt16] = []

    private static let figures = [Figure.players] + Figure.allCases.filter { $0 != .players }
    /// Five weeks, and the tenth of it that is forgotten at once.
    private static let minutesMax = 35 * 1_440
    /// Memory of each.
    static let minuteBytes = 4 + 4 * Figure.allCases.count + 4

    var count: Int { minutes.count }

    mutating func append(_ record: MinuteRecord) {
        minutes.append(UInt32(clamping: record.minute))
        for figure in Self.figures {
            let isTotal = figure.kind == .amount || figure.kind == .counter
            let value = record.figures[figure].value(isTotal ? .sum : .average)
            values.append(value.map { Float($0) } ?? .nan)
        }
        servers.append(UInt16(clamping: record.figures.ready))
        servers.append(UInt16(clamping: record.figures.starting))
        guard minutes.count > Self.minutesMax else { return }
        let oldest = Self.minutesMax / 10
        minutes.removeFirst(oldest)
        values.removeFirst(oldest * Self.figures.count)
        servers.removeFirst(oldest * 2)
    }

    /// `time,players` first, which is what `hokmd policy backtest --trace` reads, then the rest for
    /// people.
    var csv: String {
        var text = "time,\(Self.figures.map(\.name).joined(separator: ",")),ready,starting\n"
        text.reserveCapacity(text.utf8.count + minutes.count * 100)
        for (row, minute) in minutes.enumerated() {
            let numbers = values[row * Self.figures.count..<(row + 1) * Self.figures.count]
            // A minute in which nobody spoke of players is not a minute without players.
            guard let players = numbers.first, !players.isNaN else { continue }
            text += Moment(seconds: Int64(minute) * 60).text
            for number in numbers { text += "," + (number.isNaN ? "" : Self.text(number)) }
            text += ",\(servers[row * 2]),\(servers[row * 2 + 1])\n"
        }
        return text
    }

    /// With three digits after the point at most.
    private static func text(_ value: Float) -> String {
        let rounded = (Double(value) * 1000).rounded() / 1000
        guard rounded == rounded.rounded(), abs(rounded) < 1e15 else { return "\(rounded)" }
        return "\(Int64(rounded))"
    }
}
