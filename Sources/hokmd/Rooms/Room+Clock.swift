internal import Game
internal import Link

/// A turn that a bot has, from the moment it began.
struct BotTurn {
    var turn: Turn
    /// When the move is shown: a bot seems to think for a moment.
    var due: Milliseconds
    /// A strong bot's move, once it is found; other bots find theirs when it is due.
    var move: Action?
    /// Whether the move is being sought elsewhere.
    var isAwaited: Bool
}

extension Room {
    /// When something happens here without anybody's doing.
    var nextDeadline: Milliseconds? {
        guard !hasEnded else { return nil }
        var next = endsAt
        for each in [
            table.deadline, fillAt, absent.first?.until,
            botTurn.flatMap { $0.isAwaited ? nil : $0.due },
        ] {
            if let each { next = min(next ?? each, each) }
        }
        return next
    }

    /// Does what is due, one thing at a time.
    mutating func advance(
        to now: Milliseconds, using generator: inout some RandomNumberGenerator
    ) {
        if let fillAt, fillAt <= now {
            self.fillAt = nil
            // A room that has begun already needs no bots.
            try? fillWithBots(now: now)
        } else if let botTurn, !botTurn.isAwaited, botTurn.due <= now {
            play(botTurn.turn, botTurn.move, settings.botStrength, now: now, using: &generator)
        } else if let deadline = table.deadline, deadline <= now, let turn = table.turn {
            play(turn, nil, .normal, now: now, using: &generator)
        } else if let absent = absent.first, absent.until <= now {
            giveUp(absent, now: now)
        } else if let endsAt, endsAt <= now {
            end("this room has ended")
        }
    }

    /// Takes a strong bot's move, unless the turn is over.
    mutating func botMoved(_ action: Action, at mark: TurnMark) {
        guard let awaited = botTurn, awaited.isAwaited, awaited.turn.mark == mark,
            action.suits(awaited.turn.kind)
        else { return }
        botTurn?.move = action
        botTurn?.isAwaited = false
    }

    /// Lets all clocks that players see stand still for a while in which nobody could play.
    mutating func postpone(by pause: Milliseconds) {
        table.postponeDeadline(by: pause)
        fillAt = fillAt.map { $0 + pause }
        botTurn?.due += pause
    }

    /// Brings everything that follows from the table up to date; called after every change.
    mutating func settle(
        now: Milliseconds, using generator: inout some RandomNumberGenerator,
        effects: inout [RoomEffect]
    ) {
        startIfFull(now: now)
        noteWhoIsHere(now: now)
        planBotTurn(now: now, using: &generator, effects: &effects)
        announceVacancy(effects: &effects)
    }

    private mutating func startIfFull(now: Milliseconds) {
        guard case .waiting = table.position.phase, table.position.freeSeats.isEmpty else { return }
        fillAt = nil
        do throws(RuleViolation) {
            try commit(.start, by: Seat.all[0], now: now)
        } catch { preconditionFailure("a full table can start: \(error)") }
    }

    private mutating func noteWhoIsHere(now: Milliseconds) {
        if case .over = table.position.phase, overSince == nil { overSince = now }
        if !members.isEmpty || !absent.isEmpty {
            desertedSince = nil
        } else if playerCount == 0 {
            // Nobody holds a token: nobody can come back.
            hasEnded = true
        } else if desertedSince == nil {
            desertedSince = now
        }
    }

    private var endsAt: Milliseconds? {
        var patience = RoomSettings.endAfterDesertion
        if case .waiting = table.position.phase {
            patience = RoomSettings.endUnstartedAfterDesertion
        }
        let afterMatch = overSince.map { $0 + RoomSettings.endAfterMatch }
        let afterDesertion = desertedSince.map { $0 + patience }
        guard let afterMatch, let afterDesertion else { return afterMatch ?? afterDesertion }
        return min(afterMatch, afterDesertion)
    }

    private mutating func planBotTurn(
        now: Milliseconds, using generator: inout some RandomNumberGenerator,
        effects: inout [RoomEffect]
    ) {
        let turn = hasEnded ? nil : table.turn
        if let botTurn {
            guard turn != botTurn.turn else { return }
            if botTurn.isAwaited { effects.append(.stopThinking(code)) }
            self.botTurn = nil
        }
        guard let turn, table.position.seats[turn.seat.index]?.isBot == true else { return }
        let delay = Milliseconds.random(in: settings.botThinkMilliseconds, using: &generator)
        let isStrong = settings.botStrength == .strong
        botTurn = BotTurn(turn: turn, due: now + delay, move: nil, isAwaited: isStrong)
        guard isStrong else { return }
        effects.append(
            .think(
                ThinkRequest(
                    room: code, mark: turn.mark, view: table.view(for: .seat(turn.seat)),
                    seed: generator.next())))
    }

    private mutating func play(
        _ turn: Turn, _ found: Action?, _ strength: BotStrength, now: Milliseconds,
        using generator: inout some RandomNumberGenerator
    ) {
        let view = table.view(for: .seat(turn.seat))
        guard let move = found ?? Bot(strength).choose(view, using: &generator) else {
            preconditionFailure("a seat on turn has a move")
        }
        do throws(RuleViolation) {
            try commit(move, by: turn.seat, now: now)
        } catch { preconditionFailure("a bot's move is legal: \(error)") }
    }

    private mutating func announceVacancy(effects: inout [RoomEffect]) {
        guard table.identity.options.isPublic else { return }
        var free = 0
        if case .waiting = table.position.phase, !hasEnded { free = table.position.freeSeats.count }
        guard free != announcedVacancy else { return }
        announcedVacancy = free
        effects.append(.vacancy(code, freeSeats: free))
    }
}

extension Action {
    /// Whether this is what a turn asks for. The trump and the first card of a hand have the same
    /// mark, so a mark alone does not tell a late answer from a good one.
    fileprivate func suits(_ kind: Turn.Kind) -> Bool {
        switch (self, kind) {
        case (.trump, .trump), (.play, .play): true
        default: false
        }
    }
}
