/// The four suits, by the letters of the protocol.
package enum Suit: Character, CaseIterable, Sendable {
    case spades = "S"
    case hearts = "H"
    case diamonds = "D"
    case clubs = "C"
}

/// A card as the protocol writes it: a rank and a suit, `"AS"`.
///
/// The referee's own, plain on purpose: it shares nothing with the server whose rules it checks.
package struct Card: Hashable, Sendable, CustomStringConvertible {
    static let ranks = Array("23456789TJQKA")

    /// 2...14, the ace 14.
    let rank: Int
    let suit: Suit

    init?(_ text: String) {
        let letters = Array(text)
        guard letters.count == 2, let index = Self.ranks.firstIndex(of: letters[0]),
            let suit = Suit(rawValue: letters[1])
        else { return nil }
        rank = index + 2
        self.suit = suit
    }

    package var description: String { "\(Self.ranks[rank - 2])\(suit.rawValue)" }

    var isAce: Bool { rank == 14 }
}

/// A card and the seat that played it.
struct Placed: Hashable {
    let seat: Int
    let card: Card
}

/// Who takes these four cards, the first of them led: the highest trump, else the highest of the
/// suit that was led.
func trickWinner(_ trick: [Placed], trump: Suit?) -> Int? {
    guard let led = trick.first?.card.suit else { return nil }
    let trumps = trick.filter { $0.card.suit == trump }
    let inPlay = trumps.isEmpty ? trick.filter { $0.card.suit == led } : trumps
    return inPlay.max { $0.card.rank < $1.card.rank }?.seat
}
