/// Who looks at a table.
package enum Viewer: Hashable, Sendable {
    case seat(Seat)
    case spectator
}

/// What of an event a viewer may be told: the only way from an event to a client.
///
/// - Returns: `nil` when the viewer may not know of it.
package func project(_ event: Event, for viewer: Viewer) -> Event? {
    switch event {
    case .cards(let seat, _): viewer == .seat(seat) ? event : nil
    case .seated, .presence, .left, .hakem, .deal, .turn, .trump, .played, .trick, .hand, .match,
        .said, .emoted:
        event
    }
}

/// What a viewer may know of a table: all that a client is sent as `state`, and all that a bot sees.
package struct TableView: Sendable {
    package enum Phase: Sendable { case waiting, choosingTrump, playing, over }

    package var viewer: Viewer
    package var phase: Phase
    package var seats: InlineArray<4, Occupant?>
    package var target: Int
    package var score: TeamCounts
    package var handNumber: Int
    package var hakem: Seat?
    package var trump: Suit?
    /// The viewer's own cards; none for a spectator.
    package var cards: CardSet
    /// How many cards each seat was given and has not played.
    package var counts: InlineArray<4, Int>
    package var turn: Turn?
    package var trick: Trick
    package var tricks: TeamCounts
    /// The cards of this hand that everybody saw, in order.
    package var plays: Plays
    package var commitment: Commitment?
}

extension Table {
    /// The table as one viewer may see it.
    package func view(for viewer: Viewer) -> TableView {
        let hand = position.hand
        var counts = InlineArray<4, Int>(repeating: 0)
        for seat in Seat.all { counts[seat.index] = hand?.visibleCards(of: seat).count ?? 0 }
        var own = CardSet()
        if case .seat(let seat) = viewer, let hand { own = hand.visibleCards(of: seat) }
        return TableView(
            viewer: viewer, phase: viewPhase, seats: position.seats,
            target: identity.options.target, score: position.score,
            handNumber: position.handNumber, hakem: position.hakem, trump: hand?.trump,
            cards: own, counts: counts, turn: turn, trick: hand?.trick ?? Trick(),
            tricks: hand?.tricks ?? TeamCounts(), plays: hand?.plays ?? Plays(),
            commitment: hand?.commitment)
    }

    private var viewPhase: TableView.Phase {
        switch position.phase {
        case .waiting: .waiting
        case .choosingTrump: .choosingTrump
        case .playing: .playing
        case .over: .over
        }
    }
}
