/// One voter's part in choosing the view of one number: Paxos's acceptor.
///
/// What it answers binds it, so each answer but a refusal waits until the state is on disk.
package struct Voter: Equatable, Sendable {
    /// The number that is being decided.
    package let number: UInt64
    /// No proposal below this is accepted.
    package private(set) var promised: Ballot
    package private(set) var accepted: Accepted?

    package init(number: UInt64, promised: Ballot = .none, accepted: Accepted? = nil) {
        self.number = number
        self.promised = promised
        self.accepted = accepted
    }

    package enum Answer: Equatable, Sendable {
        /// To be sent once this voter is on disk.
        case promise(accepted: Accepted?)
        case accepted
        /// A higher ballot has been promised.
        case outbid(by: Ballot)
        /// This voter knows better than the document: whom it removes is alive, for one.
        case disagree
    }

    /// Phase 1. A voter that has accepted a proposal answers even if it has changed its mind since:
    /// that proposal may have been chosen, and whoever asks must learn of it.
    ///
    /// - Parameter agrees: whether this voter would have the document that the proposer intends.
    package mutating func prepare(_ ballot: Ballot, agrees: Bool) -> Answer {
        guard ballot >= promised else { return .outbid(by: promised) }
        guard agrees || accepted != nil else { return .disagree }
        promised = ballot
        return .promise(accepted: accepted)
    }

    /// Phase 2. No opinion is asked here: a quorum agreed before this was proposed.
    package mutating func accept(_ ballot: Ballot, _ view: View) -> Answer {
        guard ballot >= promised else { return .outbid(by: promised) }
        promised = ballot
        accepted = Accepted(ballot: ballot, view: view)
        return .accepted
    }
}
