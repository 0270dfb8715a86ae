internal import Wire

extension Position {
    private enum Code {
        static let waiting: UInt8 = 0
        static let choosingTrump: UInt8 = 1
        static let playing: UInt8 = 2
        static let over: UInt8 = 3
    }

    private enum SeatFlag {
        static let taken: UInt8 = 1
        static let bot: UInt8 = 2
        static let online: UInt8 = 4
    }

    func encode(into writer: inout WireWriter) {
        for seat in Seat.all {
            guard let occupant = seats[seat.index] else {
                writer.byte(0)
                continue
            }
            writer.byte(
                SeatFlag.taken | (occupant.isBot ? SeatFlag.bot : 0)
                    | (occupant.isOnline ? SeatFlag.online : 0))
            if !occupant.isBot { writer.text(occupant.name) }
        }
        writer.count(score.even)
        writer.count(score.odd)
        writer.count(handNumber)
        switch phase {
        case .waiting:
            writer.byte(Code.waiting)
        case .choosingTrump(let hand):
            writer.byte(Code.choosingTrump)
            writer.byte(hand.hakem.rawValue)
        case .playing(let hand):
            writer.byte(Code.playing)
            writer.byte(hand.hakem.rawValue | (hand.trump?.rawValue ?? 0) << 2)
            writer.bytes((0..<hand.plays.count).map { hand.plays[$0].card.rawValue })
        case .over(let winner):
            writer.byte(Code.over)
            writer.byte(winner.rawValue)
            writer.byte(hakem?.rawValue ?? 0)
        }
    }

    init(from reader: inout WireReader, of identity: TableIdentity) throws(WireError) {
        self.init()
        for seat in Seat.all { seats[seat.index] = try Self.occupant(seat, from: &reader) }
        score.even = try reader.count(max: Self.scoreMax)
        score.odd = try reader.count(max: Self.scoreMax)
        handNumber = try reader.count(max: Self.handNumberMax)
        switch try reader.byte() {
        case Code.waiting:
            guard handNumber == 0 else { throw .badValue }
        case Code.choosingTrump:
            phase = .choosingTrump(try hand(hakem: try reader.byte(), identity))
        case Code.playing:
            let packed = try reader.byte()
            guard let trump = Suit(rawValue: packed >> 2) else { throw .badValue }
            var hand = try hand(hakem: packed & 3, identity)
            hand.name(trump: trump)
            for card in try reader.bytes(max: 51) { try Self.play(card, in: &hand, identity) }
            phase = .playing(hand)
        case Code.over:
            guard let winner = Team(rawValue: try reader.byte()),
                let seat = Seat(Int(try reader.byte()))
            else { throw .badValue }
            phase = .over(winner: winner)
            hakem = seat
        default: throw .badValue
        }
    }

    /// The target is at most 25 and a hand is worth at most 3.
    private static let scoreMax = 27
    /// Two teams at most one point short of the target, a point a hand, and the last hand.
    private static let handNumberMax = 49

    private static func occupant(
        _ seat: Seat, from reader: inout WireReader
    ) throws(WireError) -> Occupant? {
        let flags = try reader.byte()
        guard flags != 0 else { return nil }
        guard flags & SeatFlag.taken != 0, flags < 8 else { throw .badValue }
        let isBot = flags & SeatFlag.bot != 0
        let name = isBot ? BotNames.name(of: seat) : try reader.text(maxBytes: Name.bytesMax)
        return Occupant(name: name, isBot: isBot, isOnline: flags & SeatFlag.online != 0)
    }

    private mutating func hand(
        hakem index: UInt8, _ identity: TableIdentity
    ) throws(WireError) -> Hand {
        guard let seat = Seat(Int(index)), handNumber > 0, freeSeats.isEmpty,
            max(score.even, score.odd) < identity.options.target
        else { throw .badValue }
        hakem = seat
        return Hand(
            number: handNumber, hakem: seat, seed: identity.secret.subkey(handNumber),
            room: identity.room, rules: identity.rules)
    }

    private static func play(
        _ code: UInt8, in hand: inout Hand, _ identity: TableIdentity
    ) throws(WireError) {
        guard let card = Card(rawValue: code), hand.legalPlays(of: hand.turn).contains(card)
        else { throw .badValue }
        _ = hand.play(card)
        guard hand.winner(under: identity.rules) == nil else { throw .badValue }
    }
}
