internal import Gossip

// Faults that no cluster survives prove nothing: those that would take away a quorum for good are
// not done.
extension World {
    /// Whether the cluster can do without the votes of these nodes' present disks, for good or, if
    /// not, until they are started again with what they have.
    ///
    /// - Parameter isOrderly: whether they go when they say that they may. Then it is theirs to see to
    ///   it that others know what they know; else what nobody else has on disk is lost with them.
    func canLose(_ lost: [Int], isForGood: Bool, isOrderly: Bool = false) -> Bool {
        // Before the first view everyone is needed.
        guard let latest = viewCheck.latest, !latest.voters.isEmpty else { return false }
        var documents = [latest]
        if !isOrderly {
            let others = nodes.filter { !lost.contains($0.index) && !$0.hasGone }
            let known = others.compactMap { $0.disk.stored?.view }.max { $0.number < $1.number }
            guard let known else { return false }
            documents.append(known)
        }
        for node in nodes {
            guard let stored = node.disk.stored else { continue }
            if let view = stored.view, view.number >= latest.number { documents.append(view) }
            // What was accepted for a number that is decided is over, also where nobody knows that.
            if let accepted = stored.voter.accepted, accepted.view.number > latest.number {
                documents.append(accepted.view)
            }
            if node.isAlive {
                if let view = node.views.installed, view.number >= latest.number {
                    documents.append(view)
                }
            }
        }
        let intact = Set(
            nodes.filter { node in
                let isLeaving = node.course != .staying
                return !lost.contains(node.index) && !isLeaving && !node.disk.isBroken
            }.map { VoterID(node: $0.id, disk: $0.disk.id) })
        guard documents.allSatisfy({ $0.voters.isQuorum(intact.contains) }) else { return false }
        guard isForGood else {
            // One disk at a time: a proposal that nobody but its maker knows of yet may name it.
            let others = intact.union(
                lost.map { VoterID(node: nodes[$0].id, disk: nodes[$0].disk.id) })
            return documents.allSatisfy { $0.voters.members.allSatisfy(others.contains) }
        }
        // Those who are needed must also be there to agree on its removal.
        let running = Set(nodes.filter(\.isAlive).map(\.id))
        return latest.voters.isQuorum { intact.contains($0) && running.contains($0.node) }
    }

    /// Whether the cluster can come to agree again with what is left of its voters' disks. What
    /// was proposed before a loss may be decided after it, so that `canLose` is not always right.
    var isSurvivable: Bool {
        let intact = Set(
            nodes.filter { !$0.hasGone }
                .map { VoterID(node: $0.id, disk: $0.disk.id) })
        return viewCheck.latest?.voters.isQuorum(intact.contains) ?? true
    }

    /// Whether no view that is known anywhere has this node for a voter.
    func decidesNothing(_ index: Int) -> Bool {
        nodes.allSatisfy { node in
            let stored = node.disk.stored
            let documents = [node.views.installed, stored?.view, stored?.voter.accepted?.view]
            return documents.allSatisfy { !($0?.voters.contains(nodes[index].id) ?? false) }
        } && canLose([index], isForGood: true)
    }

    /// Looks anew at when a node whose clock was changed wants to run.
    mutating func poke(_ index: Int) {
        guard nodes[index].isUp else { return }
        nodes[index].wakeAt = .never
        settle(index)
    }
}
