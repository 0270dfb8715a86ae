/// What a room's creator may choose.
package struct TableOptions: Hashable, Sendable {
    /// Points that win the match, 1–25.
    package var target = 7
    /// Seconds for a turn, 0–300; 0 is no limit.
    package var turnSeconds = 30
    /// Seconds until free seats are filled by bots, 0–3,600; `nil` is never.
    package var botsAfterSeconds: Int?
    /// Whether `quick` may seat people here.
    package var isPublic = false

    package static let targetRange = 1...25
    package static let turnSecondsRange = 0...300
    package static let botsAfterSecondsRange = 0...3_600

    package init() {}
}
