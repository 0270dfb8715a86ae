/// One deal, from the hakem's first five cards to the deciding trick.
package struct Hand: Sendable {
    /// Counted from 1 within the match.
    package let number: Int
    package let hakem: Seat
    package let commitment: Commitment
    /// What each seat was dealt and has not played. Before the trump is named the cards are there
    /// already, but only `visibleCards(of:)` may be shown.
    package private(set) var held: InlineArray<4, CardSet>
    /// What the hakem sees when he names the trump.
    package let firstPacket: CardSet
    package private(set) var trump: Suit?
    package private(set) var trick = Trick()
    package private(set) var tricks = TeamCounts()
    package private(set) var turn: Seat
    package private(set) var plays = Plays()

    /// Deals the pack of `seed` in the packets of `rules`, from the hakem to the right.
    package init(number: Int, hakem: Seat, seed: Seed, room: RoomCode, rules: Rules) {
        self.number = number
        self.hakem = hakem
        turn = hakem
        commitment = Commitment(seed: seed, room: room, hand: number)
        let deck = Shuffle.deck(from: seed)
        var held = InlineArray<4, CardSet>(repeating: CardSet())
        var next = 0
        for packet in rules.packets {
            for offset in 0..<4 {
                let seat = hakem.advanced(by: offset)
                for card in deck[next..<next + packet] { held[seat.index].insert(card) }
                next += packet
            }
        }
        self.held = held
        firstPacket = CardSet(deck[0..<rules.packets[0]])
    }

    /// The number of cards played so far, 0…51.
    package var ply: Int { plays.count }

    /// What a seat holds and may know of: nothing but the hakem's first packet before the trump.
    package func visibleCards(of seat: Seat) -> CardSet {
        if trump != nil { return held[seat.index] }
        return seat == hakem ? firstPacket : CardSet()
    }

    /// What the seat on turn may play: the suit led if it has any of it, else anything.
    package func legalPlays(of seat: Seat) -> CardSet {
        let cards = held[seat.index]
        guard let led = trick.led else { return cards }
        let following = cards.of(led)
        return following.isEmpty ? cards : following
    }

    package mutating func name(trump suit: Suit) {
        precondition(trump == nil, "the trump is named once")
        trump = suit
    }

    /// Plays a legal card of the seat on turn.
    ///
    /// - Returns: who won the trick, when this card completed it.
    package mutating func play(_ card: Card) -> Seat? {
        let played = Played(seat: turn, card: card)
        held[turn.index].remove(card)
        plays.append(played)
        trick.add(played)
        guard trick.isComplete, let winner = trick.winner(trump: trump)?.seat else {
            turn = turn.next
            return nil
        }
        tricks[winner.team] += 1
        trick = Trick()
        turn = winner
        return winner
    }

    /// The team that has the deciding number of tricks, if any.
    package func winner(under rules: Rules) -> Team? {
        Team.allCases.first { tricks[$0] >= rules.tricksToWin }
    }
}

/// The cards of one hand in the order in which they were played, at most 52, held in place.
package struct Plays: Sendable {
    package private(set) var count = 0
    private var storage = InlineArray<52, Played>(
        repeating: Played(seat: Seat.all[0], card: Card(index: 0)))

    package init() {}

    package subscript(ply: Int) -> Played {
        precondition((0..<count).contains(ply), "\(count) cards were played")
        return storage[ply]
    }

    package mutating func append(_ played: Played) {
        storage[count] = played
        count += 1
    }
}
