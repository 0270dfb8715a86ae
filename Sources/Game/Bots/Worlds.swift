/// The deals that fit what one seat has seen, each as likely as any other: its own cards are known,
/// what was played is gone, and a seat that did not follow a suit has none of it.
///
/// For every suit the number of ways to spread its unseen cards over the three others is counted
/// once (multinomial coefficients, summed from the last suit back to the first). A world is then
/// drawn suit by suit in proportion to those counts, which makes it exactly uniform and needs no
/// second try however many voids are known.
struct Worlds {
    private let situation: Situation
    private let others: InlineArray<3, Seat>
    /// How many cards each of the others holds.
    private let room: InlineArray<3, Int>
    /// `ways[suit][room of the first][room of the second]`: ways to place this suit and those after
    /// it. The third seat's room follows from the number of cards.
    private var ways: [Double]
    /// Unseen cards of the suits from this one on.
    private var cardsFrom = InlineArray<5, Int>(repeating: 0)

    private static let side = 14

    /// - Parameter situation: with only the cards of the seat on turn.
    init(_ situation: Situation) {
        self.situation = situation
        let seat = situation.turn
        let own = situation.own.count
        others = [seat.next, seat.partner, seat.advanced(by: 3)]
        // Who already played to this trick has one card less.
        let onTable = situation.onTable
        room = [
            onTable >= 3 ? own - 1 : own, onTable >= 2 ? own - 1 : own,
            onTable >= 1 ? own - 1 : own,
        ]
        ways = [Double](repeating: 0, count: 5 * Self.side * Self.side)
        ways[Self.index(4, 0, 0)] = 1
        for suit in Suit.allCases.reversed() { count(suit) }
    }

    private static func index(_ suit: Int, _ first: Int, _ second: Int) -> Int {
        (suit * side + first) * side + second
    }

    private mutating func count(_ suit: Suit) {
        let suitIndex = Int(suit.rawValue)
        cardsFrom[suitIndex] = cardsFrom[suitIndex + 1] + situation.unseen.of(suit).count
        for first in 0...room[0] {
            for second in 0...room[1] {
                var total = 0.0
                forEachSplit(of: suit, first, second) { _, _, weight in
                    total += weight
                    return true
                }
                ways[Self.index(suitIndex, first, second)] = total
            }
        }
    }

    /// Every way to give the first and the second seat so many cards of a suit, the third the rest,
    /// with the number of deals it stands for.
    @inline(__always)
    private func forEachSplit(
        of suit: Suit, _ first: Int, _ second: Int, _ body: (Int, Int, Double) -> Bool
    ) {
        let suitIndex = Int(suit.rawValue)
        let third = cardsFrom[suitIndex] - first - second
        guard (0...room[2]).contains(third) else { return }
        let cards = cardsFrom[suitIndex] - cardsFrom[suitIndex + 1]
        let most = (
            bound(0, suit, min(first, cards)), bound(1, suit, min(second, cards)),
            bound(2, suit, min(third, cards))
        )
        for one in 0...most.0 where one + most.1 + most.2 >= cards {
            for two in max(0, cards - one - most.2)...max(0, min(most.1, cards - one)) {
                let three = cards - one - two
                guard two <= most.1, three <= most.2 else { continue }
                let after = ways[Self.index(suitIndex + 1, first - one, second - two)]
                guard after > 0 else { continue }
                let split =
                    Self.factorial[cards]
                    / (Self.factorial[one] * Self.factorial[two] * Self.factorial[three])
                guard body(one, two, split * after) else { return }
            }
        }
    }

    private func bound(_ place: Int, _ suit: Suit, _ most: Int) -> Int {
        situation.voids.contains(suit, of: others[place]) ? 0 : most
    }

    /// 0! … 13!
    private static let factorial: [Double] = (1...13).reduce(into: [1]) {
        $0.append($0[$1 - 1] * Double($1))
    }

    /// One deal, drawn at random: the situation with everybody's cards.
    func sample(using generator: inout some RandomNumberGenerator) -> Situation {
        var world = situation
        var first = room[0]
        var second = room[1]
        for suit in Suit.allCases {
            let total = ways[Self.index(Int(suit.rawValue), first, second)]
            var rest = Double.random(in: 0..<1, using: &generator) * total
            var split = (0, 0)
            forEachSplit(of: suit, first, second) { one, two, weight in
                split = (one, two)
                rest -= weight
                return rest >= 0
            }
            var cards = situation.unseen.of(suit)
            let one = Self.draw(split.0, from: &cards, using: &generator)
            let two = Self.draw(split.1, from: &cards, using: &generator)
            world.held[others[0].index] = world.held[others[0].index].union(one)
            world.held[others[1].index] = world.held[others[1].index].union(two)
            world.held[others[2].index] = world.held[others[2].index].union(cards)
            first -= split.0
            second -= split.1
        }
        return world
    }

    /// Takes `count` cards out of a set, every choice equally likely.
    static func draw(
        _ count: Int, from cards: inout CardSet, using generator: inout some RandomNumberGenerator
    ) -> CardSet {
        var drawn = CardSet()
        for _ in 0..<count {
            guard let card = cards.random(using: &generator) else { break }
            cards.remove(card)
            drawn.insert(card)
        }
        return drawn
    }
}

extension CardSet {
    /// Any card of the set, each equally likely; `nil` when there is none.
    func random(using generator: inout some RandomNumberGenerator) -> Card? {
        guard !isEmpty else { return nil }
        var rest = self
        for _ in 0..<Int.random(in: 0..<count, using: &generator) { rest = rest.withoutLowest }
        return rest.lowest
    }
}
