/// A room's whole game state: a pure reducer over actions.
///
/// It does no I/O, reads no clock and draws no random numbers: the same actions at the same times
/// give the same table on every node. It is confined to whoever holds it.
package struct Table: Sendable {
    package let identity: TableIdentity
    package private(set) var position: Position
    package private(set) var history: History
    /// When the running turn ends, on the clock of whoever calls `apply`; `nil` without a limit.
    package private(set) var deadline: Milliseconds?

    package init(identity: TableIdentity) {
        self.identity = identity
        position = Position()
        history = History(base: position, version: 0)
    }

    /// From a snapshot's parts.
    init(
        identity: TableIdentity, position: Position, history: History, deadline: Milliseconds?
    ) {
        self.identity = identity
        self.position = position
        self.history = history
        self.deadline = deadline
    }

    /// Counts the actions that were applied.
    package var version: UInt64 { history.version }

    /// Whose turn it is.
    package var turn: Turn? { position.turn(limitMilliseconds: identity.turnMilliseconds) }

    /// Carries one action out.
    ///
    /// - Returns: what happened, in the order in which players are told.
    /// - Throws: why not; the table is unchanged then.
    @discardableResult
    package mutating func apply(
        _ action: Action, by seat: Seat, at now: Milliseconds
    ) throws(RuleViolation) -> [Event] {
        let before = position.turn(limitMilliseconds: nil)
        let handBefore = position.handNumber
        let events = try position.apply(action, by: seat, of: identity)
        history.record(
            action, by: seat, position: position, beginsHand: position.handNumber != handBefore)
        if position.turn(limitMilliseconds: nil) != before {
            startClock(at: now)
        }
        return events
    }

    private mutating func startClock(at now: Milliseconds) {
        guard turn != nil, let limit = identity.turnMilliseconds else {
            deadline = nil
            return
        }
        deadline = now + Milliseconds(limit)
    }

    /// Lets the running turn's clock stand still for a while in which nobody could play.
    package mutating func postponeDeadline(by pause: Milliseconds) {
        deadline = deadline.map { $0 + pause }
    }

    /// What is left of the running turn, never below 0; `nil` without a limit or a turn.
    package func remaining(at now: Milliseconds) -> Milliseconds? {
        deadline.map { max(0, $0 - now) }
    }

    /// Whether the seat made exactly this play before, in this hand or the one before.
    ///
    /// - Returns: `nil` when the mark is the present turn, so that the play is a new one.
    package func wasPlayed(_ card: Card, by seat: Seat, at mark: TurnMark) -> Bool? {
        let current = position.hand
        if let turn, turn.kind == .play, turn.mark == mark { return nil }
        let plays: Plays
        if mark.hand == position.handNumber, case .over = position.phase {
            plays = position.lastPlays
        } else if mark.hand == current?.number {
            plays = current?.plays ?? Plays()
        } else if let current, mark.hand == current.number - 1 {
            plays = position.lastPlays
        } else {
            return false
        }
        guard (0..<plays.count).contains(mark.ply) else { return false }
        return plays[mark.ply] == Played(seat: seat, card: card)
    }
}

/// Milliseconds: on a node's monotonic clock, or between two moments of it.
package typealias Milliseconds = Int64
