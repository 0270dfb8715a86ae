internal import Gossip

/// G1, over every table after every step that changed it.
package struct GossipCheck: Sendable {
    private struct Seen: Sendable {
        var status: MemberStatus
        var incarnation: Incarnation
    }

    /// What a node has said of itself.
    private struct Truth: Sendable {
        var latest = Incarnation(instance: 0)
        var words: [Incarnation: (address: Address, metadata: Metadata)] = [:]
    }

    private struct Observer: Sendable {
        var seen: [NodeID: Seen] = [:]
        var own = Incarnation(instance: 0)
        var hash: UInt64 = 0
    }

    private var truths: [NodeID: Truth] = [:]
    private var observers: [Int: Observer] = [:]
    /// Those who said good-bye and were acknowledged by all whom they knew: which life, and by whom.
    private var departed: [NodeID: (instance: UInt64, heardBy: Set<NodeID>)] = [:]

    package init() {}

    /// A new life knows nothing.
    mutating func begin(_ node: Int, id: NodeID) {
        observers[node] = Observer()
        for other in departed.keys { departed[other]?.heardBy.remove(id) }
    }

    mutating func forgot(_ id: NodeID, at node: Int) { observers[node]?.seen[id] = nil }

    mutating func departed(_ member: Member, heardBy: Set<NodeID>) {
        departed[member.id] = (member.incarnation.instance, heardBy)
    }

    /// - Parameter isDue: whether something was reported, so that the table must be gone through.
    mutating func check(
        _ swim: inout SWIM, at node: Int, isDue: Bool
    ) -> (Violation.Invariant, String)? {
        let own = swim.own
        var observer = observers[node] ?? Observer()
        if own.incarnation != observer.own {
            if own.incarnation < observer.own {
                return (.ownIncarnation, "node \(node) went back to \(own.incarnation)")
            }
            observer.own = own.incarnation
            note(own)
        }
        defer { observers[node] = observer }
        guard isDue || swim.table.hash != observer.hash else { return nil }
        observer.hash = swim.table.hash
        for entry in swim.table.entries.dropFirst() {
            let member = entry.member
            if let fault = check(member, of: own.id, seen: observer.seen[member.id]) {
                return (fault.0, "at node \(node): \(fault.1)")
            }
            observer.seen[member.id] = Seen(
                status: member.status, incarnation: member.incarnation)
        }
        return nil
    }

    private mutating func note(_ own: Member) {
        var truth = truths[own.id] ?? Truth()
        truth.latest = max(truth.latest, own.incarnation)
        truth.words[own.incarnation] = (own.address, own.metadata)
        truths[own.id] = truth
    }

    private func check(
        _ member: Member, of observer: NodeID, seen: Seen?
    ) -> (Violation.Invariant, String)? {
        var name: String { "\(member.name) \(member.status) \(member.incarnation)" }
        guard let truth = truths[member.id], member.incarnation <= truth.latest else {
            return (.ownIncarnation, "\(name) is ahead of what it has said itself")
        }
        // Of one that left only the incarnation is news.
        if let word = truth.words[member.incarnation], member.status != .left,
            word.address != member.address || word.metadata != member.metadata
        {
            return (.ownIncarnation, "\(name) is not what it has said itself")
        }
        if member.status == .failed, let gone = departed[member.id],
            gone.instance == member.incarnation.instance, gone.heardBy.contains(observer)
        {
            return (.leaveIsNoFailure, "\(name), and it had left")
        }
        guard let seen else { return nil }
        if member.incarnation < seen.incarnation {
            return (.deadStayDead, "\(name) was \(seen.incarnation)")
        }
        guard member.incarnation == seen.incarnation else { return nil }
        if seen.status == .left, member.status != .left {
            return (.leaveIsNoFailure, "\(name) had left")
        }
        if seen.status == .failed, member.status.isPresent {
            return (.deadStayDead, "\(name) was failed")
        }
        return nil
    }
}
