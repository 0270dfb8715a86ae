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
        /// How long a connection may take to be made.
        package var connectTimeMax = TimeAmount.seconds(1)

        package init() {}
    }

    /// How long a frame may come later to one player than to another.
    private static let lastFramesMax = TimeAmount.seconds(5)

    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private let loop: any EventLoop
    private let hall: NIOLoopBound<Hall>

    /// - Parameter onSample: told of each second, on the crowd's loop.
    package init(
        _ options: Options, onSample: (@Sendable (CrowdSample) -> Void)? = nil
    ) async throws {
        loop = group.next()
        hall = try await loop.submit { [loop] in
            let hall = NIOLoopBound(Hall(options, loop: loop), eventLoop: loop)
            loop.scheduleRepeatedTask(initialDelay: .seconds(1), delay: .seconds(1)) { _ in
                hall.value.takeSample(onSample)
            }
            return hall
        }.get()
    }

    /// Where players may connect from now on. Sockets to another place may end as they like.
    package func meet(_ doors: [Door]) async throws {
        try await loop.submit { [hall] in hall.value.doors = doors }.get()
    }

    /// So many tables at least: further ones begin.
    package func grow(to tables: Int) async throws {
        try await loop.submit { [hall] in hall.value.open(tables) }.get()
    }

    /// Where players may connect from now on. Sockets to another place may end as they like.
    package func meet(_ balancers: [Node]) async throws {
        try await meet(balancers.compactMap(\.door))
    }

    /// All sit down; returns when every table plays.
    package func sitDown(within time: TimeAmount = .seconds(60)) async throws {
        try await loop.submit { [hall] in hall.value.open(hall.value.options.tables) }.get()
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

    /// Sends away all tables at which somebody waits for a seat that was never given.
    package func dismissUnseated() async throws {
        try await loop.submit { [hall] in
            let hall = hall.value
            for table in hall.tables { hall.figures.unseated += table.dismissIfUnseated() }
        }.get()
    }

    /// Ends it in the middle. Not after `finish`.
    package func breakOff() async throws -> CrowdFigures {
        let figures = try await figures
        try await group.shutdownGracefully()
        return figures
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
        do {
            try await until("the last frames", within: Self.lastFramesMax) {
                try await loop.submit { [hall] in hall.value.tables.allSatisfy(\.isShown) }.get()
            }
        } catch is Overdue {
            // Whoever was not shown one is a fault, which `conclude` tells of.
        }
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
