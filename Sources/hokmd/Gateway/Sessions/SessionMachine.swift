internal import Game
package import Gossip
package import Link
package import PlayerProtocol

/// One player's connection between the socket and a room: pure.
///
/// It answers what needs no room, passes everything else on in order, and knows in which of its
/// lives the session is. Effects are appended to an array that the caller keeps and empties.
package struct SessionMachine {
    private enum State {
        /// No seat, and nothing under way.
        case fresh
        case attaching(Attaching)
        /// Waits for the lobby to find a seat.
        case queued(Queued)
        case joined(Joined)
        case closed
    }

    /// An attach is on its way to a room.
    private struct Attaching {
        var room: RoomCode
        var id: Int64?
        var attach: Attach
        /// Inputs that came in the meantime, for the room or, failing that, for a refusal.
        var held: [Held] = []
    }

    private struct Held {
        var id: Int64?
        var input: PlayerInput
    }

    private struct Queued {
        var id: Int64?
        var name: String
    }

    private struct Joined {
        var room: RoomCode
        var nextIndex: UInt64 = 1
    }

    private let id: SessionID
    private let tokens: SeatTokens
    private var state = State.fresh
    private var rate: RateLimit
    /// When the connection is closed for its silence; `nil` once it has a seat or waits for one.
    package private(set) var idleDeadline: Instant?

    /// How long a connection may be silent before it joins.
    static let idleMax = Duration.seconds(10)
    /// More inputs than this before the room has answered the attach get `overloaded`.
    private static let heldMax = 64

    package init(id: SessionID, tokens: SeatTokens, now: Instant) {
        self.id = id
        self.tokens = tokens
        rate = RateLimit(now: now)
        idleDeadline = now.advanced(by: Self.idleMax)
    }

    /// A text frame came.
    ///
    /// - Parameters:
    ///   - wallClock: milliseconds since 1970, for `pong`.
    ///   - generator: draws codes of new rooms.
    package mutating func received(
        _ text: RawSpan, now: Instant, wallClock: Int64,
        using generator: inout some RandomNumberGenerator, effects: inout [SessionEffect]
    ) {
        if case .closed = state { return }
        let verdict = rate.count(at: now)
        guard verdict != .excessive else {
            effects.append(.countTooManyMessages)
            return close(.tooManyMessages, effects: &effects)
        }
        if idleDeadline != nil { idleDeadline = now.advanced(by: Self.idleMax) }
        do throws(ClientMessageError) {
            let message = try ClientMessage(json: text)
            guard verdict == .allowed else {
                effects.append(.countRateLimited)
                return refuse(message.id, .rateLimited, effects: &effects)
            }
            handle(message, wallClock: wallClock, using: &generator, effects: &effects)
        } catch {
            if verdict == .refused { effects.append(.countRateLimited) }
            refuse(error.id, verdict == .refused ? .rateLimited : error.code, effects: &effects)
        }
    }

    /// A room or the lobby said something.
    package mutating func received(
        _ frame: RoomFrame, now: Instant, using generator: inout some RandomNumberGenerator,
        effects: inout [SessionEffect]
    ) {
        switch (frame, state) {
        case (_, .closed): return
        case (.attached(_, let attached, let message), .attaching(let attaching)):
            if let message { effects.append(.send(message)) }
            state = .joined(Joined(room: attached.room))
            for held in attaching.held { pass(held.input, id: held.id, effects: &effects) }
        case (.refused(_, let code), .attaching(let attaching)):
            refused(code, attaching, now: now, effects: &effects)
        case (.refused(_, let code), .queued(let queued)):
            becomeFresh(now: now)
            refuse(queued.id, code, effects: &effects)
        case (.codeTaken, .attaching(let attaching)):
            attach(
                to: .random(using: &generator), attaching.id, attaching.attach, attaching.held,
                effects: &effects)
        case (.queued(_, let id, let position), .queued):
            effects.append(.send(ServerMessage.queued(re: id, position: position)))
        case (.matched(_, let room), .queued(let queued)):
            attach(to: room, nil, .quick(name: queued.name), [], effects: &effects)
        case (.output(_, _, let message), .joined):
            effects.append(.send(message))
        case (.acknowledged(_, _, let message?), .joined):
            effects.append(.send(message))
        case (.close(_, let code), .joined):
            close(code, effects: &effects)
        case (.attached, _), (.refused, _), (.codeTaken, _), (.queued, _), (.matched, _),
            (.output, _), (.acknowledged, _), (.close, _), (.moved, _), (.lost, _), (.paused, _):
            // The answer to something that is over, or an input without an id.
            return
        }
    }

    /// The idle deadline may have come.
    package mutating func tick(now: Instant, effects: inout [SessionEffect]) {
        guard let idleDeadline, idleDeadline <= now else { return }
        effects.append(.countIdle)
        close(.idle, effects: &effects)
    }

    /// The socket is gone.
    package mutating func ended(effects: inout [SessionEffect]) {
        withdraw(effects: &effects)
        state = .closed
    }
}

// MARK: - What players send

extension SessionMachine {
    private mutating func handle(
        _ message: ClientMessage, wallClock: Int64,
        using generator: inout some RandomNumberGenerator, effects: inout [SessionEffect]
    ) {
        switch message.body {
        case .ping:
            effects.append(.send(ServerMessage.pong(re: message.id, time: wallClock)))
        case .play(let input):
            play(input, id: message.id, effects: &effects)
        case .create, .join, .quick, .resume, .watch:
            guard case .fresh = state else {
                return refuse(message.id, .alreadyJoined, effects: &effects)
            }
            arrive(message, using: &generator, effects: &effects)
        }
    }

    private mutating func arrive(
        _ message: ClientMessage, using generator: inout some RandomNumberGenerator,
        effects: inout [SessionEffect]
    ) {
        switch message.body {
        case .create(let name, let options):
            let code = RoomCode.random(using: &generator)
            attach(
                to: code, message.id, .create(name: name, options), [], effects: &effects)
        case .join(let room, let name, let seat):
            attach(to: room, message.id, .join(name: name, seat), [], effects: &effects)
        case .watch(let room):
            attach(to: room, message.id, .watch, [], effects: &effects)
        case .resume(let token, let version):
            guard let claim = tokens.open(token) else {
                return refuse(message.id, .badToken, effects: &effects)
            }
            attach(
                to: claim.room, message.id, .resume(claim, version: version), [],
                effects: &effects)
        case .quick(let name):
            seek(Queued(id: message.id, name: name), effects: &effects)
        case .ping, .play:
            preconditionFailure("these do not ask for a seat")
        }
    }

    private mutating func play(
        _ input: PlayerInput, id: Int64?, effects: inout [SessionEffect]
    ) {
        switch state {
        case .joined: pass(input, id: id, effects: &effects)
        case .attaching(var attaching):
            guard attaching.held.count < Self.heldMax else {
                return refuse(id, .overloaded, effects: &effects)
            }
            attaching.held.append(Held(id: id, input: input))
            state = .attaching(attaching)
        case .queued where input == .leave:
            if let id { effects.append(.send(ServerMessage.ok(re: id, version: 0))) }
            close(.left, effects: &effects)
        case .fresh, .queued: refuse(id, .notJoined, effects: &effects)
        case .closed: return
        }
    }

    private mutating func pass(
        _ input: PlayerInput, id: Int64?, effects: inout [SessionEffect]
    ) {
        guard case .joined(var joined) = state else { return }
        effects.append(
            .toRooms(
                .input(self.id, id: id, joined.room, index: joined.nextIndex, input)))
        joined.nextIndex += 1
        state = .joined(joined)
    }
}

// MARK: - From one life to the next

extension SessionMachine {
    private mutating func attach(
        to room: RoomCode, _ id: Int64?, _ attach: Attach, _ held: [Held],
        effects: inout [SessionEffect]
    ) {
        state = .attaching(Attaching(room: room, id: id, attach: attach, held: held))
        idleDeadline = nil
        effects.append(.toRooms(.attach(self.id, id: id, room, attach)))
    }

    private mutating func seek(_ queued: Queued, effects: inout [SessionEffect]) {
        state = .queued(queued)
        idleDeadline = nil
        effects.append(.toRooms(.seek(id, id: queued.id, name: queued.name)))
    }

    private mutating func refused(
        _ code: ErrorCode, _ attaching: Attaching, now: Instant,
        effects: inout [SessionEffect]
    ) {
        if case .quick(let name) = attaching.attach {
            // Somebody else took the seat in the meantime: the lobby has others.
            return seek(Queued(id: nil, name: name), effects: &effects)
        }
        becomeFresh(now: now)
        refuse(attaching.id, code, effects: &effects)
        for held in attaching.held { refuse(held.id, .notJoined, effects: &effects) }
    }

    private mutating func becomeFresh(now: Instant) {
        state = .fresh
        idleDeadline = now.advanced(by: Self.idleMax)
    }

    private func refuse(_ id: Int64?, _ code: ErrorCode, effects: inout [SessionEffect]) {
        effects.append(.send(ServerMessage.error(re: id, code)))
    }

    private mutating func close(
        _ code: PlayerProtocol.CloseCode, effects: inout [SessionEffect]
    ) {
        withdraw(effects: &effects)
        state = .closed
        idleDeadline = nil
        effects.append(.close(code))
    }

    /// Tells the room or the lobby that nobody is here any more.
    private func withdraw(effects: inout [SessionEffect]) {
        switch state {
        case .joined(let joined): effects.append(.toRooms(.detach(id, joined.room)))
        case .attaching(let attaching): effects.append(.toRooms(.detach(id, attaching.room)))
        case .queued: effects.append(.toRooms(.abandon(id)))
        case .fresh, .closed: break
        }
    }
}
