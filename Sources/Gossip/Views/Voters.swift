/// A voter: a member together with the disk that its promises are on. A node that lost its disk
/// has the same id and another disk, and is another voter.
package struct VoterID: Hashable, Comparable, Sendable {
    package let node: NodeID
    /// Drawn at random when the state directory is made. Never 0.
    package let disk: UInt64

    package init(node: NodeID, disk: UInt64) {
        self.node = node
        self.disk = disk
    }

    package static func < (one: VoterID, other: VoterID) -> Bool {
        (one.node, one.disk) < (other.node, other.disk)
    }
}

/// Who decides the next view, and how many of them it takes.
///
/// Each voter counts once; the *casting* voter, where the view names one, counts twice. A set of
/// voters is a quorum if it has more than half of all that counts: in an even set, an exact half
/// with the casting voter is enough. Two quorums of one `Voters` always meet. Two quorums of
/// consecutive views meet because no step is taken for which `meets` is false
/// (docs/decisions/voters.md says why the lowest id cannot simply hold the casting vote).
package struct Voters: Equatable, Sendable {
    /// In ascending order, each node once.
    package let members: [VoterID]
    /// Who counts twice: one of the members, or nobody.
    package let casting: NodeID?

    /// Puts the members in order. A node may be named once only, and the casting voter must be a
    /// member.
    package init(_ members: [VoterID], casting: NodeID? = nil) {
        self.members = members.sorted()
        self.casting = casting
    }

    package var isEmpty: Bool { members.isEmpty }

    package func contains(_ voter: VoterID) -> Bool { members.contains(voter) }

    package func contains(_ node: NodeID) -> Bool { members.contains { $0.node == node } }

    /// Whether the members for which `isIn` holds are enough to choose the next view.
    package func isQuorum(_ isIn: (VoterID) -> Bool) -> Bool {
        var inside = 0
        var total = 0
        for voter in members {
            let count = voter.node == casting ? 2 : 1
            total += count
            if isIn(voter) { inside += count }
        }
        return 2 * inside > total
    }

    /// Whether each quorum of the one has a voter in common with each quorum of the other, found by
    /// trying every way to part their voters in two.
    package func meets(_ other: Voters) -> Bool {
        let union = Set(members).union(other.members).sorted()
        precondition(union.count <= 16, "no step changes that many voters")
        func quorum(_ voters: Voters, in part: Int) -> Bool {
            voters.isQuorum { voter in
                union.firstIndex(of: voter).map { part >> $0 & 1 == 1 } ?? false
            }
        }
        return (0..<1 << union.count).allSatisfy { part in
            !(quorum(self, in: part) && quorum(other, in: ~part))
        }
    }
}
