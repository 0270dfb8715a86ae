package import NIOCore

/// What a run of load has shown.
package struct LoadReport: Sendable {
    /// The run in one line: `ramp: 10 to 1000 players in 10m against ws://…`.
    package var title: String
    package var figures: CrowdFigures
    /// Who wanted to play in the end.
    package var players: Int
    /// From the first connection to the last answer.
    package var time: TimeAmount
    /// What this program itself took of the processors, so that a reader sees whether it was the
    /// bottleneck.
    package var processorTime: TimeAmount
    /// What was done to the cluster, for `continuity`.
    package var blows: [BlowReport] = []
    /// Why the run could not be what it was to be.
    package var troubles: [String] = []

    package init(
        title: String, figures: CrowdFigures, players: Int, time: TimeAmount,
        processorTime: TimeAmount
    ) {
        self.title = title
        self.figures = figures
        self.players = players
        self.time = time
        self.processorTime = processorTime
    }

    /// One kind of blow: how often, and how long rooms had to wait.
    package struct BlowReport: Sendable {
        package var name: String
        package var count: Int
        /// The longest wait in each room that had to wait.
        package var stalls: Spread
    }

    /// What a run must keep to.
    package struct Bounds: Equatable, Sendable {
        /// For the 99th percentile from a move to its event.
        package var p99Max: TimeAmount?
        /// Acknowledged moves that nobody knows of later, and rooms that ended before their match.
        package var lostMax = 0
        /// Sockets that ended though nobody asked for it.
        package var closedMax = 0

        package init() {}
    }

    package var lost: Int { figures.lostMoves.count + figures.endedRooms.count }

    /// Why the run failed; empty where it did not.
    package func failures(_ bounds: Bounds) -> [String] {
        var failures = troubles
        let p99 = figures.latencies.event.percentile(99)
        if let most = bounds.p99Max, p99 > most {
            failures.append("p99 from move to event is \(p99.inMilliseconds), above --max-p99")
        }
        if lost > bounds.lostMax {
            failures.append(
                "\(figures.lostMoves.count) acknowledged moves and \(figures.endedRooms.count) rooms "
                    + "were lost, above --max-lost \(bounds.lostMax)")
        }
        if figures.closedSockets.count > bounds.closedMax {
            failures.append(
                "\(figures.closedSockets.count) sockets were closed, above --max-closed "
                    + "\(bounds.closedMax)")
        }
        if !figures.faults.isEmpty {
            failures.append("the referee found \(figures.faults.count) faults")
        }
        if !figures.strange.isEmpty {
            failures.append("\(figures.strange.count) messages that no player should get")
        }
        if figures.unseated > 0 {
            failures.append("\(figures.unseated) of \(players) players were never given a seat")
        }
        if figures.moves == 0 { failures.append("nobody made a move") }
        return failures
    }

    /// The first things that are wrong, each in a line.
    package var wrongs: [String] { Array(figures.wrongs.prefix(Self.wrongsMax)) }

    /// More of them say nothing new.
    private static let wrongsMax = 20
}

extension TimeAmount {
    /// As people read it: `0.42 ms`, `3.1 ms`, `212 ms`, `1,204 ms` without the comma.
    package var inMilliseconds: String {
        let microseconds = nanoseconds / 1_000
        let hundredths =
            switch microseconds {
            case ..<10_000: (microseconds + 5) / 10
            case ..<100_000: (microseconds + 50) / 100 * 10
            default: (microseconds + 500) / 1_000 * 100
            }
        let (whole, rest) = (hundredths / 100, hundredths % 100)
        guard microseconds < 100_000 else { return "\(whole) ms" }
        guard microseconds < 10_000 else { return "\(whole).\(rest / 10) ms" }
        return "\(whole).\(rest < 10 ? "0" : "")\(rest) ms"
    }
}
