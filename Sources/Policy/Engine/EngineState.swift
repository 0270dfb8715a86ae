/// All that a decision needs to know of the past, except a forecaster's history, whose word stands
/// in the decision itself.
package struct EngineState: Equatable, Sendable {
    /// How many instances there shall be; nil before the first decision.
    package var target: Int?
    /// By the number of the rule.
    package var timers: [RuleTimer]
    /// What was wished lately: fewer instances only if fewer were enough all the time.
    package var highs = WishWindow()
    /// The same for more instances, where a policy waits with them.
    package var lows = WishWindow()
    /// Since when wishes are known.
    package var watchedSince: Moment?
    package var lastOut: Moment?
    package var lastIn: Moment?
    /// When the direction changed, as far back as the flap guard looks.
    package var reversals: [Moment] = []
    /// The players of late, for the collapse guard.
    package var players = WishWindow()
    /// No instance goes until then, since players collapsed.
    package var frozenUntil: Moment?
    /// When players collapsed lately.
    package var collapses: [Moment] = []
    /// Launches that failed in a row.
    package var failures = 0
    package var retryAt: Moment?
    /// Days since 1970, and what this one has cost.
    package var day: Int64 = 0
    package var spent = 0.0
    package var lastDecision: Moment?

    package struct RuleTimer: Equatable, Sendable {
        /// Since when the condition holds.
        package var since: Moment?
        /// When it last changed the number of instances.
        package var fired: Moment?

        package init(since: Moment? = nil, fired: Moment? = nil) {
            self.since = since
            self.fired = fired
        }
    }

    package init(ruleCount: Int) {
        timers = Array(repeating: RuleTimer(), count: ruleCount)
    }
}
