import JSON

/// The `state` of a `joined`: to start from, or to compare with.
extension Scorebook {
    /// Starts in the middle of a match; nil where the state is not whole.
    ///
    /// Of the hand that is being played only the present trick is known.
    init?(state: JSONValue) {
        guard let phase = state["phase"]?.string, let due = Self.due(phase),
            let seats = state["seats"]?.array, seats.count == 4,
            let target = state.number("target"), let score = state.pair("score"),
            let tricks = state.pair("tricks"), let trick = state.placed("trick"),
            let counts = state.counts
        else { return nil }
        self.due = due
        self.seats = seats.map(Self.sitting)
        self.target = target
        self.score = score
        self.hand = due == .start ? nil : state.number("hand")
        self.hakem = state.seat("hakem")
        self.trump = state.suit("trump")
        self.commitment = state["commitment"]?.string
        self.turn = state.seat("turn")
        self.trick = trick
        self.tricks = tricks
        self.counts = counts
        self.seen = Set(trick.map(\.card))
    }

    private static func due(_ phase: String) -> Due? {
        switch phase {
        case "waiting", "choosing_hakem": .start
        case "choosing_trump": .trump
        case "playing": .play
        case "over": .over
        default: nil
        }
    }

    private static func sitting(_ value: JSONValue) -> Sitting? {
        guard let name = value["name"]?.string, let isBot = value["bot"]?.bool else { return nil }
        return Sitting(name: name, isBot: isBot, isOnline: value["online"]?.bool ?? true)
    }

    /// What the state says otherwise than the events so far, as readable fields.
    func differences(from state: JSONValue) -> [String] {
        guard let other = Scorebook(state: state) else { return ["not whole: \(state)"] }
        var found: [String] = []
        func compare<Value: Equatable>(_ field: String, _ told: Value, _ known: Value) {
            if told != known { found.append("\(field) is \(told), it was \(known)") }
        }
        compare("phase", other.due, due)
        compare("target", other.target, target)
        compare("score", other.score, score)
        for seat in 0..<4 { compareSitting(seat, other.seats[seat], &found) }
        guard due == .trump || due == .play else { return found }
        compare("hand", other.hand, hand)
        compare("hakem", other.hakem, hakem)
        compare("trump", other.trump, trump)
        compare("commitment", other.commitment, commitment)
        compare("turn", other.turn, turn)
        compare("trick", other.trick, trick)
        compare("tricks", other.tricks, tricks)
        compare("counts", other.counts, counts)
        return found
    }

    private func compareSitting(_ seat: Int, _ told: Sitting?, _ found: inout [String]) {
        let known = seats[seat]
        // A seat that was given up is free, or a bot's: which, the protocol leaves to the room.
        if let known, known.isLeft, told?.isBot != false { return }
        let isEqual =
            told?.name == known?.name && told?.isBot == known?.isBot
            && (told?.isBot == true || told?.isOnline == known?.isOnline)
        if !isEqual {
            let words = [told, known].map { $0.map { "\($0)" } ?? "nobody" }
            found.append("seat \(seat) is \(words[0]), it was \(words[1])")
        }
    }
}
