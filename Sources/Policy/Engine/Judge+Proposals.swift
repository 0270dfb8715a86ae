extension Judge {
    /// What a policy wants, the largest of its proposals. `isWhole` becomes false where a figure
    /// that it rests on is missing.
    mutating func wish(of step: Plan.Step, _ isWhole: inout Bool) -> Int {
        switch step {
        case .thresholds(_, let rules): thresholds(rules, &isWhole)
        case .target(let target): self.target(target, &isWhole)
        case .buffer(let buffer): self.buffer(buffer, &isWhole)
        case .predictive(let predictive, _, let floor, let fallback):
            self.predictive(predictive, floor: floor, fallback: fallback, &isWhole)
        case .fixed(let count): propose(.fixed, count)
        case .chain: preconditionFailure("a route leads through chains")
        }
    }

    private mutating func propose(
        _ source: Proposal.Source, _ wish: Int, value: Double? = nil, bound: Double? = nil
    ) -> Int {
        outcome.proposals.append(
            Proposal(source: source, wish: wish, value: value, bound: bound))
        return wish
    }

    // MARK: Rules

    /// The rules that go out are heard one by one. Those that go in must all agree: each of them
    /// watches its own figure, and one that is not idle speaks for what is there.
    private mutating func thresholds(_ rules: Range<Int>, _ isWhole: inout Bool) -> Int {
        var largest: Int?
        var (goesIn, opposed) = (false, String?.none)
        for number in rules where !plan.rules[number].ignoresCooldown {
            let rule = plan.rules[number]
            if let wish = evaluate(number, &isWhole) {
                largest = max(largest ?? wish, wish)
                goesIn = goesIn || rule.change < 0
            } else if rule.change < 0 {
                opposed = opposed ?? rule.name
            }
        }
        if goesIn, let opposed {
            let wish = propose(.disagrees(rule: opposed), current)
            largest = max(largest ?? wish, wish)
        }
        return largest ?? propose(.stay, current)
    }

    /// What the rules want that act under every policy; 0 for nothing.
    mutating func emergencies(_ isWhole: inout Bool) -> Int {
        var largest = 0
        for number in plan.emergencies {
            guard let wish = evaluate(number, &isWhole) else { continue }
            largest = max(largest, wish)
        }
        return largest
    }

    /// A rule's wish. One that wants more and does not hold long enough yet wants no change, so that
    /// nobody takes instances away meanwhile.
    private mutating func evaluate(_ number: Int, _ isWhole: inout Bool) -> Int? {
        let rule = plan.rules[number]
        let left = rule.condition.left.reading(in: surroundings)
        let right = rule.condition.right.reading(in: surroundings)
        isWhole = isWhole && left.isWhole && right.isWhole
        var state = RuleState(name: rule.name, left: left.value, right: right.value)
        defer {
            state.since = self.state.timers[number].since
            outcome.rules.append(state)
            ruleNumbers.append(number)
        }
        guard let value = left.value, let bound = right.value, rule.condition.compare(value, bound)
        else {
            self.state.timers[number].since = nil
            return nil
        }
        // A clock that was put back begins the time anew.
        let since = min(self.state.timers[number].since ?? now, now)
        self.state.timers[number].since = since
        let isUp = rule.change > 0
        guard now - since >= rule.hold, isUp || left.isWhole && right.isWhole,
            !isWaiting(number)
        else {
            guard isUp else { return nil }
            return propose(.notYet(rule: rule.name), current, value: value, bound: bound)
        }
        let wish = max(current + rule.change, 0)
        state.wants = wish
        return propose(
            .rule(name: rule.name, condition: rule.condition.text), wish, value: value,
            bound: bound)
    }

    /// An emergency that was answered waits until the help can have come; else it would call for
    /// more each time it is looked at, up to the maximum.
    private func isWaiting(_ number: Int) -> Bool {
        guard plan.rules[number].ignoresCooldown, let fired = state.timers[number].fired,
            fired <= now
        else { return false }
        return (now - fired).inSeconds
            < max(plan.rules[number].hold.inSeconds, surroundings.startTimeSeconds)
    }

    // MARK: Targets

    private mutating func target(_ tracking: TargetTracking, _ isWhole: inout Bool) -> Int {
        var largest: Int?
        for target in tracking.targets {
            let reading = target.metric.reading(in: surroundings)
            isWhole = isWhole && reading.isWhole
            guard let value = reading.value else { continue }
            let ratio = value / target.value
            let ideal = ceiling(Double(input.figures.ready) * ratio)
            let wish =
                ratio > 1 + tracking.tolerance
                ? max(current, ideal)
                : ratio < 1 - tracking.tolerance ? min(current, ideal) : current
            _ = propose(
                .target(metric: target.text), wish, value: value, bound: target.value)
            largest = max(largest ?? wish, wish)
        }
        return largest ?? propose(.stay, current)
    }

    // MARK: Buffer

    private mutating func buffer(_ buffer: Buffer, _ isWhole: inout Bool) -> Int {
        let load = buffer.of.reading(in: surroundings)
        var within = surroundings
        within.whole = load.value ?? 0
        let free = buffer.free.reading(in: within)
        isWhole = isWhole && load.isWhole && free.isWhole
        guard let load = load.value, let free = free.value else { return propose(.stay, current) }
        let wanted = load + max(free, 0)
        return propose(
            .buffer(of: buffer.text), instances(for: wanted), value: load, bound: wanted)
    }

    // MARK: Forecast

    private mutating func predictive(
        _ predictive: Predictive, floor: Plan.Step, fallback: Plan.Step, _ isWhole: inout Bool
    ) -> Int {
        guard let forecast = input.forecast else {
            isWhole = false
            return propose(.stay, current)
        }
        guard forecast.silence == nil else { return wish(of: fallback, &isWhole) }
        let metric = predictive.metric.reading(in: surroundings)
        isWhole = isWhole && metric.isWhole
        let least = wish(of: floor, &isWhole)
        let cushion = 1 + predictive.cushion
        let needed = instances(for: forecast.demandOut * cushion)
        if needed > current {
            return max(
                least,
                propose(
                    .forecastOut, needed, value: forecast.level, bound: forecast.demandOut))
        }
        // One goes only if the rest would still be enough for somewhat more than what is expected.
        let later = max(forecast.demandIn, forecast.demandOut)
        let banded = later * cushion * (1 + band(predictive.band))
        let enough = min(instances(for: banded), current)
        return max(
            least,
            propose(.forecastIn, enough, value: forecast.level, bound: forecast.demandIn))
    }

    private func band(_ band: Double) -> Double {
        isFlapping && policy.guards.flap?.reaction == .widen ? band * 2 : band
    }

    private func instances(for players: Double) -> Int {
        ceiling(players / policy.capacity.playersPerInstance)
    }

    /// Rounded up, though not for a rounding error; within what anyone may ask for.
    private func ceiling(_ value: Double) -> Int {
        Int(min(max((value - 1e-9).rounded(.up), 0), Double(Limits.instancesMax)))
    }
}
