/// What was decided, with all that it was decided from: `remade(by:)` comes to the same again.
package struct Decision: Equatable, Sendable {
    package var input: DecisionInput
    package var outcome: DecisionOutcome

    package var time: Moment { input.time }
    /// How many instances there shall be.
    package var target: Int { outcome.target }
    /// How many there were to be before.
    package var current: Int { outcome.current }
    /// Instances to launch (above zero), or to drain and end. Those that died are in it.
    package var missing: Int { outcome.target - input.figures.ready - input.figures.starting }
}

package struct DecisionInput: Equatable, Sendable {
    package var time: Moment
    package var figures: Figures
    /// The links of chains that were in force.
    package var links: [String]
    package var forecast: Forecast?
    /// Before this decision.
    package var state: EngineState
}

package struct DecisionOutcome: Equatable, Sendable {
    package var current: Int
    package var target: Int
    /// The largest wish of the policy, which holds and cooldowns may cut.
    package var wanted = 0
    /// The largest of the emergency rules, which they may not.
    package var urgent = 0
    /// Whether the mode lets it be done.
    package var acts: Bool
    package var proposals: [Proposal] = []
    package var rules: [RuleState] = []
    package var limits: [Limitation] = []
    package var alerts: [Alert] = []
}

/// Somebody's wish, with why.
package struct Proposal: Equatable, Sendable {
    package var source: Source
    package var wish: Int
    /// The number that it comes from, and the one that it was held against.
    package var value: Double?
    package var bound: Double?

    package enum Source: Equatable, Sendable {
        case rule(name: String, condition: String)
        case target(metric: String)
        case buffer(of: String)
        case forecastOut, forecastIn
        case fixed
        /// A rule that wants more and has not held for its time.
        case notYet(rule: String)
        /// A rule that goes in and does not hold, while others of its kind do.
        case disagrees(rule: String)
        /// Nothing speaks for a change.
        case stay
    }
}

/// How a rule stands.
package struct RuleState: Equatable, Sendable {
    package var name: String
    /// The condition's two sides; nil where a figure is missing.
    package var left: Double?
    package var right: Double?
    package var since: Moment?
    /// The instances that it wants: nil as long as it does not hold long enough.
    package var wants: Int?
}

/// A step of the way at which a wish was cut.
package struct Limitation: Equatable, Sendable {
    package enum Step: String, CaseIterable, Sendable {
        case missingFigures = "missing figures hold scale-in"
        case collapse = "collapse guard holds scale-in"
        case flap = "flap guard holds scale-in"
        case failedAction = "failed launches back off"
        case hold = "hold"
        case cooldown = "cooldown"
        case maxUp, maxDown, min, max
        case budget
        case mode
    }

    package var step: Step
    package var from: Int
    package var to: Int
    /// When the step lets go, where it is known.
    package var until: Moment?
}

package enum Alert: String, CaseIterable, Sendable {
    case overBudget = "the day's budget is spent"
    case budgetBelowMinimum = "the least instances cost more than the budget"
    case flapping = "too many changes of direction"
    case collapsed = "players collapsed"
    case atMaximum = "more is wanted than the maximum"
    case launchesFail = "three launches failed in a row"
    case noPlayers = "figures are missing"
}
