/// The age of a proposal for one view number (Lamport, "Paxos Made Simple", 2001, calls it the
/// proposal's number).
///
/// No two proposals have the same ballot: a proposer writes down its own promise to a ballot before
/// anybody else hears of it, and so never draws it again, in this life or the next.
package struct Ballot: Hashable, Comparable, Sendable {
    package let round: UInt64
    package let proposer: NodeID

    package init(round: UInt64, proposer: NodeID) {
        self.round = round
        self.proposer = proposer
    }

    /// Below every ballot that is proposed.
    package static let none = Ballot(round: 0, proposer: NodeID(rawValue: 0))

    package static func < (one: Ballot, other: Ballot) -> Bool {
        (one.round, one.proposer) < (other.round, other.proposer)
    }
}

/// A proposal that a voter has accepted.
package struct Accepted: Equatable, Sendable {
    package let ballot: Ballot
    package let view: View

    package init(ballot: Ballot, view: View) {
        self.ballot = ballot
        self.view = view
    }
}
