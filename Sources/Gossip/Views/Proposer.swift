/// One node's attempt to have a view of one number chosen: Paxos's proposer.
///
/// It asks itself first and the others once its own promise is on disk, so that a restart can never
/// use its ballot again.
struct Proposer: Equatable, Sendable {
    /// The attempt, phase by phase.
    enum Phase: Equatable, Sendable {
        /// Asking for promises. `view` is what is intended if none of them holds anything.
        case preparing(view: View, promises: [NodeID: Accepted?], opponents: Set<NodeID>)
        /// Asking for acceptance of what is settled for this ballot.
        case accepting(view: View, acceptances: Set<NodeID>)
    }

    enum Outcome: Equatable, Sendable {
        case waiting
        /// Our own promise is written: the others may be asked.
        case underWay
        /// The promises are enough: this is to be accepted.
        case settled(View)
        case chosen(View)
        /// A higher ballot is about, or too many disagree: this attempt is over.
        case lost
    }

    let ballot: Ballot
    let electorate: Electorate
    private(set) var phase: Phase

    init(ballot: Ballot, electorate: Electorate, view: View) {
        self.ballot = ballot
        self.electorate = electorate
        phase = .preparing(view: view, promises: [:], opponents: [])
    }

    /// What is asked now.
    var request: ViewMessage.Body {
        switch phase {
        case .preparing(let view, _, _): .prepare(ballot, view)
        case .accepting(let view, _): .accept(ballot, view)
        }
    }

    /// Who has answered that.
    var answered: Set<NodeID> {
        switch phase {
        case .preparing(_, let promises, let opponents): opponents.union(promises.keys)
        case .accepting(_, let acceptances): acceptances
        }
    }

    /// Whether somebody would not have what is intended. It may yet, as it learns what we know: but
    /// only if it is asked anew.
    var isOpposed: Bool {
        guard case .preparing(_, _, let opponents) = phase else { return false }
        return !opponents.isEmpty
    }

    mutating func promise(_ accepted: Accepted?, from voter: NodeID) -> Outcome {
        guard case .preparing(let view, var promises, let opponents) = phase else {
            return .waiting
        }
        promises[voter] = .some(accepted)
        guard electorate.isQuorum(promises.keys) else {
            phase = .preparing(view: view, promises: promises, opponents: opponents)
            return voter == ballot.proposer ? .underWay : .waiting
        }
        let latest = promises.values.compactMap { $0 }.max { $0.ballot < $1.ballot }
        let settled = latest?.view ?? view
        phase = .accepting(view: settled, acceptances: [])
        return .settled(settled)
    }

    /// - Parameter voters: all that may be asked.
    mutating func disagreement(from voter: NodeID, of voters: [NodeID]) -> Outcome {
        guard case .preparing(let view, let promises, var opponents) = phase else {
            return .waiting
        }
        opponents.insert(voter)
        phase = .preparing(view: view, promises: promises, opponents: opponents)
        return electorate.isQuorum(voters.filter { !opponents.contains($0) }) ? .waiting : .lost
    }

    mutating func acceptance(from voter: NodeID) -> Outcome {
        guard case .accepting(let view, var acceptances) = phase else { return .waiting }
        acceptances.insert(voter)
        phase = .accepting(view: view, acceptances: acceptances)
        return electorate.isQuorum(acceptances) ? .chosen(view) : .waiting
    }
}
