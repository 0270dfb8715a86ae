internal import Game
internal import Link
internal import PlayerProtocol

extension Room {
    /// Carries out what a member wants, and answers it.
    ///
    /// The answer follows the frame of its own version, since both go through the outbox.
    mutating func handle(
        _ input: PlayerInput, id: Int64?, index: UInt64, of member: Member, now: Milliseconds
    ) {
        let sitter = member.seat.flatMap { sitters[$0.index] }
        if let wasRefused = sitter?.verdict(on: index) {
            return repeatAnswer(to: input, id: id, index: index, of: member, wasRefused)
        }
        var isRefused = false
        let answer: [UInt8]?
        do throws(ErrorCode) {
            try perform(input, of: member, now: now)
            answer = id.map { ServerMessage.ok(re: $0, version: table.version) }
        } catch {
            isRefused = true
            answer = ServerMessage.error(re: id, error)
        }
        if let seat = member.seat { sitters[seat.index]?.note(index, isRefused: isRefused) }
        put(.acknowledged(member.session, index: index, message: answer), to: member.gateway)
        if input == .leave, self.member(member.gateway, member.session) == nil {
            put(.close(member.session, .left), to: member.gateway)
        }
    }

    /// The input was carried out, or refused, and its answer was lost with the way to the player.
    private mutating func repeatAnswer(
        to input: PlayerInput, id: Int64?, index: UInt64, of member: Member, _ wasRefused: Bool
    ) {
        let answer =
            wasRefused
            ? ServerMessage.error(re: id, .stale)
            : id.map { ServerMessage.ok(re: $0, version: table.version) }
        put(.acknowledged(member.session, index: index, message: answer), to: member.gateway)
        if input == .leave, !wasRefused {
            members.removeAll { $0 == member }
            put(.close(member.session, .left), to: member.gateway)
        }
    }

    private mutating func perform(
        _ input: PlayerInput, of member: Member, now: Milliseconds
    ) throws(ErrorCode) {
        guard let seat = member.seat else {
            guard input == .leave else { throw .notJoined }
            members.removeAll { $0 == member }
            return
        }
        do throws(RuleViolation) {
            switch input {
            case .bots: try fillWithBots(now: now)
            case .trump(let suit): try name(trump: suit, by: seat, now: now)
            case .play(let card, let mark): try play(card, at: mark, by: seat, now: now)
            case .say(let text): try commit(.say(text), by: seat, now: now)
            case .emote(let name): try commit(.emote(name), by: seat, now: now)
            case .leave:
                members.removeAll { $0 == member }
                try commit(.leave, by: seat, now: now)
                tokens[seat.index].revoke()
            }
        } catch { throw ErrorCode(error) }
    }

    /// Seats a bot on every free seat.
    mutating func fillWithBots(now: Milliseconds) throws(RuleViolation) {
        switch table.position.phase {
        case .waiting: break
        case .choosingTrump, .playing: throw .stale
        case .over: throw .matchOver
        }
        for seat in table.position.freeSeats { try commit(.sitBot, by: seat, now: now) }
    }

    private mutating func name(
        trump suit: Suit, by seat: Seat, now: Milliseconds
    ) throws(RuleViolation) {
        if case .playing(let hand) = table.position.phase, hand.hakem == seat, hand.trump == suit {
            return
        }
        try commit(.trump(suit), by: seat, now: now)
    }

    private mutating func play(
        _ card: Card, at mark: TurnMark?, by seat: Seat, now: Milliseconds
    ) throws(RuleViolation) {
        if let mark, let wasPlayed = table.wasPlayed(card, by: seat, at: mark) {
            if wasPlayed { return }
            switch table.position.phase {
            case .playing: throw .stale
            case .choosingTrump(let hand) where mark.hand != hand.number: throw .stale
            case .waiting, .choosingTrump, .over: break
            }
        }
        try commit(.play(card), by: seat, now: now)
    }
}
