/// What this node wants.
extension ViewMachine {
    /// All that may be asked about the next view.
    var electors: [NodeID] {
        view.map { $0.voters.members.map(\.node) } ?? evidence.present.map(\.id)
    }

    /// Does what is due.
    mutating func settle(now: Instant, using generator: inout some RandomNumberGenerator) {
        noteMajority()
        if now >= evidenceDeadline { isPlanStale = true }
        if isPlanStale { makePlan(now: now, using: &generator) }
        propose(now: now, using: &generator)
        handOver(now: now)
        if now >= resendDeadline, let proposer {
            self.proposer?.repeats += 1
            ask(electors.filter { !proposer.answered.contains($0) }, now: now, using: &generator)
        }
        if now >= gossipDeadline { gossip(now: now, using: &generator) }
    }

    /// What follows from an answer to our proposal.
    mutating func conclude(
        _ outcome: Proposer.Outcome?, now: Instant,
        using generator: inout some RandomNumberGenerator
    ) {
        switch outcome {
        case nil, .waiting:
            break
        case .underWay:
            ask(electors.filter { $0 != configuration.id }, now: now, using: &generator)
        case .settled:
            // Others first: the fastest quorum may do without this node's own disk.
            let others = electors.filter { $0 != configuration.id }
            ask(others + [configuration.id], now: now, using: &generator)
        case .chosen(let chosen):
            learn(chosen, now: now)
            for id in evidence.present.map(\.id) where id != configuration.id {
                send(.chosen(chosen), to: id)
            }
        case .lost:
            giveUp(now: now, using: &generator)
        case .rejected:
            giveUp(now: now, using: &generator)
            notBefore = now.advanced(by: doubt(rejections))
            rejections += 1
        }
    }

    /// How long to wait before those who disagreed are asked again.
    func doubt(_ times: Int) -> Duration {
        min(timing.resend, timing.doubt * (1 << min(max(0, times - 8), 16)))
    }

    private mutating func giveUp(
        now: Instant, using generator: inout some RandomNumberGenerator
    ) {
        proposer = nil
        resendDeadline = .never
        let factor = Int64.random(in: 1_000...4_000, using: &generator)
        notBefore = now.advanced(by: timing.backoff * factor / 1_000)
    }

    /// Asks each of these for what is wanted now; a founding view has more electors as more come.
    private mutating func ask(
        _ voters: [NodeID], now: Instant, using generator: inout some RandomNumberGenerator
    ) {
        guard let request = proposer?.request else { return }
        resendDeadline = now.advanced(by: timing.resend)
        for id in voters {
            if id == configuration.id {
                deliver(request, from: id, now: now, using: &generator)
            } else {
                send(request, to: id)
            }
        }
    }

    private mutating func noteMajority() {
        let sees =
            view?.voters.isQuorum { voter in
                voter == me
                    || voter.node != configuration.id && evidence.isPresent(voter.node)
                        && evidence.member(voter.node)?.metadata.disk == voter.disk
            } ?? false
        guard sees != seesMajority else { return }
        seesMajority = sees
        effects.append(.majority(sees))
    }

    private mutating func makePlan(
        now: Instant, using generator: inout some RandomNumberGenerator
    ) {
        isPlanStale = false
        let planning = ViewPlan(evidence: evidence, now: now)
        guard let view else {
            let isEnough = evidence.present.count >= configuration.founders
            plan =
                configuration.founders > 0 && isEnough
                ? planning.founding(
                    lineage: .random(in: Limits.lineageMin...(.max), using: &generator))
                : nil
            evidenceDeadline = .never
            return
        }
        if let own = evidence.member(configuration.id), let server = view.server(own.id),
            server.instance > own.incarnation.instance
        {
            effects.append(.outlive(server.instance))
        }
        evidenceDeadline = planning.deadline(for: view)
        plan = isVoter && !isMute ? planning.next(after: view) : nil
        // Whom we meant to remove is back: nobody shall be asked for that any more. What others
        // may have accepted already must run its course.
        if let proposer, case .preparing(let intended, _, _) = proposer.phase,
            !planning.agrees(to: intended, after: view)
        {
            giveUp(now: now, using: &generator)
        }
    }

    private mutating func propose(
        now: Instant, using generator: inout some RandomNumberGenerator
    ) {
        proposalDeadline = .never
        guard let plan, !isMute, proposer == nil else {
            if plan == nil { wantedSince = nil }
            return
        }
        let since = wantedSince ?? now
        wantedSince = since
        let due = max(notBefore, since.advanced(by: delay(of: plan)))
        guard now >= due, unwritten.count < Limits.unwrittenMax else {
            proposalDeadline = max(due, now.advanced(by: .milliseconds(1)))
            return
        }
        guard let proposed = proven(plan, now: now) else {
            proposalDeadline = holders.deadline
            return
        }
        highestRound = max(highestRound, voter.promised.round) + 1
        let electorate =
            view.map { Electorate.voters($0.voters) } ?? .founders(count: configuration.founders)
        proposer = Proposer(
            ballot: Ballot(round: highestRound, proposer: configuration.id),
            electorate: electorate, view: proposed)
        ask([configuration.id], now: now, using: &generator)
    }

    /// The plan as far as it can be proposed now: without a new voter that has not answered yet. Nil
    /// if nothing is left of it then.
    private mutating func proven(_ plan: View, now: Instant) -> View? {
        guard let view, let newcomer = unprovenVoter(of: plan, now: now) else { return plan }
        askForHold([newcomer], now: now)
        guard plan.servers != view.servers else { return nil }
        return View(
            number: plan.number, lineage: plan.lineage, servers: plan.servers,
            voters: view.voters)
    }

    /// How long a node holds back: the lowest that is there goes first.
    private func delay(of plan: View) -> Duration {
        let rank = electors.filter { evidence.isPresent($0) && $0 < configuration.id }.count
        let planned = Set(plan.servers.map(\.id))
        let removes =
            view?.servers.contains { !planned.contains($0.id) } ?? (configuration.founders == 1)
        return timing.stagger * rank + (removes ? .zero : timing.settling)
    }

    /// Tells a random member what number we are at.
    private mutating func gossip(
        now: Instant, using generator: inout some RandomNumberGenerator
    ) {
        gossipDeadline = now.advanced(by: view == nil ? timing.gossipJoining : timing.gossip)
        let others = evidence.present.map(\.id).filter { $0 != configuration.id }
        if let target = others.randomElement(using: &generator) {
            send(.have(installedNumber), to: target)
        }
    }
}
