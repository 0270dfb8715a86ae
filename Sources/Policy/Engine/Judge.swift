/// Decides: proposals, then what may cut them, in the order of the file's comments.
///
/// One law holds for all proposals together: **the largest wish wins**. So the largest step out is
/// taken, and instances go only as far as everyone agrees. More load never makes fewer instances,
/// as each later step keeps the order of two wishes.
struct Judge {
    let plan: Plan
    let input: DecisionInput
    let step: Plan.Step
    let surroundings: Surroundings
    var state: EngineState
    var outcome: DecisionOutcome

    var policy: ScalingPolicy { plan.policy }
    var now: Moment { input.time }
    /// What is to be changed: as many as there shall be, whether they are there yet or not.
    var current: Int { outcome.current }

    /// How a wish of the policy itself is damped, each kind in its way.
    struct Damping {
        var holdUp = Duration.zero
        var holdDown = Duration.zero
        var cooldownUp = Duration.zero
        /// Since the last change of any kind.
        var cooldownDown = Duration.zero
    }

    static func judge(
        _ plan: Plan, _ input: DecisionInput, step: Plan.Step
    ) -> (outcome: DecisionOutcome, state: EngineState) {
        var judge = Judge(plan: plan, input: input, step: step)
        judge.run()
        return (judge.outcome, judge.state)
    }

    private init(plan: Plan, input: DecisionInput, step: Plan.Step) {
        (self.plan, self.input, self.step, state) = (plan, input, step, input.state)
        let startTime = plan.policy.capacity.startTime(learned: input.figures.startTime)
        surroundings = Surroundings(
            figures: input.figures, startTimeSeconds: startTime.inSeconds,
            quorum: plan.policy.guards.missing.quorum)
        let limits = plan.policy.limits
        let present = input.figures.ready + input.figures.starting
        let current = input.state.target ?? min(max(present, limits.min), limits.max)
        outcome = DecisionOutcome(current: current, target: current, acts: true)
    }

    private mutating func run() {
        forgetFuture()
        pay()
        notePlayers()
        var wasWhole = true
        let damping = damping(of: step)
        let wanted = wish(of: step, &wasWhole)
        // An emergency is not held, whatever the policy.
        let urgent = emergencies(&wasWhole)
        (outcome.wanted, outcome.urgent) = (wanted, urgent)
        var wish = hold(wanted, damping)
        wish = cooldown(wish, damping)
        wish = max(wish, urgent)
        wish = guardIn(wish, isWhole: wasWhole)
        wish = guardOut(wish)
        wish = bound(wish)
        wish = afford(wish)
        conclude(wish)
    }

    private func damping(of step: Plan.Step) -> Damping {
        switch step {
        case .thresholds(let thresholds, _):
            Damping(cooldownUp: thresholds.cooldownUp, cooldownDown: thresholds.cooldownDown)
        case .target(let target):
            Damping(
                holdUp: target.stabiliseUp, holdDown: target.stabiliseDown,
                cooldownDown: target.stabiliseDown)
        case .buffer(let buffer): Damping(holdDown: buffer.hold, cooldownDown: buffer.hold)
        case .predictive(let predictive, _, _, let fallback):
            input.forecast?.silence == nil
                ? Damping(holdDown: predictive.hold, cooldownDown: predictive.settle)
                : damping(of: fallback)
        case .fixed, .chain: Damping()
        }
    }

    /// After a clock was put back, what waits for a time waits at most as long as it would now.
    private mutating func forgetFuture() {
        state.watchedSince = state.watchedSince.map { min($0, now) }
        state.retryAt = state.retryAt.map { min($0, now + policy.guards.failed.backoffMax) }
        let freeze = policy.guards.collapse?.freezeScaleIn ?? .zero
        state.frozenUntil = state.frozenUntil.map { min($0, now + freeze) }
    }

    /// What was used since the last decision is paid by the price of now.
    private mutating func pay() {
        let day = floorDivide(now.milliseconds, 86_400_000)
        if day != state.day { (state.day, state.spent) = (day, 0) }
        guard let cost = policy.cost, let last = state.lastDecision, last < now else { return }
        // A scaler that slept does not pay for yesterday today.
        let midnight = Moment(milliseconds: day * 86_400_000)
        let hours = (now - max(last, midnight)).inSeconds / 3600
        let present = Double(input.figures.ready + input.figures.starting)
        state.spent += hours * present * cost.blendedPrice
    }

    private mutating func conclude(_ wish: Int) {
        outcome.target = wish
        state.lastDecision = now
        if state.watchedSince == nil { state.watchedSince = now }
        guard policy.mode == .act else {
            // Nothing is done, so nothing was fired, and the next decision starts from what is there.
            outcome.acts = false
            if policy.mode == .off {
                limit(.mode, wish, current)
                outcome.target = current
            }
            state.target = nil
            return
        }
        state.target = wish
        guard wish != current else { return }
        let isOut = wish > current
        let wasOut: Bool? =
            switch (state.lastOut, state.lastIn) {
            case (let lastOut?, let lastIn?): lastOut > lastIn
            case (nil, nil): nil
            case (let lastOut, nil): lastOut != nil
            case (nil, _): false
            }
        if let wasOut, wasOut != isOut { state.reversals.append(now) }
        if isOut { state.lastOut = now } else { state.lastIn = now }
        for (index, rule) in outcome.rules.enumerated() {
            guard let wants = rule.wants, (wants > current) == isOut else { continue }
            state.timers[ruleNumbers[index]] = .init(since: now, fired: now)
        }
    }

    /// The numbers of the rules in `outcome.rules`.
    var ruleNumbers: [Int] = []

    mutating func limit(_ step: Limitation.Step, _ from: Int, _ to: Int, until: Moment? = nil) {
        guard from != to else { return }
        outcome.limits.append(Limitation(step: step, from: from, to: to, until: until))
    }
}
