import Policy

/// How far an action is. Only of the scaler that acts: who takes over begins its actions anew, with
/// the same ids.
struct Work: Equatable, Sendable {
    enum Stage: Equatable, Sendable {
        /// It was given to the audit log.
        case auditing(since: Moment)
        /// It is written there, and may be carried out.
        case audited
        case performing(since: Moment)
        /// It went wrong, and waits for its next attempt.
        case resting(until: Moment, isAudited: Bool)
        case done(since: Moment)
    }

    var action: Action
    var stage: Stage

    /// Whether it was ever asked of the world.
    var wasPerformed: Bool {
        switch stage {
        case .performing, .done: true
        case .resting(_, let isAudited): isAudited
        case .auditing, .audited: false
        }
    }

    mutating func mapTimes(_ map: (Moment) -> Moment) {
        switch stage {
        case .auditing(let since): stage = .auditing(since: map(since))
        case .performing(let since): stage = .performing(since: map(since))
        case .done(let since): stage = .done(since: map(since))
        // It is near enough: a clock that was put back only brings the next attempt nearer.
        case .resting(let until, let isAudited):
            stage = .resting(until: map(until), isAudited: isAudited)
        case .audited: break
        }
    }
}

extension ScalerMachine {
    /// Takes an action a step further: into the audit log, then into the world, then again until
    /// `isSo`. Nothing is asked for twice at a time.
    ///
    /// - Parameters:
    ///   - repeats: how long after its success the world may look as before; nil for ever.
    ///   - maySend: asked again right before it is carried out.
    mutating func pursue(
        _ id: Action.ID, version: String? = nil, reason: String, repeats: Duration?,
        maySend: Bool = true
    ) {
        guard var work = works[id] else {
            let action = Action(
                id, version: version, reason: Instance.bounded(reason))
            works[id] = Work(action: action, stage: .auditing(since: now))
            effects.append(.audit(action))
            return
        }
        switch work.stage {
        case .auditing(let since):
            guard now - since >= settings.outcomeWithin else { return }
            work.stage = .auditing(since: now)
            effects.append(.audit(work.action))
        case .audited:
            guard maySend else { return }
            send(&work)
        case .performing(let since):
            guard now - since >= settings.outcomeWithin else { return }
            rest(&work, isAudited: true)
        case .resting(let until, let isAudited):
            guard until <= now else { return }
            if !isAudited {
                work.stage = .auditing(since: now)
                effects.append(.audit(work.action))
            } else if maySend {
                send(&work)
            }
        case .done(let since):
            guard let repeats, now - since >= repeats else { return }
            rest(&work, isAudited: true)
        }
        works[id] = work
    }

    private mutating func send(_ work: inout Work) {
        work.stage = .performing(since: now)
        effects.append(.perform(work.action))
        isDirty = true
        switch work.action.id.kind {
        case .launch: counters.launches += 1
        case .drain: counters.drains += 1
        case .terminate: counters.terminations += 1
        case .rollBack: preconditionFailure("a roll-back is only audited")
        }
    }

    func rest(_ work: inout Work, isAudited: Bool) {
        var wait = settings.retryFirst
        for _ in 1..<min(work.action.attempt, 16) where wait < settings.retryMax { wait *= 2 }
        let before = work.action
        if isAudited {
            work.action = Action(
                before.id, attempt: before.attempt + 1, version: before.version,
                reason: before.reason)
        }
        work.stage = .resting(until: now + min(wait, settings.retryMax), isAudited: isAudited)
    }

    // MARK: Answers

    package mutating func noteAudited(_ action: Action.ID, _ isWritten: Bool) {
        guard var work = works[action], case .auditing = work.stage else {
            counters.inputsIgnored += 1
            return
        }
        auditFails = !isWritten
        if isWritten {
            work.stage = action.kind == .rollBack ? .done(since: now) : .audited
        } else {
            rest(&work, isAudited: false)
        }
        works[action] = work
    }

    package mutating func noteOutcome(of action: Action.ID, _ outcome: Action.Outcome) {
        guard var work = works[action], case .performing = work.stage else {
            counters.inputsIgnored += 1
            return
        }
        switch outcome {
        case .done: work.stage = .done(since: now)
        case .failed(let reason):
            rest(&work, isAudited: true)
            if action.kind == .launch { refusals[InstanceID(action.subject)] = reason }
        }
        works[action] = work
    }
}
