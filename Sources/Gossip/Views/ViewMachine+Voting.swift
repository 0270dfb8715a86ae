/// What others say.
extension ViewMachine {
    mutating func receive(
        _ message: ViewMessage, from source: NodeID, now: Instant,
        using generator: inout some RandomNumberGenerator
    ) {
        guard source != configuration.id else { return }
        let isFounded = message.lineage >= Limits.lineageMin
        if let view {
            if !isFounded {
                send(.chosen(view), to: source)
                return
            }
            guard message.lineage == view.lineage else {
                effects.append(.foreign(lineage: message.lineage, at: source))
                return
            }
        }
        switch message.body {
        case .have(let other):
            if let view, other < number { send(.chosen(view), to: source) }
            if other > number { send(.have(installedNumber), to: source) }
            if view != nil, other >= number { holders.note(source, now: now) }
        case .chosen(let newer):
            guard isFounded, newer.lineage == message.lineage else { return }
            learn(newer, now: now)
            // Who tells us what we have may want to know that we have it.
            if installedNumber >= newer.number { send(.have(installedNumber), to: source) }
        default:
            guard message.lineage == lineage else { return }
            deliver(message.body, from: source, now: now, using: &generator)
        }
    }

    /// Paxos: from another node, or from this one to itself.
    mutating func deliver(
        _ body: ViewMessage.Body, from source: NodeID, now: Instant,
        using generator: inout some RandomNumberGenerator
    ) {
        switch body {
        case .have, .chosen:
            return
        case .prepare(let ballot, let intended):
            guard isMine(intended.number, from: source) else { return }
            prepare(ballot, intended, from: source, now: now, using: &generator)
        case .accept(let ballot, let proposed):
            guard isMine(proposed.number, from: source) else { return }
            accept(ballot, proposed, from: source, now: now, using: &generator)
        case .promise(let number, let ballot, let accepted):
            guard isOurs(number, ballot, from: source) else { return }
            conclude(proposer?.promise(accepted, from: source), now: now, using: &generator)
        case .accepted(let number, let ballot):
            guard isOurs(number, ballot, from: source) else { return }
            conclude(proposer?.acceptance(from: source), now: now, using: &generator)
        case .outbid(let number, let ballot, let higher):
            guard isOurs(number, ballot, from: source) else { return }
            highestRound = max(highestRound, higher.round)
            conclude(.lost, now: now, using: &generator)
        case .disagree(let number, let ballot):
            guard isOurs(number, ballot, from: source) else { return }
            effects.append(.opposed(number: number, by: source))
            let electors = electors
            let outcome = proposer?.disagreement(from: source, of: electors)
            if outcome == .waiting {
                let time = doubt(proposer?.repeats ?? 0)
                resendDeadline = min(resendDeadline, now.advanced(by: time))
            }
            conclude(outcome, now: now, using: &generator)
        }
    }

    /// Whether this node may vote on a view of that number. If not, whoever is behind catches up.
    private mutating func isMine(_ proposed: UInt64, from source: NodeID) -> Bool {
        if let view, proposed <= number {
            send(.chosen(view), to: source)
            return false
        }
        if proposed > number + 1 {
            send(.have(installedNumber), to: source)
            return false
        }
        guard !isMute, unwritten.count < Limits.unwrittenMax else { return false }
        guard let view else { return configuration.founders > 0 }
        return view.voters.contains(me) && view.voters.contains(source)
    }

    private func isOurs(_ proposed: UInt64, _ ballot: Ballot, from source: NodeID) -> Bool {
        proposed == number + 1 && proposer?.ballot == ballot
            && (view?.voters.contains(source) ?? true)
    }

    private mutating func prepare(
        _ ballot: Ballot, _ intended: View, from source: NodeID, now: Instant,
        using generator: inout some RandomNumberGenerator
    ) {
        let plan = ViewPlan(evidence: evidence, now: now)
        let agrees =
            source == configuration.id
            || (view.map { plan.agrees(to: intended, after: $0) } ?? true)
        switch voter.prepare(ballot, agrees: agrees) {
        case .promise(let accepted):
            yield(to: source, now: now)
            write(
                then: .send(
                    .promise(number: voter.number, ballot, accepted: accepted), to: source),
                now: now, using: &generator)
        case .outbid(let higher):
            reply(.outbid(number: voter.number, ballot, by: higher), source, now, &generator)
        case .disagree:
            reply(.disagree(number: voter.number, ballot), source, now, &generator)
        case .accepted:
            break
        }
    }

    private mutating func accept(
        _ ballot: Ballot, _ proposed: View, from source: NodeID, now: Instant,
        using generator: inout some RandomNumberGenerator
    ) {
        switch voter.accept(ballot, proposed) {
        case .accepted:
            yield(to: source, now: now)
            write(
                then: .send(.accepted(number: voter.number, ballot), to: source),
                now: now, using: &generator)
        case .outbid(let higher):
            reply(.outbid(number: voter.number, ballot, by: higher), source, now, &generator)
        case .promise, .disagree:
            break
        }
    }

    /// Another proposes: it gets the time to finish.
    private mutating func yield(to source: NodeID, now: Instant) {
        highestRound = max(highestRound, voter.promised.round)
        if source != configuration.id {
            notBefore = max(notBefore, now.advanced(by: timing.stagger))
        }
    }

    private mutating func reply(
        _ body: ViewMessage.Body, _ target: NodeID, _ now: Instant,
        _ generator: inout some RandomNumberGenerator
    ) {
        if target == configuration.id {
            deliver(body, from: target, now: now, using: &generator)
        } else {
            send(body, to: target)
        }
    }
}
