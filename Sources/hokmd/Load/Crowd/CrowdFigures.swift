package import NIOCore
package import Referee

/// What a crowd has seen.
package struct CrowdFigures: Sendable {
    /// Moves that were acknowledged.
    package internal(set) var moves = 0
    /// Acknowledged moves that a later frame, state or turn knows nothing of.
    package internal(set) var lostMoves: [String] = []
    /// Sockets that ended where their balancer was to live, each with its code.
    package internal(set) var closedSockets: [String] = []
    /// Replies and messages that no player should get.
    package internal(set) var strange: [String] = []
    package internal(set) var faults: [Fault] = []
    /// Rooms that ended openly before their match did, and what their players were told.
    package internal(set) var endedRooms: [Int: [String]] = [:]
    /// Of these, those that had to.
    package private(set) var forgiven: [Int: [String]] = [:]
    /// Tables whose match was played to its end.
    package internal(set) var matches = 0
    package internal(set) var waitingNotices = 0
    /// From the end of a balancer's socket to the `joined` by another.
    package internal(set) var resumeTimes: [TimeAmount] = []
    /// States that came too late to be compared.
    package internal(set) var uncheckedStates = 0
    /// Every move that took long, or is without an answer still.
    package internal(set) var slowMoves: [SlowMove] = []
    package internal(set) var tables = 0
    package internal(set) var latencies = Latencies()
    /// Connections and requests for a seat that came to nothing and were tried again, by reason.
    package internal(set) var refusals: [String: Int] = [:]
    /// Players who had no seat at the end.
    package internal(set) var unseated = 0
    /// One for each second.
    package internal(set) var samples: [CrowdSample] = []

    /// Moves that took longer are remembered one by one.
    static let slow = TimeAmount.milliseconds(20)
    /// So many of them: 5 MB.
    static let slowMovesMax = 200_000
    /// A day of them.
    static let samplesMax = 86_400

    package struct SlowMove: Sendable {
        package let table: Int
        package let sent: NIODeadline
        package let answered: NIODeadline

        package var time: TimeAmount { answered - sent }
    }

    /// How much is wrong.
    var wrongCount: Int {
        lostMoves.count + closedSockets.count + strange.count + faults.count + endedRooms.count
    }

    /// What is wrong, if anything, where no room was to end.
    package var wrongs: [String] {
        var wrongs = lostMoves.map { "lost: \($0)" } + closedSockets.map { "closed: \($0)" }
        wrongs += strange.map { "strange: \($0)" } + faults.map { "fault: \($0)" }
        wrongs += endedRooms.map { "ended: table \($0.key): \($0.value)" }
        return wrongs
    }

    /// The longest wait for a move's answer in each room that had one of `least` or more, among
    /// moves that were under way in this time.
    package func stalls(
        from start: NIODeadline, to end: NIODeadline, least: TimeAmount = .milliseconds(100)
    ) -> [TimeAmount] {
        var longest: [Int: TimeAmount] = [:]
        for move in slowMoves
        where move.answered > start && move.sent < end && move.time >= least {
            longest[move.table] = max(longest[move.table] ?? .zero, move.time)
        }
        return longest.values.sorted()
    }
}

/// One second of a crowd.
package struct CrowdSample: Equatable, Sendable {
    /// Since the crowd's start.
    package var time: TimeAmount
    /// Who want to play, and of these who have a seat and a connection.
    package var players: Int
    package var seated: Int
    /// Acknowledged in this second.
    package var moves: Int
    /// From a move's sending to its event, in this second.
    package var median: TimeAmount
    package var p99: TimeAmount
    /// Of the whole time: what was refused and tried again, and what is against the rules.
    package var refusals: Int
    package var wrongs: Int
}

/// Sorted times.
package struct Spread: Sendable, CustomStringConvertible {
    package let times: [TimeAmount]

    package init(_ times: [TimeAmount]) {
        self.times = times.sorted()
    }

    package func share(_ share: Double) -> TimeAmount {
        guard !times.isEmpty else { return .zero }
        return times[min(times.count - 1, Int(Double(times.count) * share))]
    }

    package var max: TimeAmount { times.last ?? .zero }

    package var description: String {
        func milliseconds(_ time: TimeAmount) -> String { "\(time.nanoseconds / 1_000_000) ms" }
        return "n=\(times.count) p50=\(milliseconds(share(0.5))) p90=\(milliseconds(share(0.9)))"
            + " p99=\(milliseconds(share(0.99))) max=\(milliseconds(max))"
    }
}

extension CrowdFigures {
    /// Rooms that had to end, as the caller knows: they are no wrong.
    package mutating func forgiveEndedRooms() {
        forgiven = endedRooms
        endedRooms = [:]
    }
}
