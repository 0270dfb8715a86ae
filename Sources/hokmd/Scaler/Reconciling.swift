import Policy

/// Brings what there is to what there shall be.
extension ScalerMachine {
    /// Whether anything may be done in the world.
    var mayAct: Bool { duty == .acting && policy.mode == .act && hasFreshList }

    mutating func reconcile() {
        guard mayAct else { return }
        rollBack()
        if let target = engine.state.target {
            let wanted = min(max(target, policy.limits.min), policy.limits.max)
            if standing < wanted { launch(wanted - standing) }
            if standing > wanted { shed(to: wanted) }
        }
        pursueAll()
    }

    // MARK: Out

    private mutating func launch(_ missing: Int) {
        if let until = engine.state.retryAt, until > now { return }
        // What does not go though it was ended must not let the rest grow without end.
        let room = 2 * policy.limits.max - state.instances.count
        for _ in 0..<max(min(missing, room), 0) {
            state.serial += 1
            let id = InstanceID(serial: state.serial, prefix: settings.namePrefix)
            let replaced = replacements.isEmpty ? nil : replacements.removeFirst()
            insert(
                Instance(
                    id: id, launchedAt: now, version: launchVersion,
                    reason: replaced.map { "replaces \($0), which died" } ?? lastReason))
        }
        if standing >= engine.state.target ?? 0 { replacements.removeAll() }
    }

    // MARK: In

    private mutating func shed(to wanted: Int) {
        // What nobody was asked for yet is done without.
        for index in state.instances.indices.reversed() where standing > wanted {
            let instance = state.instances[index]
            if instance.phase == .launching, !instance.isAsked { remove(index) }
        }
        let draining = state.instances.count { $0.phase == .draining }
        // Those that only start do not count, nor those that are only remembered: a server goes once
        // enough others serve.
        let spare = min(servingCount - wanted, policy.limits.maxDown - draining)
        guard spare > 0 else { return }
        let ready = state.instances.filter { $0.phase == .ready && !isBad($0.version) }
        for victim in victims(among: ready).prefix(spare) {
            guard let index = index(of: victim.id) else { continue }
            enter(index, .draining, lastReason)
        }
    }

    /// In the order in which they should go: those with the fewest rooms, the newest on a tie. One
    /// that says nothing of its rooms is taken to have many.
    func victims(among instances: [Instance]) -> [Instance] {
        func rooms(_ instance: Instance) -> Int { members[instance.id.name]?.rooms ?? .max }
        return instances.sorted { one, other in
            let (few, more) = (rooms(one), rooms(other))
            return few != more ? few < more : other.id < one.id
        }
    }

    // MARK: Actions

    private mutating func pursueAll() {
        for index in state.instances.indices {
            let instance = state.instances[index]
            switch instance.phase {
            case .launching: pursueLaunch(index)
            case .ready, .lost: break
            case .draining:
                // A node that drains needs not be told again; one that does not has not heard it.
                if members[instance.id.name]?.state == .draining { continue }
                pursue(
                    Action.ID(.drain, instance.id.name), reason: instance.reason,
                    repeats: Limits.drainHeard)
            case .stopping:
                pursue(
                    Action.ID(.terminate, instance.id.name), reason: instance.reason,
                    repeats: settings.outcomeWithin, maySend: isSafeToEnd(instance))
            }
        }
    }

    private mutating func pursueLaunch(_ index: Int) {
        let instance = state.instances[index]
        let id = Action.ID(.launch, instance.id.name)
        // What a scaler before us asked for, and is there, is not asked for again.
        let isThere = instance.hasJoined || listing?.has(instance.id) ?? false
        guard works[id] != nil || !isThere else { return }
        let wasPerformed = works[id]?.wasPerformed ?? false
        pursue(id, version: instance.version, reason: instance.reason, repeats: nil)
        if !wasPerformed, works[id]?.wasPerformed ?? false, !instance.isAsked {
            state.instances[index].isAsked = true
            state.instances[index].launchedAt = now
        }
    }
}
