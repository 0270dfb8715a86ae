import Policy

/// What became of each instance, by what the cluster shows of it and what the provisioner lists.
extension ScalerMachine {
    func index(of id: InstanceID) -> Int? {
        state.instances.firstIndex { $0.id == id }
    }

    mutating func insert(_ instance: Instance) {
        let place = state.instances.firstIndex { instance.id < $0.id } ?? state.instances.count
        state.instances.insert(instance, at: place)
        isDirty = true
    }

    /// What was done in the phase before is done with.
    mutating func enter(_ index: Int, _ phase: Instance.Phase, _ reason: String) {
        let id = state.instances[index].id
        for kind in [Action.Kind.launch, .drain, .terminate] {
            works[Action.ID(kind, id.name)] = nil
        }
        absences[id] = nil
        refusals[id] = nil
        state.instances[index].enter(phase, at: now, reason)
        isDirty = true
    }

    mutating func remove(_ index: Int) {
        let name = state.instances[index].id.name
        enter(index, .stopping, "gone")
        weights[name] = nil
        state.instances.remove(at: index)
    }

    /// Looks at all instances; the last first, since some go.
    mutating func observe() {
        for index in state.instances.indices.reversed() {
            let member = members[state.instances[index].id.name]
            if let member { noteMember(member, at: index) }
            switch state.instances[index].phase {
            case .launching: observeLaunching(index, member)
            case .ready: observeReady(index, member)
            case .lost: observeLost(index, member)
            case .draining: observeDraining(index, member)
            case .stopping: observeStopping(index, member)
            }
        }
    }

    private mutating func noteMember(_ member: ClusterPicture.Server, at index: Int) {
        let before = state.instances[index]
        state.instances[index].hasJoined = true
        if member.isInView { state.instances[index].wasInView = true }
        if !member.version.isEmpty { state.instances[index].version = member.version }
        if state.instances[index] != before { isDirty = true }
    }

    private mutating func observeLaunching(_ index: Int, _ member: ClusterPicture.Server?) {
        let instance = state.instances[index]
        if member?.state == .ready { return becomeReady(index) }
        if member?.state == .draining {
            return enter(index, .draining, "drained before it was ready")
        }
        if let reason = refusals[instance.id] { return fail(index, reason) }
        // The time for the audit is not the instance's.
        guard instance.isAsked else { return }
        if member?.state == .left || member?.state == .failed {
            fail(index, "it went before it was ready")
        } else if absences[instance.id, default: 0] >= 2, member == nil {
            fail(index, "it ended before it was ready")
        } else if now - instance.launchedAt >= policy.guards.failed.readyWithin,
            member != nil || !isMeeting
        {
            fail(index, "not ready within \(Int(policy.guards.failed.readyWithin.inSeconds)) s")
        }
    }

    /// Whether members may be there that this scaler has not met yet.
    private var isMeeting: Bool {
        actingSince.map { now - $0 < settings.meetWithin } ?? true
    }

    private mutating func becomeReady(_ index: Int) {
        let instance = state.instances[index]
        noteVersionReady(instance.version)
        enter(index, .ready, instance.isOrphan ? "found at the provisioner" : "ready")
        guard !instance.isOrphan else { return }
        guard !isBad(instance.version) else {
            // It will not stay. Another attempt would only bring the same.
            if !settings.choosesVersion { countFailure(of: instance) }
            return
        }
        engine.launchSucceeded()
        if state.starts.count == Limits.startsMax { state.starts.removeFirst() }
        state.starts.append(now - instance.launchedAt)
    }

    /// A launch that came to nothing is taken back.
    mutating func fail(_ index: Int, _ reason: String) {
        let instance = state.instances[index]
        noteVersionFailed(instance)
        takeBack(index, reason)
        if !instance.isOrphan { countFailure(of: instance) }
    }

    /// Those that were launched together count once.
    private mutating func countFailure(of instance: Instance) {
        counters.launchesFailed += 1
        guard state.failedAt.map({ instance.launchedAt > $0 }) ?? true else { return }
        engine.launchFailed(present: standing, at: now)
        state.failedAt = now
    }

    mutating func takeBack(_ index: Int, _ reason: String) {
        let instance = state.instances[index]
        let isPresent = members[instance.id.name]?.state.isPresent ?? false
        // One that may have served may still run rooms where nobody sees it.
        let isLost = !isPresent && instance.wasInView && absences[instance.id, default: 0] < 2
        enter(
            index, isPresent ? .draining : isLost ? .lost : .stopping, "taken back: \(reason)")
    }

    private mutating func observeReady(_ index: Int, _ member: ClusterPicture.Server?) {
        switch member?.state {
        case .ready: break
        case nil where isMeeting: break
        case .draining: enter(index, .draining, "drained by somebody else")
        case .joining, .warming:
            state.instances[index].launchedAt = now
            enter(index, .launching, "it began anew")
        case .left, .failed, nil:
            counters.replaced += 1
            replacements.append(state.instances[index].id)
            enter(index, .lost, member?.state == .left ? "it left" : "it is out of reach")
            nextListAt = min(nextListAt, now)
        }
    }

    private mutating func observeLost(_ index: Int, _ member: ClusterPicture.Server?) {
        let instance = state.instances[index]
        switch member?.state {
        case .ready: enter(index, .ready, "it came back")
        case .draining: enter(index, .draining, "it came back, draining")
        case .joining, .warming:
            state.instances[index].launchedAt = now
            enter(index, .launching, "it began anew")
        case .left: enter(index, .stopping, "it left")
        case .failed, nil:
            if absences[instance.id, default: 0] >= 1 {
                remove(index)
            } else if now - instance.since >= settings.lostFor {
                enter(index, .stopping, "out of reach for \(Int(settings.lostFor.inSeconds)) s")
            }
        }
    }

    private mutating func observeDraining(_ index: Int, _ member: ClusterPicture.Server?) {
        let instance = state.instances[index]
        guard let member, member.state != .failed else {
            // It may be out of reach with rooms that its pair still runs.
            if absences[instance.id, default: 0] >= 1 {
                remove(index)
            } else if !instance.wasInView || member?.rooms == 0 {
                enter(index, .stopping, instance.reason)
            } else {
                enter(index, .lost, "out of reach while draining")
            }
            return
        }
        if member.state == .left || isEmpty(instance, member) {
            state.instances[index].isTold = true
            enter(index, .stopping, instance.reason)
        }
    }

    /// Whether a member that drains has nothing left, and was told so that it takes nothing new.
    private func isEmpty(_ instance: Instance, _ member: ClusterPicture.Server) -> Bool {
        guard isSafeToEnd(instance), member.rooms != nil || !instance.wasInView else {
            return false
        }
        if member.state == .draining || instance.isTold { return true }
        switch works[Action.ID(.drain, instance.id.name)]?.stage {
        case .done: return true
        case .performing(let since): return now - since >= Limits.drainHeard
        default: return false
        }
    }

    private mutating func observeStopping(_ index: Int, _ member: ClusterPicture.Server?) {
        let instance = state.instances[index]
        if let member, member.state.isPresent {
            let isAsked = works[Action.ID(.terminate, instance.id.name)]?.wasPerformed ?? false
            if !isAsked, !instance.isTold, member.state == .ready {
                return enter(index, .ready, "it came after all")
            }
            // One that comes while it is ended is told to take nothing.
            let isLate = member.state != .draining && !instance.isTold
            if isLate || !isSafeToEnd(instance) { enter(index, .draining, instance.reason) }
        } else if absences[instance.id, default: 0] >= 1 {
            remove(index)
        }
    }

    /// The last look before an instance is ended: one in the view, or with rooms, never is.
    func isSafeToEnd(_ instance: Instance) -> Bool {
        guard let member = members[instance.id.name], member.state.isPresent else { return true }
        return !member.isInView && member.rooms ?? 0 == 0
    }

    // MARK: Counts

    /// Those that serve or soon will, and are not to go.
    var standing: Int { readyCount + startingCount }

    var readyCount: Int { state.instances.count { $0.phase == .ready && !isBad($0.version) } }

    /// The ready ones that are seen. Who has just begun to act may remember some that are long gone.
    var servingCount: Int {
        state.instances.count {
            $0.phase == .ready && !isBad($0.version) && members[$0.id.name]?.state == .ready
        }
    }

    var startingCount: Int {
        state.instances.count { $0.phase == .launching && !isBad($0.version) }
    }
}
