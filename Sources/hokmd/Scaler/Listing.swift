import Policy

/// What the provisioner said last of what there is.
struct Listing: Equatable, Sendable {
    /// When it was asked: what happened later may not be in it.
    var askedAt: Moment
    var instances: [InstanceID: ListedInstance]

    func has(_ id: InstanceID) -> Bool { instances[id] != nil }
}

/// A question to the provisioner that it has not answered.
struct OpenList: Equatable, Sendable {
    let request: UInt64
    var askedAt: Moment
}

extension ScalerMachine {
    mutating func askForList() {
        listRequests += 1
        openList = OpenList(request: listRequests, askedAt: now)
        nextListAt = now + settings.listEvery
        if silentSince == nil { silentSince = now }
        effects.append(.list(request: listRequests))
    }

    /// The answer to `.list`: all instances that the provisioner has, those that are not the
    /// scaler's too.
    package mutating func noteListed(_ instances: [ListedInstance], request: UInt64) {
        guard let open = openList, open.request == request else {
            counters.inputsIgnored += 1
            return
        }
        openList = nil
        silentSince = nil
        let own = instances.filter { $0.id.serial(prefix: settings.namePrefix) != nil }
        foreign = instances.count - own.count
        listing = Listing(
            askedAt: open.askedAt,
            instances: Dictionary(own.map { ($0.id, $0) }, uniquingKeysWith: { one, _ in one }))
        isListNew = true
    }

    package mutating func noteListFailed(_ reason: String, request: UInt64) {
        guard openList?.request == request else {
            counters.inputsIgnored += 1
            return
        }
        openList = nil
        nextListAt = now + settings.retryFirst
    }

    /// Asks regularly, and anew where no answer comes.
    mutating func keepListing() {
        guard duty != .watching else { return }
        if let open = openList {
            guard now - open.askedAt >= settings.outcomeWithin else { return }
            askForList()
        } else if now >= nextListAt {
            askForList()
        }
    }

    /// Whether the list is young enough to act on.
    var hasFreshList: Bool {
        guard let listing else { return false }
        return now - listing.askedAt < settings.listStaleAfter
    }

    // MARK: What a list tells

    /// Enters what nobody remembered, and counts how often what should be there was not.
    mutating func absorbList() {
        guard isListNew, let listing else { return }
        isListNew = false
        let known = Set(state.instances.map(\.id))
        let found = listing.instances.values.filter { !known.contains($0.id) }
        for listed in found.sorted(by: { $0.id < $1.id }) { adoptOrphan(listed) }
        for (index, instance) in state.instances.enumerated() {
            if let listed = listing.instances[instance.id] {
                absences[instance.id] = nil
                // One that never joins says by itself what it is to nobody.
                if instance.version == nil, let version = listed.version {
                    state.instances[index].version = version
                    isDirty = true
                }
            } else if isTold(instance, by: listing) {
                absences[instance.id, default: 0] += 1
            }
        }
    }

    /// Whether the list was asked for after all that was done to the instance.
    private func isTold(_ instance: Instance, by listing: Listing) -> Bool {
        guard listing.askedAt >= instance.since else { return false }
        if instance.phase == .stopping {
            return works[Action.ID(.terminate, instance.id.name)]?.wasPerformed ?? false
        }
        guard let work = works[Action.ID(.launch, instance.id.name)] else { return true }
        guard case .done(let since) = work.stage else { return false }
        return listing.askedAt >= since
    }

    private mutating func adoptOrphan(_ listed: ListedInstance) {
        counters.orphans += 1
        let member = members[listed.id.name]
        // One that was launched long ago may have served, and may still run rooms out of our sight.
        let launchedAt = min(listed.launchedAt ?? .distantPast, now)
        let isYoung = now - launchedAt < policy.guards.failed.readyWithin
        var instance = Instance(
            id: listed.id, launchedAt: isYoung ? launchedAt : now, version: listed.version,
            reason: "found at the provisioner")
        (instance.isOrphan, instance.isAsked, instance.wasInView) = (true, true, !isYoung)
        if member?.state == .left {
            instance.enter(.stopping, at: now, "found at the provisioner, and has left")
        } else if member?.state == .failed {
            instance.enter(.lost, at: now, "found at the provisioner, and out of reach")
        }
        insert(instance)
    }
}

extension Moment {
    fileprivate static let distantPast = Moment(milliseconds: 0)
}
