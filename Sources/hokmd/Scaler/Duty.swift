package import Gossip
import Policy

/// Whether this scaler acts. At most one does: the lowest id among those present, as one in sight of
/// a majority sees them. Where two see each other differently, the higher one hears the lower one's
/// states and holds back; and what both ask for has the same names.
enum Duty: Equatable, Sendable {
    case watching
    /// It is its turn. It hears what the one before has to say, and lists what there is; nothing is
    /// done before that.
    case preparing(since: Moment)
    case acting
}

extension ScalerMachine {
    /// Whether this scaler acts: the lowest id of those that are present, in sight of a majority,
    /// after it has heard the last word of the one before and listed what there is.
    package var isActing: Bool { duty == .acting }

    /// The name of the node whose scaler acts, as far as this one knows.
    var actingName: String? {
        guard let picture, let lowest = picture.lowestScaler else { return nil }
        return lowest.id == picture.own.id && duty != .acting ? nil : lowest.name
    }

    private var isEligible: Bool {
        guard let picture, picture.lowestScaler?.id == picture.own.id else { return false }
        guard let heard = lowerHeardAt else { return true }
        return now - heard >= settings.yieldFor
    }

    mutating func updateDuty() {
        guard isEligible else {
            if duty == .acting { handOverUntil = now + settings.yieldFor }
            stopActing()
            return
        }
        switch duty {
        case .watching:
            duty = .preparing(since: now)
            listing = nil
            askForList()
        case .preparing(let since):
            let others = (picture?.scalers.count ?? 1) > 1 || heardOthers
            guard listing != nil, !others || now - since >= settings.yieldFor else { return }
            duty = .acting
            actingSince = now
            nextDecisionAt = now
            counters.takeOvers += 1
            isDirty = true
        case .acting: break
        }
    }

    private mutating func stopActing() {
        duty = .watching
        actingSince = nil
        works.removeAll()
        refusals.removeAll()
        absences.removeAll()
        weights.removeAll()
        openList = nil
        auditFails = false
    }

    // MARK: The shared state

    /// The state that was shared last, from the state directory, before anything else.
    package mutating func restore(_ state: ScalerState) {
        adopt(state)
    }

    /// The state that another scaler shared.
    package mutating func noteShared(_ other: ScalerState, from scaler: NodeID) {
        guard let own = picture?.own.id, own != scaler else { return }
        heardOthers = true
        if scaler < own { lowerHeardAt = now }
        guard other.revision > state.revision else {
            counters.statesIgnored += 1
            return
        }
        // Somebody has acted while this one slept, or took another to be gone.
        if duty == .acting { stopActing() }
        adopt(other)
    }

    private mutating func adopt(_ other: ScalerState) {
        // By the other's clock, which may be off; and what passed since then nobody has seen.
        let offset = now - other.at
        state = other
        state.instances.sort { $0.id < $1.id }
        for index in state.instances.indices {
            state.instances[index].mapTimes { $0 + offset }
        }
        for index in state.versions.indices { state.versions[index].mapTimes { $0 + offset } }
        state.failedAt = state.failedAt.map { $0 + offset }
        state.at = now
        engine.resume(other.engine)
        forgetFuture()
    }

    /// Shares what is known: at once when the ledger changed, else as a sign of life.
    mutating func share() {
        let isHandingOver = handOverUntil.map { now < $0 } ?? false
        guard duty == .acting || isHandingOver else { return }
        guard isDirty || now >= nextShareAt else { return }
        isDirty = false
        nextShareAt = now + settings.decideEvery
        if duty == .acting {
            state.revision += 1
            state.at = now
            state.engine = engine.state
        }
        effects.insert(.share(state), at: 0)
    }

    /// After a clock was put back, what waits for a time waits at most as long as it would now.
    mutating func forgetFuture() {
        let now = now
        mapTimes { min($0, now) }
    }

    /// What was not lived through does not count: a clock that was put ahead, or a sleep, makes no
    /// wait shorter. And who slept may have been taken over from.
    mutating func skip(_ gap: Duration) {
        mapTimes { $0 + gap }
        stopActing()
    }

    private mutating func mapTimes(_ map: (Moment) -> Moment) {
        for index in state.instances.indices { state.instances[index].mapTimes(map) }
        for id in works.keys { works[id]?.mapTimes(map) }
        for index in state.versions.indices { state.versions[index].mapTimes(map) }
        state.failedAt = state.failedAt.map(map)
        lowerHeardAt = lowerHeardAt.map(map)
        if let asked = listing?.askedAt { listing?.askedAt = map(asked) }
        if let asked = openList?.askedAt { openList?.askedAt = map(asked) }
        silentSince = silentSince.map(map)
        actingSince = actingSince.map(map)
        recordedAt = recordedAt.map(map)
        if case .preparing(let since) = duty { duty = .preparing(since: map(since)) }
        handOverUntil = handOverUntil.map { min(map($0), now + settings.yieldFor) }
        nextShareAt = min(map(nextShareAt), now + settings.decideEvery)
        nextDecisionAt = min(map(nextDecisionAt), now + settings.decideEvery)
        nextListAt = min(map(nextListAt), now + settings.listEvery)
    }
}
