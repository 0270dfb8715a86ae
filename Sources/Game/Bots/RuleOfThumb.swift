/// Plays as a practised player does: cash what is good, cover what can be covered, save trumps,
/// leave a trick to the partner who has it. Goes by its own cards and what everybody saw.
///
/// Deterministic and free of allocation: it is also how the strong bot plays hands out.
enum RuleOfThumb {
    /// The card that the seat on turn plays. It must hold one.
    static func card(in situation: Situation) -> Card {
        let legal = situation.legalPlays
        guard let lowest = legal.lowest else { preconditionFailure("a seat on turn has cards") }
        guard legal.count > 1 else { return lowest }
        guard let led = situation.led else { return Lead.card(in: situation) }
        return lowest.suit == led
            ? follow(situation, with: legal, lowest) : ruffOrDiscard(situation)
    }

    // MARK: Following suit

    private static func follow(
        _ situation: Situation, with cards: CardSet, _ lowest: Card
    ) -> Card {
        let best = situation.best
        guard best.suit == lowest.suit else { return lowest }  // It was ruffed.
        let winning = cards.above(best)
        guard let cheapest = winning.lowest, let highest = winning.highest else { return lowest }
        let unseen = situation.unseen
        let isPartners = situation.bestSeat == situation.turn.partner
        switch situation.onTable {
        case 3:
            return isPartners ? lowest : cheapest
        case 2:
            if isPartners, isSafe(best, situation, unseen) { return lowest }
            // Third hand high, unless nothing lies between the partner's card and ours.
            if isPartners, unseen.above(best).below(highest).isEmpty { return lowest }
            return lowestEqual(to: highest, in: winning, unseen)
        default:
            let top = lowestEqual(to: highest, in: winning, unseen)
            if unseen.above(top).isEmpty { return top }
            return best.rank >= coverFrom ? cheapest : lowest
        }
    }

    /// A led card of this rank or above is covered by the second hand: the ten.
    private static let coverFrom = 8

    /// The lowest card that is as good as `card`: no unseen card lies between them.
    static func lowestEqual(to card: Card, in cards: CardSet, _ unseen: CardSet) -> Card {
        var lowest = card
        var rest = cards.below(card)
        while let next = rest.highest, next.suit == card.suit,
            unseen.above(next).below(lowest).isEmpty
        {
            lowest = next
            rest.remove(next)
        }
        return lowest
    }

    /// Whether the player after this one, the last, cannot take the trick from `best`.
    private static func isSafe(_ best: Card, _ situation: Situation, _ unseen: CardSet) -> Bool {
        let last = situation.turn.next
        let voids = situation.voids
        if voids.contains(best.suit, of: last) {
            return best.suit == situation.trump || voids.contains(situation.trump, of: last)
                || unseen.of(situation.trump).isEmpty
        }
        return unseen.above(best).isEmpty
    }

    // MARK: Not following suit

    private static func ruffOrDiscard(_ situation: Situation) -> Card {
        let trump = situation.trump
        let own = situation.own
        let trumps = own.of(trump)
        let best = situation.best
        let winning = best.suit == trump ? trumps.above(best) : trumps
        guard let cheapest = winning.lowest else { return discard(situation) }
        if situation.bestSeat == situation.turn.partner {
            if situation.onTable == 3 || best.suit == trump
                || isSafe(best, situation, situation.unseen) || best.rank >= trustFrom
            {
                return discard(situation)
            }
        }
        return cheapest
    }

    /// The partner's card of this rank or above is left to hold the trick: the queen.
    private static let trustFrom = 10

    /// The card that is missed least.
    static func discard(_ situation: Situation) -> Card {
        let own = situation.own
        let trump = situation.trump
        let unseen = situation.unseen
        let hasTrump = !own.of(trump).isEmpty
        var least = own.lowest.unsafelyUnwrapped
        var leastWorth = Int.max
        for suit in Suit.allCases {
            let cards = own.of(suit)
            guard let lowest = cards.lowest, let highest = cards.highest else { continue }
            var worth = lowest.rank * 4
            if suit == trump {
                worth += 200
            } else {
                let higher = unseen.above(highest).count
                let length = cards.count
                if higher == 0 {
                    worth += length == 1 ? 60 : 4
                }
                // A king needs one small card beside it, a queen two.
                else if higher < 3, length == higher + 1 {
                    worth += 24 - higher * 4
                }
                if length == 1, higher > 0, hasTrump { worth -= 8 }
            }
            if worth < leastWorth {
                leastWorth = worth
                least = lowest
            }
        }
        return least
    }
}
