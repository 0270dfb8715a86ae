internal import Game
package import Gossip
package import Link
package import PlayerProtocol

/// One player's connection between the socket and a room: pure.
///
/// It answers what needs no room, passes everything else on in order, and keeps what a room may not
/// have got until that is acknowledged: the player's socket outlives the room's server. Effects are
/// appended to an array that the caller keeps and empties.
package struct SessionMachine {
    let id: SessionID
    let tokens: SeatTokens
    /// How long the player is held without a room.
    let hold: Duration
    var state: SessionState
    private var rate: RateLimit
    var isReadingPaused = false

    /// How long a connection may be silent before it joins.
    static let idleMax = Duration.seconds(10)
    /// After this time without a way to his room the player is told.
    static let waitingAfter = Duration.seconds(1)

    package init(
        id: SessionID, tokens: SeatTokens, hold: Duration = .seconds(30), now: Instant
    ) {
        self.id = id
        self.tokens = tokens
        self.hold = hold
        rate = RateLimit(now: now)
        state = .fresh(until: now.advanced(by: Self.idleMax))
    }

    /// When `tick` has something to do.
    package var deadline: Instant {
        switch state {
        case .fresh(let until): until
        case .attaching(let attaching): deadline(attaching.approach)
        case .queued(let queued) where queued.approach.asked == nil: deadline(queued.approach)
        case .rejoining(let rejoining) where rejoining.membership.pause.byWay:
            deadline(rejoining.approach)
        case .rejoining(let rejoining):
            min(
                deadline(rejoining.approach),
                rejoining.approach.since.advanced(by: Self.waitingAfter))
        case .queued, .joined, .closed: .never
        }
    }

    private func deadline(_ approach: Approach) -> Instant {
        min(approach.retryAt, approach.since.advanced(by: hold))
    }

    /// A text frame came.
    ///
    /// - Parameters:
    ///   - wallClock: milliseconds since 1970, for `pong`.
    ///   - generator: draws codes of new rooms.
    package mutating func received(
        _ text: RawSpan, now: Instant, wallClock: Int64, router: inout Router,
        using generator: inout some RandomNumberGenerator, effects: inout [SessionEffect]
    ) {
        if case .closed = state { return }
        let verdict = rate.count(at: now)
        guard verdict != .excessive else {
            effects.append(.countTooManyMessages)
            return close(.tooManyMessages, effects: &effects)
        }
        if case .fresh = state { state = .fresh(until: now.advanced(by: Self.idleMax)) }
        do throws(ClientMessageError) {
            let message = try ClientMessage(json: text)
            guard verdict == .allowed else {
                effects.append(.countRateLimited)
                return refuse(message.id, .rateLimited, effects: &effects)
            }
            handle(
                message, now: now, wallClock: wallClock, router: &router, using: &generator,
                effects: &effects)
        } catch {
            if verdict == .refused { effects.append(.countRateLimited) }
            refuse(error.id, verdict == .refused ? .rateLimited : error.code, effects: &effects)
        }
    }

    /// The deadline may have come.
    package mutating func tick(
        now: Instant, router: Router, effects: inout [SessionEffect]
    ) {
        switch state {
        case .fresh(let until):
            guard until <= now else { return }
            effects.append(.countIdle)
            close(.idle, effects: &effects)
        case .attaching(let attaching):
            guard now < attaching.approach.since.advanced(by: hold) else {
                return giveUp(attaching, now: now, effects: &effects)
            }
            rerouted(router, now: now, effects: &effects)
        case .queued(let queued):
            guard queued.approach.asked == nil else { return }
            guard now < queued.approach.since.advanced(by: hold) else {
                return giveUp(queued, now: now, effects: &effects)
            }
            rerouted(router, now: now, effects: &effects)
        case .rejoining(let rejoining):
            guard now < rejoining.approach.since.advanced(by: hold) else {
                return giveUp(rejoining, effects: &effects)
            }
            tellWaiting(rejoining, now: now, effects: &effects)
            rerouted(router, now: now, effects: &effects)
        case .joined, .closed: return
        }
    }

    /// The socket is gone.
    package mutating func ended(effects: inout [SessionEffect]) {
        withdraw(effects: &effects)
        state = .closed
    }

    func refuse(_ id: Int64?, _ code: ErrorCode, effects: inout [SessionEffect]) {
        effects.append(.send(ServerMessage.error(re: id, code)))
    }

    mutating func becomeFresh(now: Instant, effects: inout [SessionEffect]) {
        state = .fresh(until: now.advanced(by: Self.idleMax))
        resumeReading(effects: &effects)
    }

    mutating func close(_ code: PlayerProtocol.CloseCode, effects: inout [SessionEffect]) {
        withdraw(effects: &effects)
        state = .closed
        effects.append(.close(code))
    }

    /// Tells the room or the lobby that nobody is here any more, where they think somebody is.
    private func withdraw(effects: inout [SessionEffect]) {
        switch state {
        case .joined(let joined):
            effects.append(.toServer(joined.node, .detach(id, joined.membership.room)))
        case .attaching(let attaching): bidFarewell(attaching, effects: &effects)
        case .rejoining(let rejoining):
            guard let node = rejoining.approach.asked else { return }
            effects.append(.toServer(node, .detach(id, rejoining.membership.room)))
        case .queued(let queued):
            guard let node = queued.approach.asked else { return }
            effects.append(.toServer(node, .abandon(id)))
        case .fresh, .closed: return
        }
    }

    // MARK: Backpressure

    mutating func pauseReading(if isFull: Bool, effects: inout [SessionEffect]) {
        guard isFull, !isReadingPaused else { return }
        isReadingPaused = true
        effects.append(.pauseReading)
    }

    mutating func resumeReading(effects: inout [SessionEffect]) {
        guard isReadingPaused else { return }
        isReadingPaused = false
        effects.append(.resumeReading)
    }
}
