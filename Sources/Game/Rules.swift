/// What distinguishes one way to play Hokm from another, as a value.
///
/// Source: <https://www.pagat.com/whist/hokm.html> and Persian practice. The table asks this value
/// instead of knowing numbers, so that other forms of the game can come as other values.
package struct Rules: Hashable, Sendable {
    /// Cards a seat gets in each round of the deal. The first packet is what the hakem sees when
    /// he names the trump.
    package var packets: [Int]
    /// Tricks that win a hand; play stops there.
    package var tricksToWin: Int
    /// Points for a hand won with the losers taking at least one trick.
    package var pointsForHand: Int
    /// Points for a *kot*: the losers took no trick.
    package var pointsForKot: Int
    /// Points for a *hakem kot*: the hakem's team took no trick.
    package var pointsForHakemKot: Int

    /// The standard game of four in two partnerships.
    package static let standard = Rules(
        packets: [5, 4, 4], tricksToWin: 7, pointsForHand: 1, pointsForKot: 2,
        pointsForHakemKot: 3)

    /// Cards a seat holds after the whole deal.
    package var cardsPerSeat: Int { packets.reduce(0, +) }

    /// What a hand is worth to the team that won it.
    package func outcome(winner: Team, hakem: Seat, losersTricks: Int) -> (Kot, points: Int) {
        guard losersTricks == 0 else { return (.none, pointsForHand) }
        return hakem.team == winner ? (.kot, pointsForKot) : (.hakemKot, pointsForHakemKot)
    }

    /// Who is hakem after a hand: the same as long as his team wins, else the player to his right.
    package func nextHakem(after hakem: Seat, winner: Team) -> Seat {
        hakem.team == winner ? hakem : hakem.next
    }
}

/// How one-sided a hand was.
package enum Kot: UInt8, Sendable {
    case none, kot, hakemKot
}
