import JSON
import Load

/// What a scaler was seen to decide on a rule.
enum TriggerOutcome: Equatable {
    /// It decided as the rule wants, so many seconds after the load began.
    case acted(seconds: Int, reason: String)
    /// The rule spoke, and something else held the decision back: a cooldown, a limit, the mode.
    case heldBack(seconds: Int, reason: String)
    /// The rule's condition held, and nothing was decided on it; with what was decided last.
    case silent(seconds: Int, last: String)
    /// All that was done did not make the condition hold: it came so far.
    case unreached(String)
    case notDriven(String)

    /// What the newest decisions of a report say of a rule; nil for nothing yet.
    ///
    /// - Parameters:
    ///   - change: what the rule wants.
    ///   - seconds: since the load began; older decisions count for nothing.
    init?(_ report: JSONValue, rule: String, change: Int, seconds: Int) {
        let action = change > 0 ? "add" : "remove"
        var held: TriggerOutcome?
        for decision in report["decisions"]?.array ?? [] {
            guard decision["rule"]?.string == rule,
                (decision["age_seconds"]?.int ?? .max) <= seconds
            else { continue }
            let reason = decision["reason"]?.string ?? ""
            if decision["action"]?.string == action {
                self = .acted(seconds: seconds, reason: reason)
                return
            }
            // As decisions put it, of a rule that holds for its time; not of one that holds for less.
            if reason.hasPart("rule \(rule) (") {
                held = held ?? .heldBack(seconds: seconds, reason: reason)
            }
        }
        guard let held else { return nil }
        self = held
    }

    var text: String {
        switch self {
        case .acted(let seconds, let reason): "after \(seconds) s: \(reason)"
        case .heldBack(let seconds, let reason): "held back, after \(seconds) s: \(reason)"
        case .silent(let seconds, let last): "no decision within \(seconds) s; the last: \(last)"
        case .unreached(let reason): "not reached: \(reason)"
        case .notDriven(let reason): "not driven: \(reason)"
        }
    }

    var isSeen: Bool {
        switch self {
        case .acted, .heldBack: true
        case .silent, .unreached, .notDriven: false
        }
    }

    var name: String {
        switch self {
        case .acted: "acted"
        case .heldBack: "held_back"
        case .silent: "silent"
        case .unreached: "unreached"
        case .notDriven: "not_driven"
        }
    }
}
