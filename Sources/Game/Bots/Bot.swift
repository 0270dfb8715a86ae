/// A player that is a program. It sees what its seat sees, a `TableView`, and nothing else.
///
/// A pure function of the view and the generator: no clock, no state from move to move. `easy` and
/// `normal` take a few microseconds; `strong` takes milliseconds of CPU and belongs off an event
/// loop.
package struct Bot: Sendable {
    package let strength: BotStrength

    package init(_ strength: BotStrength) {
        self.strength = strength
    }

    /// What this bot does now.
    ///
    /// - Parameters:
    ///   - isCancelled: asked a few hundred times in a strong bot's move. When it says true the
    ///     answer is the best so far and still legal.
    /// - Returns: a legal `trump` or `play` of the view's seat; `nil` when it is not that seat's
    ///   turn, as for a spectator.
    package func choose(
        _ view: TableView, using generator: inout some RandomNumberGenerator,
        isCancelled: () -> Bool = { false }
    ) -> Action? {
        guard case .seat(let seat) = view.viewer, let turn = view.turn, turn.seat == seat else {
            return nil
        }
        switch (turn.kind, strength) {
        case (.trump, .easy):
            return Easy.trump(from: view.cards, using: &generator).map { .trump($0) }
        case (.trump, .normal), (.trump, .strong):
            return .trump(TrumpChoice.suit(from: view.cards))
        case (.play, _):
            return Situation(view, of: seat).flatMap {
                play($0, after: view.plays, using: &generator, isCancelled: isCancelled)
            }
        }
    }

    private func play(
        _ situation: Situation, after plays: Plays,
        using generator: inout some RandomNumberGenerator,
        isCancelled: () -> Bool
    ) -> Action? {
        let legal = situation.legalPlays
        guard legal.count > 1 else { return legal.lowest.map { .play($0) } }
        switch strength {
        case .easy: return Easy.card(from: legal, using: &generator).map { .play($0) }
        case .normal: return .play(RuleOfThumb.card(in: situation))
        case .strong:
            let search = MonteCarlo()
            return .play(
                search.card(
                    in: situation, after: plays, using: &generator, isCancelled: isCancelled))
        }
    }
}

/// Legal, and no more than that.
enum Easy {
    /// The suit of any card in hand, so that longer suits come more often.
    static func trump(
        from cards: CardSet, using generator: inout some RandomNumberGenerator
    ) -> Suit? {
        card(from: cards, using: &generator)?.suit
    }

    static func card(
        from cards: CardSet, using generator: inout some RandomNumberGenerator
    ) -> Card? {
        cards.random(using: &generator)
    }
}
