extension Judge {
    // MARK: Hold and cooldown

    /// Fewer only if fewer were enough during the whole hold; more only if more were.
    mutating func hold(_ wish: Int, _ damping: Damping) -> Int {
        let keepDown = damping.holdDown * 2
        state.highs.add(Double(wish), at: now, keep: keepDown) { $0 >= $1 }
        state.lows.add(Double(wish), at: now, keep: damping.holdUp) { $0 <= $1 }
        let watched = now - (state.watchedSince ?? now)
        if wish < current {
            let span = widened(damping.holdDown)
            let most = Int(state.highs.first(within: span, of: now) ?? Double(wish))
            let held = watched < span ? current : min(max(most, wish), current)
            limit(.hold, wish, held)
            return held
        }
        if wish > current, damping.holdUp > .zero {
            let least = Int(state.lows.first(within: damping.holdUp, of: now) ?? Double(wish))
            let held = watched < damping.holdUp ? current : max(min(least, wish), current)
            limit(.hold, wish, held)
            return held
        }
        return wish
    }

    mutating func cooldown(_ wish: Int, _ damping: Damping) -> Int {
        guard wish != current else { return wish }
        let changes = [state.lastOut, state.lastIn].compactMap { $0 }.filter { $0 <= now }
        guard let last = changes.max() else { return wish }
        let span = wish > current ? damping.cooldownUp : widened(damping.cooldownDown)
        // In steps down each waits only for what went up: the hold has seen to the rest.
        let begin = wish < current && damping.cooldownUp == .zero ? state.lastOut : last
        guard let begin, begin <= now, now - begin < span else { return wish }
        limit(.cooldown, wish, current, until: begin + span)
        return current
    }

    private func widened(_ span: Duration) -> Duration {
        isFlapping && policy.guards.flap?.reaction == .widen ? span * 2 : span
    }

    // MARK: Guards

    var isFlapping: Bool {
        guard let flap = policy.guards.flap else { return false }
        return state.reversals.count { now - $0 <= flap.per && $0 <= now } >= flap.budget
    }

    /// Looks for a collapse: so many fewer players than the most of the time before.
    mutating func notePlayers() {
        let now = now
        if let flap = policy.guards.flap {
            state.reversals.removeAll { now - $0 > flap.per || $0 > now }
        } else {
            state.reversals.removeAll()
        }
        guard let collapse = policy.guards.collapse else {
            state.frozenUntil = nil
            return
        }
        if let until = state.frozenUntil, until <= now { state.frozenUntil = nil }
        guard let players = input.figures[.players].value(.sum) else { return }
        state.players.add(players, at: now, keep: collapse.within) { $0 >= $1 }
        let most = state.players.first(within: collapse.within, of: now) ?? players
        guard players <= most * (1 - collapse.drop),
            most - players > Self.scatter * most.squareRoot()
        else { return }
        state.collapses.removeAll { now - $0 > Self.usualPeriod || $0 > now }
        let isNew = state.collapses.last.map {
            now - $0 > collapse.within + collapse.freezeScaleIn
        }
        if isNew ?? true { state.collapses.append(now) }
        // What happens so often is how this load is, not a crash.
        guard state.collapses.count <= Self.usualCount else { return }
        state.frozenUntil = now + collapse.freezeScaleIn
    }

    /// Standard deviations (of players who come and go independently) that are no collapse.
    private static let scatter = 4.0
    private static let usualPeriod = Duration.seconds(86_400)
    private static let usualCount = 3

    mutating func guardIn(_ wish: Int, isWhole: Bool) -> Int {
        if !isWhole { outcome.alerts.append(.noPlayers) }
        if isFlapping { outcome.alerts.append(.flapping) }
        if state.frozenUntil != nil { outcome.alerts.append(.collapsed) }
        guard wish < current else { return wish }
        if !isWhole {
            limit(.missingFigures, wish, current)
            return current
        }
        if let until = state.frozenUntil {
            limit(.collapse, wish, current, until: until)
            return current
        }
        if isFlapping, policy.guards.flap?.reaction == .freeze {
            limit(.flap, wish, current)
            return current
        }
        return wish
    }

    mutating func guardOut(_ wish: Int) -> Int {
        if state.failures >= 3 { outcome.alerts.append(.launchesFail) }
        guard wish > current, let until = state.retryAt, until > now else { return wish }
        limit(.failedAction, wish, current, until: until)
        return current
    }

    // MARK: Bounds

    mutating func bound(_ wish: Int) -> Int {
        let limits = policy.limits
        var bounded = min(wish, current + limits.maxUp)
        limit(.maxUp, wish, bounded)
        let floor = current - limits.maxDown
        limit(.maxDown, bounded, max(bounded, floor))
        bounded = max(bounded, floor)
        if bounded > limits.max {
            outcome.alerts.append(.atMaximum)
            limit(.max, bounded, limits.max)
            bounded = limits.max
        }
        limit(.min, bounded, max(bounded, limits.min))
        return max(bounded, limits.min)
    }

    mutating func afford(_ wish: Int) -> Int {
        guard let cost = policy.cost, let budget = cost.budgetPerDay else { return wish }
        let least = policy.limits.min
        if Double(least) * cost.blendedPrice * 24 > budget {
            outcome.alerts.append(.budgetBelowMinimum)
        }
        let left = budget - state.spent
        if left <= 0 { outcome.alerts.append(.overBudget) }
        var affordable = wish
        switch cost.onBudget {
        case .alert: break
        case .hold: if left <= 0 { affordable = min(wish, max(current, least)) }
        case .cap:
            let midnight = Moment(milliseconds: (state.day + 1) * 86_400_000)
            let hours = max((midnight - now).inSeconds / 3600, 1.0 / 60)
            if cost.blendedPrice > 0 {
                let most = max(left, 0) / (hours * cost.blendedPrice)
                let cap = Int(min(most, Double(Limits.instancesMax)))
                // In the steps of any other way in.
                affordable = min(wish, max(cap, least, current - policy.limits.maxDown))
            }
        }
        limit(.budget, wish, affordable)
        return affordable
    }
}
