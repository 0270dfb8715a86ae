/// How well a bot plays.
package enum BotStrength: String, CaseIterable, Sendable {
    /// Any legal card, whatever it costs.
    case easy
    /// Rules of thumb, as a practised player has them.
    case normal
    /// Tries each card on sampled deals that fit what was seen.
    case strong
}
