package import NIOCore
internal import NIOPosix
internal import Referee

/// Many tables of players on one event loop, who play on whatever happens to the cluster, and tell
/// what was wrong. Its methods may be called from anywhere.
package final class Crowd: Sendable {
    package struct Options: Sendable {
        package var tables = 8
        /// Players at a table; bots have the other seats.
        package var players = 4
        /// A player's time for a move, drawn between the two.
        package var think = TimeAmount.milliseconds(60)...TimeAmount.milliseconds(180)
        /// Points that win a match.
        package var target = 25
        package var seed: UInt64 = 1

        package init() {}
    }

    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private let loop: any EventLoop
    private let hall: NIOLoopBound<Hall>

    package init(_ options: Options) async throws {
        loop = group.next()
        hall = try await loop.submit { [loop] in
            NIOLoopBound(Hall(options, loop: loop), eventLoop: loop)
        }.get()
    }

    /// Where players may connect from now on. Sockets to another place may end as they like.
    package func meet(_ balancers: [Node]) async throws {
        let doors = balancers.compactMap { node in
            node.playersPort.map { Door(host: node.host, port: $0) }
        }
        try await loop.submit { [hall] in hall.value.doors = doors }.get()
    }

    /// All sit down; returns when every table plays.
    package func sitDown(within time: TimeAmount = .seconds(60)) async throws {
        try await loop.submit { [hall] in hall.value.open() }.get()
        try await until("everybody at a table", within: time) {
            try await loop.submit { [hall] in hall.value.tables.allSatisfy(\.isPlaying) }.get()
        }
    }

    package var figures: CrowdFigures {
        get async throws {
            try await loop.submit { [hall] in hall.value.presentFigures() }.get()
        }
    }

    /// Waits until every table that goes on has had an answer to a move that was sent after this call.
    package func playOn(within time: TimeAmount = .seconds(30)) async throws {
        let start = NIODeadline.now()
        do {
            try await until("a move at every table", within: time) {
                try await loop.submit { [hall] in
                    hall.value.tables.allSatisfy { $0.isEnded || $0.lastAnswered > start }
                }.get()
            }
        } catch is Overdue {
            let stuck = try await loop.submit { [hall] in
                hall.value.tables.filter { !$0.isEnded && $0.lastAnswered <= start }
                    .map(\.description)
            }.get()
            throw Overdue(what: "a move at \(stuck.count) tables: \(stuck.prefix(5))")
        }
    }

    /// No more moves; all come back with their tokens and are shown the state, which is compared with
    /// what they were told before. Then everything must have had its answer.
    package func finish(within time: TimeAmount = .seconds(30)) async throws -> CrowdFigures {
        try await loop.submit { [hall] in hall.value.isOver = true }.get()
        try await settle("the last replies", within: time)
        try await loop.submit { [hall] in
            for table in hall.value.tables { table.lookAgain() }
        }.get()
        try await settle("the last states", within: time)
        let figures = try await loop.submit { [hall] in
            let hall = hall.value
            for table in hall.tables { table.conclude() }
            return hall.presentFigures()
        }.get()
        try await group.shutdownGracefully()
        return figures
    }

    private func settle(_ what: String, within time: TimeAmount) async throws {
        do {
            try await until(what, within: time) {
                try await loop.submit { [hall] in hall.value.tables.allSatisfy(\.isQuiet) }.get()
            }
        } catch is Overdue {
            let noisy = try await loop.submit { [hall] in
                hall.value.tables.filter { !$0.isQuiet }.map(\.description)
            }.get()
            throw Overdue(what: "\(what): \(noisy.prefix(5))")
        }
    }
}

/// Where players connect.
struct Door: Sendable, Equatable {
    let host: String
    let port: Int
}

/// What all tables share. Confined to the crowd's loop.
final class Hall {
    let options: Crowd.Options
    let loop: any EventLoop
    var doors: [Door] = []
    var tables: [Table] = []
    var figures = CrowdFigures()
    var generator: SplitMix64
    /// Whether nobody makes a move any more.
    var isOver = false

    init(_ options: Crowd.Options, loop: any EventLoop) {
        self.options = options
        self.loop = loop
        generator = SplitMix64(state: options.seed)
    }

    func open() {
        for index in 0..<options.tables {
            let table = Table(index, hall: self)
            tables.append(table)
            figures.tables += 1
            table.begin()
        }
    }

    /// A match was played to its end: another begins at this table.
    func replace(_ table: Table) {
        figures.matches += 1
        guard let place = tables.firstIndex(where: { $0 === table }) else { return }
        tables[place] = Table(table.index, hall: self)
        tables[place].begin()
    }

    func presentFigures() -> CrowdFigures {
        var figures = figures
        for table in tables {
            figures.faults += table.referee.faults
            figures.uncheckedStates += table.referee.uncheckedStatesTotal
            figures.slowMoves += table.unanswered
        }
        return figures
    }

    func schedule(in time: TimeAmount, _ task: @escaping () -> Void) {
        _ = loop.assumeIsolated().scheduleTask(in: time, task)
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014): small, and the same on every machine.
struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
