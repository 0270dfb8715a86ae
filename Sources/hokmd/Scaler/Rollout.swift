import Policy

/// Watches new versions, and gives up on bad ones. The version that was first seen is trusted: there
/// is nothing to go back to.
extension ScalerMachine {
    func isBad(_ version: String?) -> Bool {
        guard let version else { return false }
        return state.versions.contains { $0.version == version && $0.standing == .bad }
    }

    /// The version that a launch asks for: for a while after a roll-back the last that was trusted.
    /// Then what is newest gets its chance, since it may be a better one by now. So too where launches
    /// fail in a row: what ends at its start may have told nobody what it is.
    var launchVersion: String? {
        let isWarned = state.versions.contains {
            $0.standing == .bad && now - $0.since < Limits.rollBackFor
        }
        let failsInRow = engine.state.failures >= Limits.releaseFailures
        guard settings.choosesVersion, isWarned || failsInRow else { return nil }
        return state.versions.last { $0.standing == .trusted }?.version
    }

    private mutating func record(of version: String) -> Int {
        if let index = state.versions.firstIndex(where: { $0.version == version }) { return index }
        if state.versions.count == Limits.versionsMax {
            let running = Set(state.instances.compactMap(\.version))
            let last = state.versions.last { $0.standing == .trusted }?.version
            let oldest = state.versions.firstIndex {
                !running.contains($0.version) && $0.version != last
            }
            state.versions.remove(at: oldest ?? 0)
        }
        state.versions.append(
            VersionRecord(
                version: version, standing: state.versions.isEmpty ? .trusted : .watched, since: now
            ))
        isDirty = true
        return state.versions.count - 1
    }

    mutating func noteVersionReady(_ version: String?) {
        guard let version, !version.isEmpty else { return }
        let index = record(of: version)
        state.versions[index].successes += 1
        if state.versions[index].readySince == nil { state.versions[index].readySince = now }
    }

    mutating func noteVersionFailed(_ instance: Instance) {
        guard let version = instance.version, !version.isEmpty, !instance.isOrphan else { return }
        state.versions[record(of: version)].failures += 1
    }

    /// Judges the versions on trial.
    mutating func judgeVersions() {
        guard let guarding = policy.guards.release else { return }
        for index in state.versions.indices where state.versions[index].standing == .watched {
            let trial = state.versions[index]
            if trial.failures >= Limits.releaseFailures, trial.failures > trial.successes {
                giveUp(index, "\(trial.failures) of its servers did not become ready")
                continue
            }
            guard let readySince = trial.readySince else { continue }
            let (rate, usual) = (errorRate(of: trial.version), trustedErrorRate)
            if let rate, rate > guarding.errorsMax, rate > 2 * (usual ?? 0) {
                let since = trial.erringSince ?? now
                state.versions[index].erringSince = since
                if now - since >= Limits.releaseErrorsFor {
                    giveUp(index, "\(Int((min(rate, 1) * 100).rounded())) % of its requests fail")
                }
                continue
            }
            if rate != nil { state.versions[index].erringSince = nil }
            if now - readySince >= guarding.watch {
                state.versions[index].standing = .trusted
                state.versions[index].since = now
                isDirty = true
            }
        }
    }

    private mutating func giveUp(_ index: Int, _ reason: String) {
        counters.rollBacks += 1
        state.versions[index].standing = .bad
        state.versions[index].since = now
        state.versions[index].reason = reason
        isDirty = true
        // Its failures are no reason to wait with the former one.
        if settings.choosesVersion { engine.launchSucceeded() }
    }

    private func errorRate(of version: String) -> Double? {
        errorRate(of: state.instances.filter { $0.phase == .ready && $0.version == version })
    }

    private var trustedErrorRate: Double? {
        let trusted = Set(state.versions.filter { $0.standing == .trusted }.map(\.version))
        return errorRate(
            of: state.instances.filter {
                $0.phase == .ready && $0.version.map(trusted.contains) ?? false
            })
    }

    /// The share of requests that failed; nil where too few are made to tell.
    private func errorRate(of instances: [Instance]) -> Double? {
        guard !instances.isEmpty else { return nil }
        let figures = collector.figures(
            serving: instances.map(\.id.name), starting: 0, startTime: nil, at: now,
            staleAfter: policy.guards.missing.staleAfter)
        guard let errors = figures[.errors].value(.rate),
            let requests = figures[.requests].value(.rate), requests >= Limits.releaseRequestsMin
        else { return nil }
        return errors / requests
    }

    // MARK: Roll-back

    /// No new rooms go to a bad version, as long as somebody else can take them; its instances go as
    /// others come, so that nobody is missed.
    mutating func rollBack() {
        for version in state.versions where version.standing == .bad {
            let id = Action.ID(.rollBack, version.version)
            pursue(id, reason: version.reason, repeats: nil)
            guard case .done = works[id]?.stage else { continue }
            let bad = state.instances.filter { $0.version == version.version }
            if let index = state.versions.firstIndex(of: version),
                bad.contains(where: { $0.launchedAt > version.since })
            {
                // It was still what is newest.
                state.versions[index].since = now
            }
            for instance in bad where instance.phase == .launching {
                guard let index = index(of: instance.id) else { continue }
                let reason = "version \(version.version) was rolled back"
                // Where the former one cannot be asked for, the next launch may bring the bad one again.
                if settings.choosesVersion { takeBack(index, reason) } else { fail(index, reason) }
            }
            let serving = bad.filter { $0.phase == .ready }
            let hasOthers = members.values.contains { member in
                member.state == .ready && !isBad(member.version)
            }
            for instance in serving { weigh(instance.id, hasOthers ? 0 : 1) }
            let target = engine.state.target ?? policy.limits.min
            let draining = state.instances.count { $0.phase == .draining }
            let spare = min(
                servingCount + serving.count - target, serving.count,
                policy.limits.maxDown - draining)
            guard spare > 0 else { continue }
            for victim in victims(among: serving).prefix(spare) {
                guard let index = index(of: victim.id) else { continue }
                enter(
                    index, .draining,
                    "version \(version.version) was rolled back: \(version.reason)")
            }
        }
    }

    private mutating func weigh(_ id: InstanceID, _ weight: UInt32) {
        guard weights[id.name] ?? 1 != weight else { return }
        weights[id.name] = weight
        effects.append(.weigh(node: id.name, weight: weight))
    }
}

extension VersionRecord {
    mutating func mapTimes(_ map: (Moment) -> Moment) {
        since = map(since)
        readySince = readySince.map(map)
        erringSince = erringSince.map(map)
    }
}
