/// Why the table refused an action. The table is unchanged then.
package enum RuleViolation: Error, Hashable, Sendable {
    case seatTaken
    case roomFull
    /// The seat has nobody who could act.
    case seatEmpty
    case notStarted
    /// Already done, or the time for it is over.
    case stale
    case notYourTurn
    case notTheHakem
    case cardNotInHand
    case mustFollowSuit
    case matchOver
}
