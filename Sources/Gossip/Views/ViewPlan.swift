/// What the next view should be, in one node's eyes, and what it would have of another's proposal.
struct ViewPlan {
    let evidence: Evidence
    let now: Instant

    /// The view that should follow; nil if all is as it should be.
    func next(after view: View) -> View? {
        let servers = servers(after: view)
        let target = voters(after: view)
        let removed = view.voters.members.filter { !target.contains($0) }
        let step = view.voters.step(
            adding: target.first { !view.voters.contains($0) && !view.voters.contains($0.node) },
            removing: removed.first(where: isGone) ?? removed.first)
        guard servers != view.servers || step != nil else { return nil }
        return View(
            number: view.number + 1, lineage: view.lineage, servers: servers,
            voters: step ?? view.voters)
    }

    /// The first view, with all that are present.
    func founding(lineage: UInt64) -> View? {
        let voters = best(candidates: evidence.present.compactMap { voter($0) }, current: nil)
        guard !voters.isEmpty else { return nil }
        let servers = evidence.present.compactMap { newcomer($0, state: .serving) }
        return View(
            number: 1, lineage: lineage, servers: Array(servers.prefix(Limits.serversMax)),
            voters: Voters(voters))
    }

    /// Whether this node, as a voter, would have `proposal` follow `view`. A wrong suspicion ends
    /// here: whoever is to be removed must be gone in this node's own eyes.
    func agrees(to proposal: View, after view: View) -> Bool {
        guard proposal.number == view.number + 1, proposal.lineage == view.lineage,
            view.voters.meets(proposal.voters)
        else { return false }
        for server in view.servers {
            let next = proposal.server(server.id)
            let stays = next?.instance == server.instance
            guard stays || isGone(server) else { return false }
            // Who serves has rooms, and is not made to begin anew.
            if stays, server.state != .warming, next?.state == .warming { return false }
        }
        let dropped = view.voters.members.filter { !proposal.voters.contains($0) }
        guard !dropped.allSatisfy(isGone) else { return true }
        let target = voters(after: view)
        return dropped.allSatisfy { isGone($0) || !target.contains($0) }
    }

    /// When the evidence on this view next changes with time alone.
    func deadline(for view: View) -> Instant {
        let servers = view.servers.compactMap { evidence.gone($0.id, instance: $0.instance) }
        let voters = view.voters.members.compactMap { evidence.gone($0) }
        return (servers + voters).filter { $0 > now }.min() ?? .never
    }

    func isGone(_ server: View.Server) -> Bool {
        evidence.gone(server.id, instance: server.instance).map { $0 <= now } ?? false
    }

    private func isGone(_ voter: VoterID) -> Bool {
        evidence.gone(voter).map { $0 <= now } ?? false
    }

    private func servers(after view: View) -> [View.Server] {
        var servers = view.servers.filter { !isGone($0) }.map { server in
            var next = server
            let member = evidence.member(server.id)
            if let member, member.incarnation.instance == server.instance {
                switch member.metadata.state {
                case .draining: next.state = .draining
                case .ready: next.state = .serving
                case .joining, .warming: break
                }
            }
            return next
        }
        let staying = Set(servers.map(\.id))
        for member in evidence.present where !staying.contains(member.id) {
            guard servers.count < Limits.serversMax, member.status == .alive else { continue }
            if let server = newcomer(member, state: .warming) { servers.append(server) }
        }
        // With nobody to be warmed by, there is nothing to wait for.
        if !servers.contains(where: { $0.state == .serving }) {
            for index in servers.indices where servers[index].state == .warming {
                servers[index].state = .serving
            }
        }
        return servers.sorted { $0.id < $1.id }
    }

    private func newcomer(_ member: Member, state: View.Server.State) -> View.Server? {
        let metadata = member.metadata
        guard metadata.modes.contains(.server), metadata.state != .draining else { return nil }
        return View.Server(
            id: member.id, instance: member.incarnation.instance, zone: metadata.zone,
            weight: metadata.capacity, state: state)
    }

    /// Who should vote: those who are there, and those voters of whom it is not sure yet.
    private func voters(after view: View) -> [VoterID] {
        let waiting = view.voters.members.filter { !isGone($0) && !isLeaving($0) }
        let present = evidence.present.filter { $0.status == .alive }.compactMap { voter($0) }
        let others = present.filter { !view.voters.contains($0.node) || !isGoneVoter($0, in: view) }
        return best(candidates: Array(Set(waiting + others)), current: view.voters)
    }

    /// Whether a member's place among the voters is still held by its lost disk: that one goes
    /// first, as a node is in the set once only.
    private func isGoneVoter(_ candidate: VoterID, in view: View) -> Bool {
        view.voters.contains(candidate.node) && !view.voters.contains(candidate)
    }

    private func isLeaving(_ voter: VoterID) -> Bool {
        evidence.member(voter.node)?.metadata.state == .draining
    }

    private func voter(_ member: Member) -> VoterID? {
        let metadata = member.metadata
        guard metadata.disk != 0, metadata.state != .draining else { return nil }
        return VoterID(node: member.id, disk: metadata.disk)
    }

    /// One voter of up to two candidates, three of up to four, five of more; the long-lived modes
    /// first, then who votes already, then the lowest id. A single voter is not replaced while it
    /// is fit, since the way to another leads over a pair without a casting vote.
    private func best(candidates: [VoterID], current: Voters?) -> [VoterID] {
        let size = candidates.count < 3 ? 1 : candidates.count < 5 ? 3 : 5
        let sorted = candidates.sorted { one, other in
            let keys = [one, other].map { voter in
                (size == 1 ? 0 : rank(voter.node), current?.contains(voter) ?? false ? 0 : 1, voter)
            }
            return keys[0] < keys[1]
        }
        return Array(sorted.prefix(size))
    }

    /// How soon a node of such modes is taken away again: balancers stay, servers come and go.
    private func rank(_ id: NodeID) -> Int {
        guard let modes = evidence.member(id)?.metadata.modes else { return 0 }
        if modes.isSuperset(of: .all) { return 0 }
        if modes.contains(.balancer) { return 1 }
        return modes.contains(.scaler) ? 2 : 3
    }
}
