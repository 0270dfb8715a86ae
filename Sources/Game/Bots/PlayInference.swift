/// What the others' plays say about their cards: a world in which they played as `RuleOfThumb`
/// would have is likelier than one in which they did not.
struct PlayInference {
    private let plays: Plays
    private let seat: Seat

    /// How likely a card is that the rule of thumb would not have played, against one that it
    /// would. Above 0 because people have their own mind.
    static let surprise = 0.35

    init(_ plays: Plays, seenBy seat: Seat) {
        self.plays = plays
        self.seat = seat
    }

    /// Whether anybody but the seat has played.
    var isUseful: Bool { plays.count > 0 }

    /// The likelihood of what was played if everybody holds what the world says, up to a factor.
    func likelihood(of world: Situation) -> Double {
        var past = Situation(trump: world.trump, hakem: world.hakem)
        past.held = world.held
        for ply in 0..<plays.count {
            let played = plays[ply]
            past.held[played.seat.index].insert(played.card)
        }
        var likelihood = 1.0
        for ply in 0..<plays.count {
            let played = plays[ply]
            if played.seat != seat, RuleOfThumb.card(in: past) != played.card {
                likelihood *= Self.surprise
            }
            past.play(played.card)
        }
        return likelihood
    }
}
