/// One card and who played it, packed into a byte: the card in the low six bits.
package struct Played: Hashable, Sendable {
    private let packed: UInt8

    package init(seat: Seat, card: Card) {
        packed = card.rawValue | seat.rawValue << 6
    }

    package var seat: Seat { Seat(wrapping: packed >> 6) }
    package var card: Card { Card(rawValue: packed & 63).unsafelyUnwrapped }
}

/// Up to four cards on the table, in the order in which they were played.
package struct Trick: Sendable {
    package private(set) var count = 0
    private var cards = InlineArray<4, Played>(
        repeating: Played(seat: Seat.all[0], card: Card(index: 0)))

    package init() {}

    package var isComplete: Bool { count == 4 }
    package var led: Suit? { count == 0 ? nil : cards[0].card.suit }

    package subscript(index: Int) -> Played {
        precondition(index < count, "the trick has \(count) cards")
        return cards[index]
    }

    package mutating func add(_ played: Played) {
        precondition(count < 4, "a trick has four cards")
        cards[count] = played
        count += 1
    }

    /// Who holds the trick so far: the highest trump, else the highest card of the suit led.
    package func winner(trump: Suit?) -> Played? {
        guard count > 0 else { return nil }
        var best = cards[0]
        for index in 1..<max(count, 1) where cards[index].card.beats(best.card, trump: trump) {
            best = cards[index]
        }
        return best
    }

    /// The cards in order, as an array: not for the hot path.
    package var played: [Played] { (0..<count).map { cards[$0] } }
}

extension Card {
    /// Whether this card, played later, takes the trick from `best`, which holds it so far.
    package func beats(_ best: Card, trump: Suit?) -> Bool {
        if suit == best.suit { return rank > best.rank }
        return suit == trump
    }
}
