/// Who sits on a seat.
package struct Occupant: Hashable, Sendable {
    package var name: String
    package var isBot: Bool
    package var isOnline: Bool

    package init(name: String, isBot: Bool, isOnline: Bool = true) {
        self.name = name
        self.isBot = isBot
        self.isOnline = isOnline
    }
}

/// A table at one moment, without its past: all that decides what may happen next.
///
/// A pure reducer: no clock, no generator. The deals come from the room's secret, which is handed
/// in with the rules.
package struct Position: Sendable {
    package enum Phase: Sendable {
        case waiting
        case choosingTrump(Hand)
        case playing(Hand)
        case over(winner: Team)
    }

    package internal(set) var seats: InlineArray<4, Occupant?> = InlineArray(repeating: nil)
    package internal(set) var phase = Phase.waiting
    package internal(set) var score = TeamCounts()
    /// The hakem of the running hand, or of the last one.
    package internal(set) var hakem: Seat?
    /// The running hand's number, or the last one's; 0 before the first.
    package internal(set) var handNumber = 0
    /// The cards of the hand before, so that its last move may be sent again.
    package internal(set) var lastPlays = Plays()

    package init() {}

    package var freeSeats: [Seat] { Seat.all.filter { seats[$0.index] == nil } }

    /// The hand in progress.
    package var hand: Hand? {
        switch phase {
        case .choosingTrump(let hand), .playing(let hand): hand
        case .waiting, .over: nil
        }
    }

    package var isRunning: Bool {
        switch phase {
        case .choosingTrump, .playing: true
        case .waiting, .over: false
        }
    }

    /// Who has to act, and how.
    package func turn(limitMilliseconds: Int?) -> Turn? {
        switch phase {
        case .choosingTrump(let hand):
            Turn(
                seat: hand.hakem, kind: .trump, mark: TurnMark(hand: hand.number, ply: 0),
                limitMilliseconds: limitMilliseconds)
        case .playing(let hand):
            Turn(
                seat: hand.turn, kind: .play, mark: TurnMark(hand: hand.number, ply: hand.ply),
                limitMilliseconds: limitMilliseconds)
        case .waiting, .over: nil
        }
    }
}

/// What stays the same for the whole life of a table.
package struct TableIdentity: Hashable, Sendable {
    package let room: RoomCode
    package let options: TableOptions
    package let rules: Rules
    /// Every deal of the match comes from it; see `Seed.subkey`.
    package let secret: Seed

    package init(room: RoomCode, options: TableOptions, rules: Rules = .standard, secret: Seed) {
        self.room = room
        self.options = options
        self.rules = rules
        self.secret = secret
    }

    /// What a turn lasts; `nil` without a limit.
    package var turnMilliseconds: Int? {
        options.turnSeconds == 0 ? nil : options.turnSeconds * 1_000
    }
}
