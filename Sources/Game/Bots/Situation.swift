/// A hand under way after the trump was named, in words and bytes only: copying one allocates
/// nothing, so a playout is a copy that is played to its end.
///
/// Made from a view it holds the viewer's own cards and nobody else's; `Worlds` fills in the rest
/// by guessing.
struct Situation: Sendable {
    var held = InlineArray<4, CardSet>(repeating: CardSet())
    /// Cards that were played, those on the table among them.
    private(set) var gone = CardSet()
    private(set) var voids = Voids()
    /// Those of the hakem among them.
    private(set) var playedByHakem = CardSet()
    let trump: Suit
    let hakem: Seat
    private(set) var turn: Seat
    private(set) var led: Suit?
    /// The card that holds the trick, and whose it is; nothing's before the first card.
    private(set) var best: Card
    private(set) var bestSeat: Seat
    /// Cards on the table.
    private(set) var onTable = 0
    private(set) var tricks = TeamCounts()

    init(trump: Suit, hakem: Seat) {
        self.trump = trump
        self.hakem = hakem
        turn = hakem
        best = Card(index: 0)
        bestSeat = hakem
    }

    /// - Returns: `nil` when no hand is being played.
    init?(_ view: TableView, of seat: Seat) {
        guard let trump = view.trump, let hakem = view.hakem else { return nil }
        self.init(trump: trump, hakem: hakem)
        for ply in 0..<view.plays.count { play(view.plays[ply].card) }
        held[seat.index] = view.cards
    }

    /// What the seat on turn holds.
    var own: CardSet { held[turn.index] }
    /// What the seat on turn has not seen: the other three hold it.
    var unseen: CardSet { CardSet.full.subtracting(gone).subtracting(own) }

    var legalPlays: CardSet {
        let cards = own
        guard let led else { return cards }
        let following = cards.of(led)
        return following.isEmpty ? cards : following
    }

    /// The seat on turn plays a legal card.
    mutating func play(_ card: Card) {
        held[turn.index].remove(card)
        gone.insert(card)
        if turn == hakem { playedByHakem.insert(card) }
        if let led {
            if card.suit != led { voids.insert(led, of: turn) }
            if card.beats(best, trump: trump) {
                best = card
                bestSeat = turn
            }
        } else {
            led = card.suit
            best = card
            bestSeat = turn
        }
        onTable += 1
        guard onTable == 4 else {
            turn = turn.next
            return
        }
        tricks[bestSeat.team] += 1
        turn = bestSeat
        led = nil
        onTable = 0
    }

    /// Plays the hand to its end by rules of thumb.
    ///
    /// - Returns: what it is worth to the team: a hand won 100, and a *kot* a little more.
    mutating func finish(for team: Team) -> Int {
        while true {
            if onTable == 0 {
                if tricks[team] >= Self.tricksToWin { return tricks[team.other] == 0 ? 110 : 100 }
                if tricks[team.other] >= Self.tricksToWin { return tricks[team] == 0 ? -110 : -100 }
            }
            play(RuleOfThumb.card(in: self))
        }
    }

    private static let tricksToWin = Rules.standard.tricksToWin
}

extension CardSet {
    /// The set without its lowest card.
    var withoutLowest: CardSet { CardSet(bits: bits & (bits &- 1)) }

    /// The cards of the same suit that are higher than `card`.
    func above(_ card: Card) -> CardSet {
        let higher = CardSet(bits: CardSet.full.bits & ~((2 << UInt64(card.rawValue)) - 1))
        return intersection(higher).of(card.suit)
    }

    /// The cards with a lower index than `card`.
    func below(_ card: Card) -> CardSet {
        CardSet(bits: bits & ((1 << UInt64(card.rawValue)) - 1))
    }
}
