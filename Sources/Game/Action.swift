/// What can happen to a table. Who does it comes beside it, as a seat.
package enum Action: Hashable, Sendable {
    /// A player sits down; the name was checked with `Name`.
    case sit(name: String)
    /// A bot takes a free seat.
    case sitBot
    case presence(online: Bool)
    /// The four seats are taken: the first hakem is drawn and the first hand dealt.
    case start
    case trump(Suit)
    case play(Card)
    case say(String)
    case emote(String)
    /// The seat is given up. In a running match a bot takes it; else it is free.
    case leave
}

/// Which turn a client meant, so that a move can be sent again safely.
package struct TurnMark: Hashable, Sendable {
    package var hand: Int
    /// Cards played in that hand before this one, 0…51.
    package var ply: Int

    package init(hand: Int, ply: Int) {
        self.hand = hand
        self.ply = ply
    }
}
