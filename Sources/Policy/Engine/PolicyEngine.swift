/// Decides how many instances there shall be. A value: it reads no clock and does nothing; who
/// holds it feeds it figures, the time and what became of its decisions.
package struct PolicyEngine: Sendable {
    private(set) var plan: Plan
    package private(set) var state: EngineState
    private var forecasters: [Forecaster]
    /// The route of the last minute that was asked for; schedules change on whole minutes.
    private var route: (minute: Int64, step: Plan.Step, links: [String])?

    package var policy: ScalingPolicy { plan.policy }

    package init(_ policy: ScalingPolicy) {
        plan = Plan(policy)
        state = EngineState(ruleCount: plan.rules.count)
        forecasters = plan.predictives.map(Forecaster.init)
    }

    package mutating func decide(figures: Figures, at now: Moment) -> Decision {
        let (step, links) = route(at: now)
        var forecast: Forecast?
        for (index, predictive) in plan.predictives.enumerated() {
            let surroundings = surroundings(figures)
            guard let level = predictive.metric.reading(in: surroundings).value, level >= 0 else {
                continue
            }
            forecasters[index].look(
                out: predictive.leadOut.reading(in: surroundings).value ?? 0,
                in: predictive.leadIn.reading(in: surroundings).value ?? 0)
            forecasters[index].observe(level, at: now)
            if case .predictive(_, index, _, _) = step {
                forecast = forecasters[index].forecast(from: level)
            }
        }
        let input = DecisionInput(
            time: now, figures: figures, links: links, forecast: forecast, state: state)
        let (outcome, after) = Judge.judge(plan, input, step: step)
        state = after
        return Decision(input: input, outcome: outcome)
    }

    /// A minute of an earlier life, for the forecasts; in the order of time, before any decision.
    package mutating func learn(figures: Figures, at moment: Moment) {
        for (index, predictive) in plan.predictives.enumerated() {
            let surroundings = surroundings(figures)
            guard let level = predictive.metric.reading(in: surroundings).value, level >= 0 else {
                continue
            }
            forecasters[index].observe(level, at: moment)
        }
    }

    /// Instances that were launched did not become ready and were taken back.
    package mutating func launchFailed(present: Int, at now: Moment) {
        let guarding = policy.guards.failed
        state.failures += 1
        var wait = guarding.backoffFirst
        for _ in 1..<min(state.failures, 32) where wait < guarding.backoffMax { wait *= 2 }
        state.retryAt = now + min(wait, guarding.backoffMax)
        if let target = state.target {
            state.target = min(target, max(present, policy.limits.min))
        }
    }

    package mutating func launchSucceeded() {
        state.failures = 0
        state.retryAt = nil
    }

    /// A changed file: rules that did not change keep their timers, forecasts of the same figure
    /// their history, and what was done lately stays done.
    package mutating func reload(_ policy: ScalingPolicy) {
        let old = plan
        plan = Plan(policy)
        route = nil
        let timers = state.timers
        state.timers = plan.rules.map { rule in
            guard let number = old.rules.firstIndex(where: { $0.isSame(as: rule) }) else {
                return EngineState.RuleTimer()
            }
            return timers[number]
        }
        let before = forecasters
        forecasters = plan.predictives.map { predictive in
            let same = old.predictives.firstIndex { $0.learnsLike(predictive) }
            guard let same else { return Forecaster(predictive) }
            var kept = before[same]
            kept.adopt(predictive)
            return kept
        }
        if old.active != plan.active {
            // Wishes of another policy are no reason to wait, nor to stop waiting.
            state.highs = WishWindow()
            state.lows = WishWindow()
            state.watchedSince = nil
        }
    }

    /// Goes on with what another scaler knew, as its last decision tells.
    package mutating func resume(after decision: Decision) {
        guard decision.input.state.timers.count == plan.rules.count,
            let remade = decision.remade(by: policy)
        else { return }
        state = remade.state
    }

    /// Goes on with what another scaler knew; where its policy had other rules, without their timers.
    package mutating func resume(_ known: EngineState) {
        let timers = state.timers
        state = known
        if known.timers.count != plan.rules.count { state.timers = timers }
    }

    private func surroundings(_ figures: Figures) -> Surroundings {
        Surroundings(
            figures: figures,
            startTimeSeconds: policy.capacity.startTime(learned: figures.startTime).inSeconds,
            quorum: policy.guards.missing.quorum)
    }

    private mutating func route(at now: Moment) -> (Plan.Step, [String]) {
        let minute = floorDivide(now.milliseconds, 60_000)
        if let route, route.minute == minute { return (route.step, route.links) }
        let (step, links) = plan.route(at: now)
        route = (minute, step, links)
        return (step, links)
    }
}

extension Predictive {
    /// Whether a forecaster of the one is right for the other.
    fileprivate func learnsLike(_ other: Predictive) -> Bool {
        id == other.id && metric == other.metric && models == other.models
            && history == other.history && quantile == other.quantile
            && quantileIn == other.quantileIn
    }
}

extension Decision {
    /// The same decision again from the record alone; nil where the policy is not the one it was
    /// made by.
    package func remade(by policy: ScalingPolicy) -> (decision: Decision, state: EngineState)? {
        let plan = Plan(policy)
        guard input.state.timers.count == plan.rules.count else { return nil }
        let (outcome, state) = Judge.judge(plan, input, step: plan.route(at: input.time).step)
        return (Decision(input: input, outcome: outcome), state)
    }
}
