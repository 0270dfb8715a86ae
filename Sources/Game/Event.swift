/// What happened at a table. One of them, `cards`, is private to a seat: see `Projection`.
package enum Event: Hashable, Sendable {
    case seated(Seat, name: String, isBot: Bool)
    case presence(Seat, online: Bool)
    case left(Seat)
    /// - Parameter draw: the cards turned for the first hakem; empty in later hands.
    case hakem(Seat, draw: [Played])
    case deal(hand: Int, commitment: Commitment)
    /// Private to the seat.
    case cards(Seat, CardSet)
    case turn(Turn)
    case trump(Seat, Suit)
    case played(Seat, Card)
    case trick(winner: Seat, tricks: TeamCounts)
    case hand(HandResult)
    case match(winner: Team, score: TeamCounts)
    case said(Seat, String)
    case emoted(Seat, String)
}

/// Whose turn it is, and for what.
package struct Turn: Hashable, Sendable {
    package enum Kind: Hashable, Sendable { case trump, play }

    package var seat: Seat
    package var kind: Kind
    package var mark: TurnMark
    /// Milliseconds that this turn had when it began; `nil` without a limit.
    package var limitMilliseconds: Int?
}

/// How a hand ended, with what opens its commitment.
package struct HandResult: Hashable, Sendable {
    package var winner: Team
    package var points: Int
    package var kot: Kot
    package var score: TeamCounts
    package var room: RoomCode
    package var hand: Int
    package var seed: Seed
}
