import JSON

/// What is publicly known of a match, kept by the rules of Hokm: told every public event in order,
/// it complains of those that may not be.
///
/// After a complaint it takes over what the event said, so that one fault is told once.
struct Scorebook {
    /// What must come next.
    enum Due: String {
        /// Four players, then the draw for the hakem.
        case start
        case hakem, deal, trumpTurn, playTurn, trick, hand, match
        /// Waiting for the hakem's word, or for a card.
        case trump, play
        case over

        /// Whether a frame may end here: it is a player's turn, or nobody's.
        var isStable: Bool {
            switch self {
            case .start, .trump, .play, .over: true
            default: false
            }
        }
    }

    struct Sitting: Equatable {
        var name: String
        var isBot: Bool
        var isOnline: Bool
        /// Its player gave it up; who follows has not been said.
        var isLeft = false
    }

    var due = Due.start
    var seats: [Sitting?] = [nil, nil, nil, nil]
    var target = 7
    var score = [0, 0]
    /// Number of the hand; nil before the first deal.
    var hand: Int?
    var hakem: Int?
    /// The team that won the last hand.
    var lastWinner: Int?
    var trump: Suit?
    var commitment: String?
    /// Whose turn it is, or is about to be.
    var turn: Int?
    var trick: [Placed] = []
    var tricks = [0, 0]
    var counts = [0, 0, 0, 0]
    /// Cards seen in this hand.
    var seen: Set<Card> = []
    /// Suits that a seat did not follow, and so must not have.
    var voids: [Set<Suit>] = [[], [], [], []]

    /// The index of the next card in this hand, 0...51.
    var ply: Int { 4 * (tricks[0] + tricks[1]) + trick.count }

    /// Tells the events of one frame, without private ones.
    mutating func apply(frame events: [JSONValue]) -> [Complaint] {
        var complaints: [Complaint] = []
        for event in events { apply(event, &complaints) }
        if !due.isStable {
            complaints.append(
                Complaint(.eventOrder, "the frame ends where \(due.rawValue) was due"))
        }
        return complaints
    }

    private mutating func apply(_ event: JSONValue, _ complaints: inout [Complaint]) {
        switch event["type"]?.string {
        case "hakem": applyHakem(event, &complaints)
        case "deal": applyDeal(event, &complaints)
        case "turn": applyTurn(event, &complaints)
        case "trump": applyTrump(event, &complaints)
        case "played": applyPlayed(event, &complaints)
        case "trick": applyTrick(event, &complaints)
        case "hand": applyHand(event, &complaints)
        case "match": applyMatch(event, &complaints)
        case "seated", "presence", "left", "said", "emoted": applySocial(event, &complaints)
        case nil: complaints.append(Complaint(.malformed, "an event has no type: \(event)"))
        default: break
        }
    }

    private mutating func applySocial(_ event: JSONValue, _ complaints: inout [Complaint]) {
        if !due.isStable {
            complaints.append(
                Complaint(.eventOrder, "\(event) stands where \(due.rawValue) is due"))
        }
        guard let seat = event.seat("seat") else {
            complaints.append(Complaint(.malformed, "no seat in \(event)"))
            return
        }
        switch event["type"]?.string {
        case "seated": applySeated(event, at: seat, &complaints)
        case "presence":
            guard let isOnline = event["online"]?.bool else {
                complaints.append(Complaint(.malformed, "no online in \(event)"))
                return
            }
            seats[seat]?.isOnline = isOnline
            if seats[seat] == nil {
                complaints.append(Complaint(.seating, "nobody sits at \(event)"))
            }
        case "left":
            if seats[seat] == nil {
                complaints.append(Complaint(.seating, "nobody sat at \(event)"))
            }
            seats[seat]?.isLeft = true
        case "said" where event["text"]?.string?.isEmpty != false:
            complaints.append(Complaint(.malformed, "no text in \(event)"))
        case "emoted" where event["emote"]?.string?.isEmpty != false:
            complaints.append(Complaint(.malformed, "no emote in \(event)"))
        default: break
        }
    }

    private mutating func applySeated(
        _ event: JSONValue, at seat: Int, _ complaints: inout [Complaint]
    ) {
        guard let name = event["name"]?.string, let isBot = event["bot"]?.bool else {
            complaints.append(Complaint(.malformed, "no name or bot in \(event)"))
            return
        }
        if let sitting = seats[seat], !sitting.isBot, !sitting.isLeft {
            complaints.append(Complaint(.seating, "\(sitting.name) sits there already: \(event)"))
        }
        seats[seat] = Sitting(name: name, isBot: isBot, isOnline: true)
    }
}

extension JSONValue {
    func seat(_ key: String) -> Int? {
        self[key]?.int.flatMap { (0..<4).contains($0) ? $0 : nil }
    }

    func card(_ key: String) -> Card? {
        self[key]?.string.flatMap(Card.init)
    }

    func suit(_ key: String) -> Suit? {
        guard let text = self[key]?.string, text.count == 1 else { return nil }
        return text.first.flatMap(Suit.init)
    }

    /// A number that a match can come to. Others are no numbers to the referee, who reckons on.
    func number(_ key: String) -> Int? {
        self[key]?.int.flatMap { (0...1_000_000).contains($0) ? $0 : nil }
    }

    /// Two numbers, one a team.
    func pair(_ key: String) -> [Int]? {
        guard let numbers = self[key]?.array?.compactMap(\.int), numbers.count == 2,
            numbers.allSatisfy((0...1_000).contains)
        else { return nil }
        return numbers
    }

    /// How many cards each seat holds.
    var counts: [Int]? {
        guard let counts = self["counts"]?.array?.compactMap(\.int), counts.count == 4,
            counts.allSatisfy((0...13).contains)
        else { return nil }
        return counts
    }

    /// Seats with cards; nil where one of them is neither.
    func placed(_ key: String) -> [Placed]? {
        guard let elements = self[key]?.array else { return nil }
        let placed = elements.compactMap { element -> Placed? in
            guard let seat = element.seat("seat"), let card = element.card("card") else {
                return nil
            }
            return Placed(seat: seat, card: card)
        }
        return placed.count == elements.count ? placed : nil
    }
}
