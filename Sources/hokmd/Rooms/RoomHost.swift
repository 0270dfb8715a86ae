package import Game
package import Link
package import PlayerProtocol

/// All rooms of a node: pure, on one event loop.
///
/// Frames and `now` go in; effects come out of `takeEffects`, the next deadline of `nextDeadline`.
/// Now is a monotonic clock in milliseconds; the wall clock is asked for tokens' expiry only.
package struct RoomHost {
    package private(set) var counters = RoomCounters()
    private let settings: RoomSettings
    private let tokens: SeatTokens
    private let newSecret: @Sendable () -> Seed
    private var generator: SplitMix64
    private(set) var rooms: [RoomCode: RoomBox] = [:]
    private var timers = TimerQueue()
    private var effects: [RoomEffect] = []

    /// - Parameters:
    ///   - seed: for what bots do; nothing secret follows from it.
    ///   - newSecret: 32 unpredictable bytes for each new room.
    package init(
        settings: RoomSettings, tokens: SeatTokens, seed: UInt64,
        newSecret: @escaping @Sendable () -> Seed
    ) {
        self.settings = settings
        self.tokens = tokens
        self.newSecret = newSecret
        generator = SplitMix64(seed: seed)
    }

    package var nextDeadline: Milliseconds? { timers.nextDeadline }
    package var roomCount: Int { rooms.count }
    /// Seats that may still be taken before the node is full.
    package var freeCapacity: Int { max(0, settings.capacity - counters.players) }

    /// What the shell has to carry out, in order.
    package mutating func takeEffects() -> [RoomEffect] {
        defer { effects.removeAll(keepingCapacity: true) }
        return effects
    }

    /// - Parameter wallClock: seconds since 1970.
    package mutating func receive(
        _ frame: GatewayFrame, from gateway: GatewayID, now: Milliseconds, wallClock: UInt64
    ) {
        switch frame {
        case .attach(let session, let id, let code, let attach):
            let arrival = Room.Arrival(
                gateway: gateway, session: session, id: id, wallClock: wallClock)
            receive(attach, of: arrival, in: code, now: now)
        case .input(let session, let id, let code, let index, let input):
            guard let member = rooms[code]?.room.member(gateway, session) else {
                // The room ended while the input was on its way; the close is on its way too.
                return send(
                    .acknowledged(
                        session, index: index,
                        message: id.map { ServerMessage.error(re: $0, .noSuchRoom) }), to: gateway)
            }
            counters.inputs += 1
            change(code, now: now) { room, _ in
                room.handle(input, id: id, index: index, of: member, now: now)
            }
        case .detach(let session, let code):
            change(code, now: now) { room, _ in room.detach(gateway, session, now: now) }
        case .seek, .abandon:
            preconditionFailure("the shell gives the lobby's frames to the lobby")
        }
    }

    /// Does everything that is due.
    package mutating func advance(to now: Milliseconds) {
        // Bots that need no time play a whole hand at once: bounded, so that others get a turn.
        var budget = Self.stepsPerAdvanceMax
        while budget > 0, let code = timers.popDue(at: now) {
            budget -= 1
            change(code, now: now) { room, generator in
                room.advance(to: now, using: &generator)
            }
        }
    }

    /// A strong bot's move was found.
    package mutating func botMoved(
        _ action: Action, in code: RoomCode, at mark: TurnMark, now: Milliseconds
    ) {
        change(code, now: now) { room, _ in room.botMoved(action, at: mark) }
    }

    /// A line for everybody in every room.
    package mutating func announce(_ text: String, now: Milliseconds) {
        let message = ServerMessage.notice(text)
        for code in Array(rooms.keys) {
            change(code, now: now) { room, _ in room.send(message, to: room.members) }
        }
    }

    private static let stepsPerAdvanceMax = 1_024

    private mutating func receive(
        _ attach: Attach, of arrival: Room.Arrival, in code: RoomCode, now: Milliseconds
    ) {
        do throws(ErrorCode) {
            switch attach {
            case .create(let name, let options):
                guard rooms[code] == nil else {
                    return send(.codeTaken(arrival.session), to: arrival.gateway)
                }
                try admit()
                open(code, options, now: now)
                try join(arrival, code, name, nil, now: now)
            case .quick(let name):
                try admit()
                if let box = rooms[code] {
                    // The lobby's new code is that of a room which is not for everybody.
                    guard box.room.table.identity.options.isPublic else { throw .roomFull }
                } else {
                    open(code, Self.quickOptions, now: now)
                }
                try join(arrival, code, name, nil, now: now)
            case .join(let name, let seat):
                guard rooms[code] != nil else { throw .noSuchRoom }
                try admit()
                try join(arrival, code, name, seat, now: now)
            case .resume(let claim, let version):
                let tokens = tokens
                try changing(code, otherwise: .badToken, now: now) { room throws(ErrorCode) in
                    try room.resume(arrival, claim, version: version, sealing: tokens, now: now)
                }
            case .watch:
                try changing(code, otherwise: .noSuchRoom, now: now) { room throws(ErrorCode) in
                    try room.watch(arrival, now: now)
                }
            }
        } catch {
            counters.refusedArrivals += 1
            send(.refused(arrival.session, error), to: arrival.gateway)
        }
    }

    private static let quickOptions: TableOptions = {
        var options = TableOptions()
        options.isPublic = true
        options.botsAfterSeconds = RoomSettings.quickBotsAfterSeconds
        return options
    }()

    private func admit() throws(ErrorCode) {
        guard freeCapacity > 0 else { throw .overloaded }
    }

    private mutating func open(_ code: RoomCode, _ options: TableOptions, now: Milliseconds) {
        let identity = TableIdentity(room: code, options: options, secret: newSecret())
        rooms[code] = RoomBox(Room(identity, settings: settings, now: now))
        counters.roomsOpened += 1
    }

    private mutating func join(
        _ arrival: Room.Arrival, _ code: RoomCode, _ name: String, _ seat: Seat?,
        now: Milliseconds
    ) throws(ErrorCode) {
        let tokens = tokens
        try changing(code, otherwise: .noSuchRoom, now: now) { room throws(ErrorCode) in
            try room.join(arrival, name: name, seat: seat, sealing: tokens, now: now)
        }
    }

    private mutating func send(_ frame: RoomFrame, to gateway: GatewayID) {
        effects.append(.send(gateway, frame))
    }

    private mutating func change(
        _ code: RoomCode, now: Milliseconds, _ body: (inout Room, inout SplitMix64) -> Void
    ) {
        guard let box = rooms[code] else { return }
        let before = RoomFigures(box.room)
        body(&box.room, &generator)
        settle(box, since: before, now: now)
    }

    private mutating func changing(
        _ code: RoomCode, otherwise missing: ErrorCode, now: Milliseconds,
        _ body: (inout Room) throws(ErrorCode) -> Void
    ) throws(ErrorCode) {
        guard let box = rooms[code] else { throw missing }
        let before = RoomFigures(box.room)
        defer { settle(box, since: before, now: now) }
        try body(&box.room)
    }

    /// Does all that follows from a change in a room.
    private mutating func settle(_ box: RoomBox, since before: RoomFigures, now: Milliseconds) {
        box.room.settle(now: now, using: &generator, effects: &effects)
        // A cluster of one commits alone: what was applied is committed.
        box.room.outbox.release(through: box.room.table.version, into: &effects)
        let after = RoomFigures(box.room)
        counters.commits += after.version - before.version
        counters.players += after.players - before.players
        if box.room.hasEnded {
            rooms[box.room.code] = nil
            timers.forget(box.room.code)
            counters.roomsEnded += 1
        } else {
            timers.schedule(box.room.code, at: box.room.nextDeadline)
        }
    }
}

/// Keeps a room in one place: a room is large, and is changed where it is.
final class RoomBox {
    var room: Room

    init(_ room: Room) { self.room = room }
}

/// What the host counts of a room.
private struct RoomFigures {
    var players: Int
    var version: UInt64

    init(_ room: Room) {
        players = room.hasEnded ? 0 : room.playerCount
        version = room.table.version
    }
}

/// What happened in the rooms of a node since it started, and how many players it has now.
package struct RoomCounters: Equatable, Sendable {
    /// People who hold a seat.
    package internal(set) var players = 0
    package internal(set) var roomsOpened = 0
    package internal(set) var roomsEnded = 0
    package internal(set) var commits: UInt64 = 0
    package internal(set) var inputs = 0
    /// Joins, resumes and spectators that were turned away.
    package internal(set) var refusedArrivals = 0

    package init() {}
}
