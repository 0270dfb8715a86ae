/// Who is known to have the present view on disk, and to live: those have said so.
struct Holders: Sendable {
    private var said: [NodeID: Instant] = [:]
    /// Since when it has mattered that one of them lives.
    private var wanted: [NodeID: Instant] = [:]
    /// When they are asked again, and how often they were.
    private(set) var deadline = Instant.origin
    private(set) var repeats = 0

    func contains(_ id: NodeID) -> Bool { said[id] != nil }

    /// Whether it has said so since this was first asked, and within this time. What it said before
    /// proves nothing: whatever made it matter may have struck that one as well.
    mutating func answers(_ id: NodeID, within time: Duration, now: Instant) -> Bool {
        let since = wanted[id] ?? now
        wanted[id] = since
        guard let at = said[id], at > since else { return false }
        guard at.advanced(by: time) < now else { return true }
        wanted[id] = now
        return false
    }

    mutating func note(_ id: NodeID, now: Instant) { said[id] = now }

    /// Whether it is time to ask; if so, the next time is later. A first answer may only wait for a
    /// disk, so that the second question comes soon.
    mutating func isDue(now: Instant, then wait: Duration) -> Bool {
        guard now >= deadline else { return false }
        deadline = now.advanced(by: wait)
        repeats += 1
        return true
    }
}

/// What only this node knows is lost with it, and a vote that is given to the dead is lost as well:
/// so both a voter that goes and a voter that comes must first be known to be understood.
extension ViewMachine {
    /// Whether the next view may need this node: it votes, or a view that took its vote away may be
    /// known to nobody else, and could then not be decided again. It should not leave before.
    package var isNeeded: Bool { isVoter || isHandingOver }

    /// Tells the voters of the view that let this node go, until enough of them have it on disk.
    mutating func handOver(now: Instant) {
        handoverDeadline = .never
        guard isHandingOver, let view else { return }
        let heirs = view.voters.members.map(\.node).filter { !holders.contains($0) }
        guard !view.voters.isQuorum({ holders.contains($0.node) }) else {
            isHandingOver = false
            return
        }
        guard evidence.member(configuration.id)?.metadata.state == .draining else { return }
        askForHold(heirs, now: now)
        handoverDeadline = holders.deadline
    }

    /// Whoever has that view says so; who has not gets it.
    mutating func askForHold(_ ids: [NodeID], now: Instant) {
        guard let view, holders.isDue(now: now, then: doubt(holders.repeats + 8)) else { return }
        for id in ids where id != configuration.id { send(.chosen(view), to: id) }
    }

    /// Who would vote for the first time by this plan, and has not shown just now that it lives and
    /// has the view which it is to vote on.
    mutating func unprovenVoter(of plan: View, now: Instant) -> NodeID? {
        guard let view else { return nil }
        let newcomer = plan.voters.members.first { !view.voters.contains($0) }
        guard let newcomer, newcomer.node != configuration.id else { return nil }
        return holders.answers(newcomer.node, within: timing.silence, now: now)
            ? nil : newcomer.node
    }
}
