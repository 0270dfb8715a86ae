/// The legal cards without those that are as good as a lower one.
struct Candidates {
    private(set) var count = 0
    private var cards = InlineArray<13, Card>(repeating: Card(index: 0))

    init(_ situation: Situation) {
        let unseen = situation.unseen
        var last: Card?
        for card in situation.legalPlays {
            if let last, last.suit == card.suit, unseen.above(last).below(card).isEmpty,
                !situation.bestLies(between: last, card)
            {
                continue
            }
            last = card
            cards[count] = card
            count += 1
        }
    }

    subscript(index: Int) -> Card { cards[index] }

    /// Where the card, or the one that stands for it, is.
    func index(of card: Card) -> Int {
        var found = 0
        for index in 0..<count
        where cards[index].suit == card.suit && cards[index].rawValue <= card.rawValue {
            found = index
        }
        return found
    }
}

extension Situation {
    /// Whether the card that holds the trick tells two cards of its suit apart.
    fileprivate func bestLies(between low: Card, _ high: Card) -> Bool {
        led != nil && best.suit == low.suit
            && (low.rawValue...high.rawValue).contains(best.rawValue)
    }
}
