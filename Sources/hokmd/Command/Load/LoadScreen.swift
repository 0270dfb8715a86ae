import Load
import NIOCore

/// A report for people.
struct LoadScreen {
    let report: LoadReport
    let bounds: LoadReport.Bounds

    func lines(_ style: TerminalStyle) -> [String] {
        let figures = report.figures
        let seconds = max(1, report.time.nanoseconds / 1_000_000_000)
        let share = 100 * report.processorTime.nanoseconds / max(1, report.time.nanoseconds)
        var lines = [
            style.text(report.title, .heading),
            "players   \(report.players) at \(Quantities.counted(figures.tables, "table")), "
                + "\(figures.matches) of the matches played to their end",
            "moves     \(figures.moves), each acknowledged; "
                + "\(Int64(figures.moves) / seconds)/s over \(seconds) s",
            "",
        ]
        lines += latencies(figures.latencies).lines(style) + [""]
        if !report.blows.isEmpty { lines += blows.lines(style) + [""] }
        lines += [
            "lost      \(figures.lostMoves.count) moves, \(figures.endedRooms.count) rooms",
            "closed    \(figures.closedSockets.count) sockets",
            "referee   \(figures.faults.count) faults, \(figures.strange.count) strange messages",
            "pauses    \(Quantities.counted(figures.waitingNotices, "notice")) of them",
            "own load  \(share) % of a processor",
        ]
        for (reason, count) in figures.refusals.sorted(by: { $0.key < $1.key }) {
            lines.append(style.text("refused   \(count) times: \(reason)", .doubtful))
        }
        lines += report.wrongs.map { style.text($0, .bad) }
        let failures = report.failures(bounds)
        lines.append(
            failures.isEmpty
                ? "result    " + style.text("passed", .good)
                : "result    " + style.text("failed: \(failures.joined(separator: "; "))", .bad))
        return lines
    }

    private func latencies(_ latencies: Latencies) -> TextTable {
        var table = TextTable([
            .init("TIME FROM … TO …"), .init("COUNT", number: true), .init("P50", number: true),
            .init("P90", number: true), .init("P99", number: true), .init("P99.9", number: true),
            .init("MAX", number: true),
        ])
        for (name, latency) in [
            ("dialling to WebSocket", latencies.connect), ("asking to seat", latencies.join),
            ("move to event", latencies.event),
        ] {
            table.rows.append(
                [.init(name), .init("\(latency.count)")]
                    + [50, 90, 99, 99.9, 100].map {
                        .init(latency.count > 0 ? latency.percentile($0).inMilliseconds : "-")
                    })
        }
        return table
    }

    private var blows: TextTable {
        var table = TextTable([
            .init("BLOW"), .init("COUNT", number: true), .init("ROOMS THAT WAITED", number: true),
            .init("P50", number: true), .init("P99", number: true), .init("MAX", number: true),
        ])
        for blow in report.blows {
            let times = [blow.stalls.share(0.5), blow.stalls.share(0.99), blow.stalls.max]
            table.rows.append(
                [.init(blow.name), .init("\(blow.count)"), .init("\(blow.stalls.times.count)")]
                    + times.map { .init(blow.stalls.times.isEmpty ? "-" : $0.inMilliseconds) })
        }
        return table
    }
}
