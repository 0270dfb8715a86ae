import JSON

/// The events of play: each checks that it was due and says what the rules say, then takes effect.
extension Scorebook {
    mutating func applyHakem(_ event: JSONValue, _ complaints: inout [Complaint]) {
        guard let seat = event.seat("seat"), let draw = event.placed("draw") else {
            complaints.append(Complaint(.malformed, "no seat or draw in \(event)"))
            return
        }
        switch due {
        case .start:
            if seats.contains(nil) {
                complaints.append(Complaint(.seating, "the match starts with an empty seat"))
            }
            checkDraw(draw, for: seat, &complaints)
        case .hakem:
            let stays = hakem.map { $0 % 2 == lastWinner } ?? false
            let expected = hakem.map { stays ? $0 : ($0 + 1) % 4 }
            if let expected, seat != expected {
                complaints.append(Complaint(.hakemRotation, "hakem is \(seat), not \(expected)"))
            }
            if !draw.isEmpty {
                complaints.append(Complaint(.hakemDraw, "a draw in a later hand: \(event)"))
            }
        default: complain(event, &complaints)
        }
        hakem = seat
        due = .deal
    }

    private func checkDraw(_ draw: [Placed], for seat: Int, _ complaints: inout [Complaint]) {
        guard let last = draw.last else {
            complaints.append(Complaint(.hakemDraw, "no card was drawn"))
            return
        }
        let isInTurn = zip(draw, draw.dropFirst()).allSatisfy { ($0.seat + 1) % 4 == $1.seat }
        let endsAtFirstAce = draw.firstIndex { $0.card.isAce } == draw.count - 1
        let isOnePack = Set(draw.map(\.card)).count == draw.count
        guard isInTurn, endsAtFirstAce, isOnePack, last.seat == seat else {
            let cards = draw.map { "\($0.seat):\($0.card)" }
            complaints.append(Complaint(.hakemDraw, "\(cards) makes \(seat) hakem"))
            return
        }
    }

    mutating func applyDeal(_ event: JSONValue, _ complaints: inout [Complaint]) {
        if due != .deal { complain(event, &complaints) }
        guard let number = event.number("hand") else {
            complaints.append(Complaint(.malformed, "no hand in \(event)"))
            return
        }
        // The protocol does not say whether hands count from 0 or from 1.
        let isNext = hand.map { number == $0 + 1 } ?? (0...1).contains(number)
        if !isNext {
            complaints.append(
                Complaint(.handNumber, "\(number) follows \(hand.map(String.init) ?? "nothing")"))
        }
        // The last hand's commitment again would commit to nothing.
        let told = event["commitment"]?.string
        if !isHex(told, bytes: 16...64) || told == commitment {
            complaints.append(Complaint(.commitment, "\(event)"))
        }
        commitment = told
        hand = number
        (trump, turn, trick, tricks) = (nil, hakem, [], [0, 0])
        (seen, voids) = ([], [[], [], [], []])
        counts = (0..<4).map { $0 == hakem ? 5 : 0 }
        due = .trumpTurn
    }

    mutating func applyTurn(_ event: JSONValue, _ complaints: inout [Complaint]) {
        guard let seat = event.seat("seat"), let action = event["action"]?.string else {
            complaints.append(Complaint(.malformed, "no seat or action in \(event)"))
            return
        }
        switch due {
        case .trumpTurn, .playTurn:
            let isTrump = due == .trumpTurn
            let isRight =
                action == (isTrump ? "trump" : "play") && seat == turn
                && event.number("hand") == hand
                && (event.number("ply") ?? (isTrump ? 0 : -1)) == ply
            if !isRight {
                let expected = "seat \(turn ?? -1), hand \(hand ?? -1), ply \(ply)"
                complaints.append(Complaint(.turn, "\(event) where it is \(expected)"))
            }
        default: complain(event, &complaints)
        }
        if let left = event["deadline_ms"], !left.isNull,
            !(0...300_000).contains(left.int ?? -1)
        {
            complaints.append(Complaint(.deadline, "\(event)"))
        }
        turn = seat
        due = action == "trump" ? .trump : .play
    }

    mutating func applyTrump(_ event: JSONValue, _ complaints: inout [Complaint]) {
        if due != .trump { complain(event, &complaints) }
        guard let seat = event.seat("seat"), let suit = event.suit("suit") else {
            complaints.append(Complaint(.malformed, "no seat or suit in \(event)"))
            return
        }
        if seat != hakem {
            complaints.append(Complaint(.trump, "named by \(seat), the hakem is \(hakem ?? -1)"))
        }
        trump = suit
        counts = [13, 13, 13, 13]
        turn = hakem
        due = .playTurn
    }

    mutating func applyPlayed(_ event: JSONValue, _ complaints: inout [Complaint]) {
        if due != .play { complain(event, &complaints) }
        guard let seat = event.seat("seat"), let card = event.card("card") else {
            complaints.append(Complaint(.malformed, "no seat or card in \(event)"))
            return
        }
        if seat != turn {
            complaints.append(Complaint(.turn, "\(event), the turn is \(turn ?? -1)"))
        }
        if !seen.insert(card).inserted {
            complaints.append(Complaint(.cardTwice, "\(card) was played before in this hand"))
        }
        if voids[seat].contains(card.suit) {
            complaints.append(
                Complaint(.followSuit, "\(seat) plays \(card), and did not follow that suit before")
            )
        }
        if let led = trick.first?.card.suit, led != card.suit { voids[seat].insert(led) }
        trick.append(Placed(seat: seat, card: card))
        counts[seat] -= 1
        turn = (seat + 1) % 4
        due = trick.count >= 4 ? .trick : .playTurn
    }

    mutating func applyTrick(_ event: JSONValue, _ complaints: inout [Complaint]) {
        if due != .trick { complain(event, &complaints) }
        guard let winner = event.seat("winner"), let told = event.pair("tricks") else {
            complaints.append(Complaint(.malformed, "no winner or tricks in \(event)"))
            return
        }
        if let expected = trickWinner(trick, trump: trump), winner != expected {
            let cards = trick.map { "\($0.seat):\($0.card)" }
            complaints.append(
                Complaint(.trickWinner, "\(winner) of \(cards), it is \(expected)"))
        }
        tricks[winner % 2] += 1
        if told != tricks { complaints.append(Complaint(.trickCount, "\(told), it is \(tricks)")) }
        tricks = told
        trick = []
        turn = winner
        due = tricks.contains { $0 >= 7 } ? .hand : .playTurn
    }

    mutating func applyHand(_ event: JSONValue, _ complaints: inout [Complaint]) {
        if due != .hand { complain(event, &complaints) }
        guard let winner = event["winner"]?.int, (0...1).contains(winner),
            let points = event.number("points"), let kot = event["kot"]?.string,
            let told = event.pair("score")
        else {
            complaints.append(Complaint(.malformed, "no winner, points, kot or score in \(event)"))
            return
        }
        let isKot = tricks.contains(0)
        let hakemLost = hakem.map { $0 % 2 != winner } ?? false
        let expected = isKot ? (hakemLost ? (3, "hakem_kot") : (2, "kot")) : (1, "none")
        var sum = score
        sum[winner] += expected.0
        if tricks[winner] != 7 || tricks[1 - winner] > 6 || (points, kot) != expected || told != sum
        {
            complaints.append(
                Complaint(
                    .handResult, "\(event) after \(tricks) with \(score), hakem \(hakem ?? -1)"))
        }
        if !isHex(event["reveal"]?["seed"]?.string, bytes: 16...64) {
            complaints.append(Complaint(.reveal, "no seed in \(event)"))
        }
        score = told
        lastWinner = winner
        due = score.contains { $0 >= target } ? .match : .hakem
    }

    mutating func applyMatch(_ event: JSONValue, _ complaints: inout [Complaint]) {
        if due != .match { complain(event, &complaints) }
        let winner = score.firstIndex { $0 >= target }
        if winner == nil || event["winner"]?.int != winner || event.pair("score") != score {
            complaints.append(Complaint(.matchResult, "\(event) with \(score) of \(target)"))
        }
        due = .over
    }

    private func complain(_ event: JSONValue, _ complaints: inout [Complaint]) {
        complaints.append(Complaint(.eventOrder, "\(event) stands where \(due.rawValue) was due"))
    }

    private func isHex(_ text: String?, bytes: ClosedRange<Int>) -> Bool {
        guard let text, text.utf8.count % 2 == 0, bytes.contains(text.utf8.count / 2) else {
            return false
        }
        return text.allSatisfy(\.isHexDigit)
    }
}
