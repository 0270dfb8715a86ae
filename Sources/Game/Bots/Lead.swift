/// The first card of a trick, by rules of thumb.
enum Lead {
    /// The card that the seat on turn leads. It must hold one.
    static func card(in situation: Situation) -> Card {
        var best = situation.own.lowest.unsafelyUnwrapped
        var bestWorth = Int.min
        for suit in Suit.allCases where !situation.own.of(suit).isEmpty {
            let (card, worth) =
                suit == situation.trump ? trump(situation) : plain(suit, situation)
            if worth > bestWorth {
                bestWorth = worth
                best = card
            }
        }
        return best
    }

    private static func plain(_ suit: Suit, _ situation: Situation) -> (Card, Int) {
        let seat = situation.turn
        let cards = situation.own.of(suit)
        let unseen = situation.unseen
        let low = cards.lowest.unsafelyUnwrapped
        let high = cards.highest.unsafelyUnwrapped
        let out = unseen.of(suit).count
        let ruffs =
            canRuff(seat.next, suit, situation) || canRuff(seat.advanced(by: 3), suit, situation)
        if unseen.above(high).isEmpty {
            if ruffs { return (low, 5) }
            let noTrumps = unseen.of(situation.trump).isEmpty
            // The more of the suit is out, the likelier everyone follows.
            return (high, noTrumps ? 90 : 70 + out)
        }
        if canRuff(seat.partner, suit, situation), !ruffs { return (low, 65) }
        var worth = 30 + cards.count
        if ruffs { worth -= 14 }
        // From a king or a queen the lead gives tricks away.
        if unseen.above(high).count <= 2 { worth -= 6 }
        if cards.count == 1, !situation.own.of(situation.trump).isEmpty { worth += 8 }
        return (low, worth)
    }

    private static func trump(_ situation: Situation) -> (Card, Int) {
        let cards = situation.own.of(situation.trump)
        let unseen = situation.unseen.of(situation.trump)
        let low = cards.lowest.unsafelyUnwrapped
        let high = cards.highest.unsafelyUnwrapped
        guard !unseen.isEmpty else { return (low, 20) }
        let isOurs = situation.hakem.team == situation.turn.team
        let opponentsHave =
            !situation.voids.contains(situation.trump, of: situation.turn.next)
            || !situation.voids.contains(situation.trump, of: situation.turn.advanced(by: 3))
        if !opponentsHave { return (low, 0) }
        if unseen.above(high).isEmpty {
            return (high, isOurs && cards.count * 2 >= unseen.count ? 95 : 25)
        }
        return (low, isOurs && cards.count >= 4 ? 34 : 4)
    }

    /// Whether a seat is known to be out of `suit` and may have a trump.
    private static func canRuff(_ seat: Seat, _ suit: Suit, _ situation: Situation) -> Bool {
        situation.voids.contains(suit, of: seat)
            && !situation.voids.contains(situation.trump, of: seat)
            && !situation.unseen.of(situation.trump).isEmpty
    }
}
