package import JSON

/// What one viewer knows of the hand beyond what all know: its own cards.
///
/// Told the same frames as the viewer, it complains of cards that come to the wrong one, at the
/// wrong time or contrary to what is played, and says which moves are legal. All it uses is what
/// was shown to this viewer.
struct SeatView {
    /// Which `cards` must be the next event.
    private enum Owed {
        case nothing, five, thirteen
    }

    /// nil for a spectator.
    var seat: Int?
    var hakem: Int?
    var hand: Int?
    /// The viewer's cards that were not played yet.
    private(set) var cards: [Card] = []
    private var owed = Owed.nothing
    private var trick: [Placed] = []
    private var turn: Turn?
    /// Cards that this seat was seen to play in this hand and the one before.
    private(set) var ownPlayed: [[Card]] = [[], []]

    /// A turn as the `turn` event tells it.
    struct Turn: Equatable {
        let seat: Int
        let isTrump: Bool
        let ply: Int
    }

    /// All the thirteen that were dealt to this seat in this hand; nil before they are told.
    private(set) var dealt: Set<Card>?

    /// Takes over what a `joined` shows.
    mutating func adopt(state: JSONValue) -> [Complaint] {
        var complaints: [Complaint] = []
        hakem = state.seat("hakem")
        hand = state.number("hand")
        trick = state.placed("trick") ?? []
        owed = .nothing
        dealt = nil
        cards = parse(state["cards"], &complaints)
        if seat == nil, !cards.isEmpty {
            complaints.append(Complaint(.privateCards, "a spectator is shown \(cards)"))
        }
        if let seat, let counts = state.counts, counts[seat] != cards.count {
            complaints.append(
                Complaint(.stateDiffers, "\(cards.count) cards, and a count of \(counts[seat])"))
        }
        let phase = state["phase"]?.string
        let ply = 4 * (state.pair("tricks") ?? [0, 0]).reduce(0, +) + trick.count
        turn = state.seat("turn").map {
            Turn(seat: $0, isTrump: phase == "choosing_trump", ply: ply)
        }
        if phase == "over" || phase == "waiting" { turn = nil }
        return complaints
    }

    mutating func apply(frame events: [JSONValue]) -> [Complaint] {
        var complaints: [Complaint] = []
        for event in events {
            let type = event["type"]?.string
            if owed != .nothing, type != "cards" {
                complaints.append(Complaint(.dealing, "no cards came after the deal or the trump"))
                owed = .nothing
            }
            switch type {
            case "hakem": hakem = event.seat("seat")
            case "deal": applyDeal(event)
            case "cards": applyCards(event, &complaints)
            case "trump": owed = seat == nil ? .nothing : .thirteen
            case "turn": applyTurn(event)
            case "played": applyPlayed(event, &complaints)
            case "trick": trick = []
            case "hand": turn = nil
            default: break
            }
        }
        if owed != .nothing {
            complaints.append(Complaint(.dealing, "no cards came after the deal or the trump"))
            owed = .nothing
        }
        return complaints
    }

    private mutating func applyDeal(_ event: JSONValue) {
        hand = event.number("hand")
        ownPlayed = [[], ownPlayed[0]]
        (cards, trick, turn, dealt) = ([], [], nil, nil)
        owed = seat != nil && seat == hakem ? .five : .nothing
    }

    private mutating func applyCards(_ event: JSONValue, _ complaints: inout [Complaint]) {
        let told = parse(event["cards"], &complaints)
        switch owed {
        case .nothing:
            complaints.append(
                Complaint(
                    seat == nil ? .privateCards : .dealing, "cards that are not due: \(event)"))
            if seat == nil { return }
        case .five where told.count != 5, .thirteen where told.count != 13:
            complaints.append(Complaint(.dealing, "\(told.count) cards: \(event)"))
        case .five, .thirteen: break
        }
        if owed == .thirteen {
            let lost = cards.filter { !told.contains($0) }
            if !lost.isEmpty {
                complaints.append(Complaint(.privateCards, "\(lost) were there before the trump"))
            }
            dealt = Set(told)
        }
        cards = told
        owed = .nothing
    }

    private mutating func applyTurn(_ event: JSONValue) {
        guard let seat = event.seat("seat") else { return }
        turn = Turn(
            seat: seat, isTrump: event["action"]?.string == "trump", ply: event.number("ply") ?? 0)
    }

    private mutating func applyPlayed(_ event: JSONValue, _ complaints: inout [Complaint]) {
        guard let player = event.seat("seat"), let card = event.card("card") else { return }
        let index = cards.firstIndex(of: card)
        if player == seat {
            if index == nil {
                complaints.append(Complaint(.notInHand, "\(card) is not one of \(cards)"))
            } else if mustFollow(card) {
                complaints.append(Complaint(.followSuit, "\(card) is played from \(cards)"))
            }
            ownPlayed[0].append(card)
        } else if index != nil {
            complaints.append(
                Complaint(.notInHand, "\(player) plays \(card), which this viewer holds"))
        }
        if let index { cards.remove(at: index) }
        trick.append(Placed(seat: player, card: card))
        turn = nil
    }

    private func parse(_ value: JSONValue?, _ complaints: inout [Complaint]) -> [Card] {
        let texts = value?.array ?? []
        let parsed = texts.compactMap { $0.string.flatMap(Card.init) }
        if value?.array == nil || parsed.count != texts.count || Set(parsed).count != parsed.count {
            complaints.append(Complaint(.malformed, "cards: \(value ?? nil)"))
        }
        return parsed
    }

    /// Whether the card breaks suit: the suit led is in the hand, and this is another.
    private func mustFollow(_ card: Card) -> Bool {
        guard let led = trick.first?.card.suit, card.suit != led else { return false }
        return cards.contains { $0.suit == led }
    }
}

/// What the viewer may do.
extension SeatView {
    /// A legal move, any with the same chance; nil where it is not this viewer's turn.
    func choose(using generator: inout some RandomNumberGenerator) -> Move? {
        guard let seat, let turn, turn.seat == seat else { return nil }
        guard !turn.isTrump else {
            return Suit.allCases.randomElement(using: &generator).map(Move.trump)
        }
        let legal = cards.filter { !mustFollow($0) }
        return legal.randomElement(using: &generator).map {
            .play($0, hand: hand ?? 0, ply: turn.ply)
        }
    }

    /// The error codes that a server may rightly answer this message with.
    func refusals(of message: JSONValue) -> Set<String> {
        var codes: Set<String> = []
        let isMine = turn != nil && turn?.seat == seat
        switch message["type"]?.string {
        case "play":
            if !isMine || turn?.isTrump == true { codes.insert("not_your_turn") }
            guard let card = message.card("card") else { break }
            if !cards.contains(card) { codes.insert("card_not_in_hand") }
            if mustFollow(card) { codes.insert("must_follow_suit") }
        case "trump":
            if !isMine || turn?.isTrump != true { codes.insert("not_your_turn") }
            if hakem != seat { codes.insert("not_the_hakem") }
        default: break
        }
        return codes
    }
}

/// What a player sends on its turn.
package enum Move: Equatable, Sendable {
    case trump(Suit)
    case play(Card, hand: Int, ply: Int)

    /// The move as a message of the protocol.
    package func message(id: Int) -> JSONValue {
        switch self {
        case .trump(let suit):
            ["type": "trump", "id": .int(Int64(id)), "suit": .string(String(suit.rawValue))]
        case .play(let card, let hand, let ply):
            [
                "type": "play", "id": .int(Int64(id)), "card": .string(card.description),
                "hand": .int(Int64(hand)), "ply": .int(Int64(ply)),
            ]
        }
    }
}
