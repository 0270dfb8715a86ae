extension Position {
    /// Carries one action out, or refuses it and changes nothing.
    mutating func apply(
        _ action: Action, by seat: Seat, of identity: TableIdentity
    ) throws(RuleViolation) -> [Event] {
        switch action {
        case .sit(let name):
            try sit(Occupant(name: name, isBot: false), on: seat)
        case .sitBot:
            try sit(Occupant(name: BotNames.name(of: seat), isBot: true), on: seat)
        case .presence(let online):
            try setPresence(of: seat, online: online)
        case .start:
            try start(identity)
        case .trump(let suit):
            try name(trump: suit, by: seat, identity)
        case .play(let card):
            try play(card, by: seat, identity)
        case .say(let text):
            try occupied(seat, [.said(seat, text)])
        case .emote(let name):
            try occupied(seat, [.emoted(seat, name)])
        case .leave:
            try leave(seat)
        }
    }

    private func occupied(_ seat: Seat, _ events: [Event]) throws(RuleViolation) -> [Event] {
        guard seats[seat.index] != nil else { throw .seatEmpty }
        return events
    }

    private mutating func sit(
        _ occupant: Occupant, on seat: Seat
    ) throws(RuleViolation) -> [Event] {
        guard seats[seat.index] == nil else {
            throw freeSeats.isEmpty ? .roomFull : .seatTaken
        }
        seats[seat.index] = occupant
        return [.seated(seat, name: occupant.name, isBot: occupant.isBot)]
    }

    private mutating func setPresence(
        of seat: Seat, online: Bool
    ) throws(RuleViolation) -> [Event] {
        guard let occupant = seats[seat.index], !occupant.isBot else { throw .seatEmpty }
        guard occupant.isOnline != online else { throw .stale }
        seats[seat.index]?.isOnline = online
        return [.presence(seat, online: online)]
    }

    private mutating func leave(_ seat: Seat) throws(RuleViolation) -> [Event] {
        guard let occupant = seats[seat.index], !occupant.isBot else { throw .seatEmpty }
        seats[seat.index] = nil
        guard isRunning else { return [.left(seat)] }
        return [.left(seat)]
            + (try sit(Occupant(name: BotNames.name(of: seat), isBot: true), on: seat))
    }

    private mutating func start(_ identity: TableIdentity) throws(RuleViolation) -> [Event] {
        guard case .waiting = phase else { throw .stale }
        guard freeSeats.isEmpty else { throw .notStarted }
        let draw = Shuffle.hakemDraw(from: identity.secret.subkey(0))
        let first = draw[draw.count - 1].seat
        return deal(to: first, draw: draw, identity)
    }

    private mutating func deal(
        to hakem: Seat, draw: [Played], _ identity: TableIdentity
    ) -> [Event] {
        handNumber += 1
        self.hakem = hakem
        let hand = Hand(
            number: handNumber, hakem: hakem, seed: identity.secret.subkey(handNumber),
            room: identity.room, rules: identity.rules)
        phase = .choosingTrump(hand)
        return [
            .hakem(hakem, draw: draw),
            .deal(hand: handNumber, commitment: hand.commitment),
            .cards(hakem, hand.firstPacket),
        ] + turnEvent(identity)
    }

    private func turnEvent(_ identity: TableIdentity) -> [Event] {
        turn(limitMilliseconds: identity.turnMilliseconds).map { [.turn($0)] } ?? []
    }

    private mutating func name(
        trump suit: Suit, by seat: Seat, _ identity: TableIdentity
    ) throws(RuleViolation) -> [Event] {
        switch phase {
        case .waiting: throw .notStarted
        case .over: throw .matchOver
        case .playing(let hand): throw seat == hand.hakem ? .stale : .notTheHakem
        case .choosingTrump(var hand):
            guard seat == hand.hakem else { throw .notTheHakem }
            hand.name(trump: suit)
            phase = .playing(hand)
            var events: [Event] = [.trump(seat, suit)]
            for offset in 0..<4 {
                let dealt = hand.hakem.advanced(by: offset)
                events.append(.cards(dealt, hand.visibleCards(of: dealt)))
            }
            return events + turnEvent(identity)
        }
    }

    private mutating func play(
        _ card: Card, by seat: Seat, _ identity: TableIdentity
    ) throws(RuleViolation) -> [Event] {
        switch phase {
        case .waiting: throw .notStarted
        case .over: throw .matchOver
        case .choosingTrump: throw .notYourTurn
        case .playing(var hand):
            guard seat == hand.turn else { throw .notYourTurn }
            guard hand.held[seat.index].contains(card) else { throw .cardNotInHand }
            guard hand.legalPlays(of: seat).contains(card) else { throw .mustFollowSuit }
            let winner = hand.play(card)
            phase = .playing(hand)
            var events: [Event] = [.played(seat, card)]
            if let winner {
                events.append(.trick(winner: winner, tricks: hand.tricks))
                if let team = hand.winner(under: identity.rules) {
                    return events + end(hand, wonBy: team, identity)
                }
            }
            return events + turnEvent(identity)
        }
    }

    private mutating func end(
        _ hand: Hand, wonBy team: Team, _ identity: TableIdentity
    ) -> [Event] {
        let (kot, points) = identity.rules.outcome(
            winner: team, hakem: hand.hakem, losersTricks: hand.tricks[team.other])
        score[team] += points
        lastPlays = hand.plays
        let result = Event.hand(
            HandResult(
                winner: team, points: points, kot: kot, score: score, room: identity.room,
                hand: hand.number, seed: identity.secret.subkey(hand.number)))
        guard score[team] < identity.options.target else {
            phase = .over(winner: team)
            return [result, .match(winner: team, score: score)]
        }
        let next = identity.rules.nextHakem(after: hand.hakem, winner: team)
        return [result] + deal(to: next, draw: [], identity)
    }
}

/// What bots are called: a name for each seat, known from Persian tales.
enum BotNames {
    static func name(of seat: Seat) -> String {
        ["Rostam", "Shirin", "Farhad", "Tahmineh"][seat.index]
    }
}
