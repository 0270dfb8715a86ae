import Policy

extension ScalerMachine {
    /// Looks at the figures: the acting scaler decides, the others learn.
    mutating func look() {
        guard now >= nextDecisionAt, let picture else { return }
        nextDecisionAt = now + settings.decideEvery
        let serving = picture.servers.filter { $0.state == .ready }.map(\.name)
        var figures = collector.figures(
            serving: serving, starting: startingCount, startTime: state.startTime, at: now,
            staleAfter: policy.guards.missing.staleAfter)
        // Servers that nobody provisioned give figures, and are not what is scaled. Who only watches has
        // provisioned none, and says what it would do with those that are there.
        if policy.mode == .act { figures.ready = readyCount }
        if let minute = history.observe(figures, at: now) { effects.append(.keep(minute)) }
        guard duty == .acting else {
            engine.learn(figures: figures, at: now)
            return
        }
        let decision = engine.decide(figures: figures, at: now)
        counters.decisions += 1
        if decision.target != decision.current || lastReason.isEmpty { lastReason = decision.line }
        keep(decision)
    }

    /// Keeps what differs from the last that was kept, and one a minute.
    private mutating func keep(_ decision: Decision) {
        if let last = decisions.last, let recordedAt, now - recordedAt < settings.recordEvery,
            decision.target == decision.current, decision.target == last.target,
            decision.outcome.acts == last.outcome.acts,
            decision.outcome.alerts == last.outcome.alerts,
            decision.outcome.limits.map(\.step) == last.outcome.limits.map(\.step)
        {
            return
        }
        recordedAt = now
        if decisions.count == Limits.decisionsMax { decisions.removeFirst() }
        decisions.append(decision)
        effects.append(.record(decision))
    }

    // MARK: Alarms

    mutating func updateAlarms() {
        var standing: Set<ScalerAlarm> = []
        if duty != .watching, let since = silentSince, now - since >= settings.listStaleAfter {
            standing.insert(.provisionerSilent)
        }
        if duty == .acting {
            if engine.state.failures >= 3, readyCount < engine.state.target ?? 0 {
                standing.insert(.launchesFail)
            }
            if auditFails { standing.insert(.auditFails) }
            if foreign > 0 { standing.insert(.foreignInstances) }
            for instance in state.instances {
                let work = works[Action.ID(.terminate, instance.id.name)]
                if work?.action.attempt ?? 0 > 3 { standing.insert(.terminationsFail) }
                if instance.phase == .draining, now - instance.since >= settings.drainAlarmAfter {
                    standing.insert(.drainSlow)
                }
            }
            let isRecent = state.versions.contains {
                $0.standing == .bad && now - $0.since < Limits.rollBackFor
            }
            if isRecent { standing.insert(.badRelease) }
        }
        for alarm in ScalerAlarm.allCases where standing.contains(alarm) != alarms.contains(alarm) {
            effects.append(.alarm(alarm, isRaised: standing.contains(alarm)))
        }
        alarms = standing
    }

    // MARK: Report

    package var report: ScalerReport {
        ScalerReport(
            isActing: isActing, acting: actingName, mode: policy.mode, target: engine.state.target,
            instances: state.instances.map { instance in
                ScalerReport.InstanceLine(
                    id: instance.id, state: instance.phase, hasJoined: instance.hasJoined,
                    version: instance.version, since: instance.since,
                    rooms: members[instance.id.name]?.rooms, reason: instance.reason)
            },
            decisions: decisions, alarms: ScalerAlarm.allCases.filter(alarms.contains),
            counters: counters)
    }
}
