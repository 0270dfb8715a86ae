/// The byte that stands for a past action in a history.
///
/// Plays and trumps do not name their seat: whose turn it was follows from the position.
enum EntryCode {
    private static let trump: UInt8 = 52
    private static let start: UInt8 = 56
    private static let online: UInt8 = 60
    private static let offline: UInt8 = 64
    private static let sit: UInt8 = 68
    private static let sitBot: UInt8 = 72
    private static let leave: UInt8 = 76
    private static let say: UInt8 = 80
    private static let emote: UInt8 = 84

    static func encode(_ action: Action, by seat: Seat) -> (UInt8, text: String?) {
        switch action {
        case .play(let card): (card.rawValue, nil)
        case .trump(let suit): (trump + suit.rawValue, nil)
        case .start: (start, nil)
        case .presence(let isOnline): ((isOnline ? online : offline) + seat.rawValue, nil)
        case .sit(let name): (sit + seat.rawValue, name)
        case .sitBot: (sitBot + seat.rawValue, nil)
        case .leave: (leave + seat.rawValue, nil)
        case .say(let text): (say + seat.rawValue, text)
        case .emote(let name): (emote + seat.rawValue, name)
        }
    }

    /// - Parameters:
    ///   - turn: who is on turn where the action was applied.
    ///   - texts: gives the next text of the history.
    /// - Returns: `nil` for a byte that stands for nothing here.
    static func decode(
        _ code: UInt8, turn: Seat?, texts: inout ArraySlice<String>
    ) -> (Action, Seat)? {
        switch code {
        case 0..<trump: return Card(rawValue: code).flatMap { play(.play($0), turn) }
        case trump..<start: return Suit(rawValue: code - trump).flatMap { play(.trump($0), turn) }
        case start: return (.start, Seat.all[0])
        case online..<emote + 4:
            let seat = Seat.all[Int(code & 3)]
            switch code & ~3 {
            case online: return (.presence(online: true), seat)
            case offline: return (.presence(online: false), seat)
            case sit: return texts.popFirst().map { (.sit(name: $0), seat) }
            case sitBot: return (.sitBot, seat)
            case leave: return (.leave, seat)
            case say: return texts.popFirst().map { (.say($0), seat) }
            default: return texts.popFirst().map { (.emote($0), seat) }
            }
        default: return nil
        }
    }

    /// Whether the entry brings a text of its own.
    static func hasText(_ code: UInt8) -> Bool {
        (sit..<sit + 4).contains(code) || (say..<emote + 4).contains(code)
    }

    private static func play(_ action: Action, _ turn: Seat?) -> (Action, Seat)? {
        turn.map { (action, $0) }
    }
}
