/// What the trump says about the hakem's cards: he named it from five of them, and those were not
/// better in another suit.
struct TrumpInference {
    private let hakem: Seat
    private let trump: Suit
    /// What the hakem has played; the rest of his thirteen is in the world.
    private let played: CardSet
    private let applies: Bool

    /// Worlds drawn until one fits. A hand that seldom leads to this trump is thus seldom used.
    private static let triesMax = 6

    init(_ situation: Situation) {
        hakem = situation.hakem
        trump = situation.trump
        played = situation.playedByHakem
        applies = situation.turn != hakem
    }

    func sample(
        from worlds: Worlds, using generator: inout some RandomNumberGenerator
    ) -> Situation {
        var world = worlds.sample(using: &generator)
        guard applies else { return world }
        for _ in 1..<Self.triesMax {
            var cards = world.held[hakem.index].union(played)
            let packet = Worlds.draw(5, from: &cards, using: &generator)
            if TrumpChoice.suit(from: packet) == trump { break }
            world = worlds.sample(using: &generator)
        }
        return world
    }
}
