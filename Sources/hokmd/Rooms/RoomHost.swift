package import Game
package import Link
package import PlayerProtocol
import Random

/// All rooms of a node: pure, on one event loop.
///
/// Frames, views and `now` go in; effects come out of `takeEffects`, the next deadline of
/// `nextDeadline`. Now is a monotonic clock in milliseconds; the wall clock is asked for tokens'
/// expiry only. Nothing that a player may learn comes out before the room's successors hold it.
package struct RoomHost {
    package internal(set) var counters = RoomCounters()
    let settings: RoomSettings
    var tokens: SeatTokens
    let newSecret: @Sendable () -> Seed
    var generator: SplitMix64
    var rooms: [RoomCode: RoomBox] = [:]
    var timers = TimerQueue()
    var effects: [RoomEffect] = []
    /// Rooms that may have something to send.
    private var touched: [RoomBox] = []
    var now = Milliseconds.min
    /// Seconds since 1970, as of the newest frame.
    var wallClock: UInt64 = 0

    // What there is only in a cluster.

    /// This server, as views name it; nil where it is all there is.
    package internal(set) var life: ServerLife?
    package internal(set) var map: ServerMap
    var copies: [RoomCode: HeldCopy] = [:]
    var takeups: [RoomCode: Takeup] = [:]
    /// The newest view for which each server has said that it has offered all.
    var offered: [ServerLife: UInt64] = [:]
    var early: [EarlyFrame] = []
    /// When servers left the view that may come back with rooms.
    var departed: [ServerLife: Milliseconds] = [:]
    /// Since when views are missing here that somebody may still have.
    var historyMissingSince: Milliseconds?
    /// Until when somebody may still send them.
    var historyAwaitedUntil: Milliseconds?
    /// What gateways said that have a newer view.
    var ahead: [AheadFrame] = []
    var reachable: Set<ServerLife> = []
    /// How long rooms took whose owner was lost, until their first state that is safe again.
    private var failovers: [Milliseconds] = []
    /// Since when the way to a server has been gone.
    var lostSince: [ServerLife: Milliseconds] = [:]
    var ended = EndedRooms()
    let codec = CopyCodec()

    /// - Parameters:
    ///   - life: this server among others; nil where there are none, and no view is awaited.
    ///   - seed: for what bots do; nothing secret follows from it.
    ///   - newSecret: 32 unpredictable bytes for each new room.
    package init(
        settings: RoomSettings, tokens: SeatTokens, life: ServerLife? = nil, replicas: Int = 2,
        seed: UInt64, newSecret: @escaping @Sendable () -> Seed
    ) {
        self.settings = settings
        self.tokens = tokens
        self.life = life
        self.newSecret = newSecret
        map = ServerMap(replicas: replicas)
        generator = SplitMix64(seed: seed)
    }

    package var nextDeadline: Milliseconds? {
        var next = timers.nextDeadline
        if let doubt = doubtDeadline { next = min(doubt, next ?? doubt) }
        if let wait = historyAwaitedUntil { next = min(wait, next ?? wait) }
        return next
    }
    package var roomCount: Int { rooms.count }
    /// Rooms of others, or on their way to others.
    package var copyCount: Int { copies.count }
    /// Rooms that no other server has a copy of.
    package var unreplicatedCount: Int { rooms.values.count { !$0.replication.hasSuccessor } }
    /// Whether nothing would be lost with this server.
    package var holdsNothing: Bool { rooms.isEmpty && copies.isEmpty }
    /// Seats that may still be taken before the node is full.
    package var freeCapacity: Int { max(0, settings.capacity - counters.players) }

    /// What failovers took since this was asked last; for metrics.
    package mutating func takeFailovers() -> [Milliseconds] {
        defer { failovers.removeAll() }
        return failovers
    }

    mutating func failedOver(after time: Milliseconds) {
        // Nobody may be there who counts.
        if failovers.count < settings.capacity { failovers.append(time) }
    }

    /// What the shell has to carry out, in order.
    package mutating func takeEffects() -> [RoomEffect] {
        flush()
        defer { effects.removeAll(keepingCapacity: true) }
        return effects
    }

    /// - Parameters:
    ///   - number: of the gateway's view; 0 where it has the same as this server. What comes with a
    ///     newer one waits for it: a room may have gone elsewhere and come back since, without this
    ///     server's knowing.
    ///   - wallClock: seconds since 1970.
    package mutating func receive(
        _ frame: GatewayFrame, from gateway: GatewayID, view number: UInt64 = 0,
        now: Milliseconds, wallClock: UInt64
    ) {
        self.now = max(self.now, now)
        self.wallClock = wallClock
        guard life == nil || number <= map.number else {
            return keepForView(frame, from: gateway, number)
        }
        switch frame {
        case .attach(let session, let id, let code, let attach):
            guard isOwner(of: code) else { return send(.moved(session), to: gateway) }
            guard rooms[code] != nil || knowsAll(of: code) else {
                return wait(frame, from: gateway, for: code)
            }
            let arrival = Room.Arrival(
                gateway: gateway, session: session, id: id, wallClock: wallClock)
            receive(attach, of: arrival, in: code, now: now)
        case .input(let session, let id, let code, let index, let input):
            guard let member = rooms[code]?.room.member(gateway, session) else {
                if takeups[code]?.hasWaiting(session, gateway) ?? false {
                    return wait(frame, from: gateway, for: code)
                }
                // Where a room can move, what came too early or too late comes again behind a rejoin.
                guard life == nil else { return }
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
            takeups[code]?.waiting.removeAll { $0.frame.session == session }
            change(code, now: now) { room, _ in room.detach(gateway, session, now: now) }
        case .withdraw(let session, let code):
            takeups[code]?.waiting.removeAll { $0.frame.session == session }
            // Elsewhere nobody is asked again: what is left of the room ends by itself.
            guard isOwner(of: code) else { return }
            guard rooms[code] != nil || knowsAll(of: code) else {
                return wait(frame, from: gateway, for: code)
            }
            change(code, now: now) { room, _ in room.withdraw(session, now: now) }
        case .seek, .abandon, .echo:
            preconditionFailure("the shell gives the lobby's frames to the lobby")
        }
    }

    /// The way to a gateway is gone, with what was on it.
    package mutating func lost(_ gateway: GatewayID, now: Milliseconds) {
        self.now = max(self.now, now)
        ahead.removeAll { $0.gateway == gateway }
        for code in Array(takeups.keys) {
            takeups[code]?.waiting.removeAll { $0.gateway == gateway }
        }
        for code in sortedRooms
        where rooms[code]?.room.members.contains(where: { $0.gateway == gateway }) ?? false {
            change(code, now: now) { room, _ in room.lost(gateway, now: now) }
        }
    }

    /// The cluster's keys have changed.
    package mutating func use(_ tokens: SeatTokens) {
        self.tokens = tokens
    }

    /// Does everything that is due.
    package mutating func advance(to now: Milliseconds) {
        self.now = max(self.now, now)
        endHistoryWait()
        endDoubts()
        // Bots that need no time play a whole hand at once: bounded, so that others get a turn.
        var budget = Self.stepsPerAdvanceMax
        while budget > 0, let code = timers.popDue(at: now) {
            budget -= 1
            guard let box = rooms[code] else { continue }
            if box.replication.pendingSince != nil {
                waitOn(box)
            } else {
                change(code, now: now) { room, generator in
                    room.advance(to: now, using: &generator)
                }
            }
        }
    }

    /// A strong bot's move was found.
    package mutating func botMoved(
        _ action: Action, in code: RoomCode, at mark: TurnMark, now: Milliseconds
    ) {
        self.now = max(self.now, now)
        change(code, now: now) { room, _ in room.botMoved(action, at: mark) }
    }

    /// Says again of every public room that waits how many free seats it has: to a lobby that may not
    /// know.
    package mutating func announceVacancies() {
        for code in sortedRooms {
            guard let free = rooms[code]?.room.announcedVacancy, free > 0 else { continue }
            effects.append(.vacancy(code, freeSeats: free))
        }
    }

    /// A line for everybody in every room.
    package mutating func announce(_ text: String, now: Milliseconds) {
        let message = ServerMessage.notice(text)
        for code in sortedRooms {
            change(code, now: now) { room, _ in room.send(message, to: room.members) }
        }
    }

    private static let stepsPerAdvanceMax = 1_024

    /// In an order that does not depend on where a dictionary keeps them: equal inputs, equal
    /// effects.
    var sortedRooms: [RoomCode] { rooms.keys.sorted { $0.number < $1.number } }

    mutating func send(_ frame: RoomFrame, to gateway: GatewayID) {
        effects.append(.send(gateway, frame))
    }

    /// Looks at the room again when the turn ends.
    mutating func touch(_ box: RoomBox) {
        guard !box.isTouched else { return }
        box.isTouched = true
        touched.append(box)
    }

    private mutating func flush() {
        for box in touched {
            box.isTouched = false
            replicate(box)
        }
        touched.removeAll(keepingCapacity: true)
    }
}
