/// Which suit to name as trump from the first five cards.
enum TrumpChoice {
    /// The suit with the most weight: length first, then high cards.
    static func suit(from cards: CardSet) -> Suit {
        var best = Suit.spades
        var bestWeight = -1
        for suit in Suit.allCases {
            let weight = weight(of: cards.of(suit))
            if weight > bestWeight {
                best = suit
                bestWeight = weight
            }
        }
        return best
    }

    /// Every card counts for its length; ace, king, queen, jack, ten add to it.
    private static func weight(of cards: CardSet) -> Int {
        cards.reduce(0) { $0 + lengthWeight + max(0, $1.rank - 7) }
    }

    private static let lengthWeight = 6
}
