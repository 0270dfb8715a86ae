/// What view machines say to each other. A message may be lost, repeated or late; its sender is
/// proven.
package struct ViewMessage: Equatable, Sendable {
    /// The lineage of the sender's view. While it has none: how many nodes it waits for before it
    /// founds a cluster, 0 for one that joins only. A lineage is at least `Limits.lineageMin`.
    package let lineage: UInt64
    package let body: Body

    package init(lineage: UInt64, _ body: Body) {
        self.lineage = lineage
        self.body = body
    }

    package enum Body: Equatable, Sendable {
        /// My newest view has this number, and I have it on disk; 0 for none. Who has a newer one
        /// answers with it, who has an older one asks for mine.
        case have(UInt64)
        /// This is agreed. Who has it already answers that.
        case chosen(View)
        /// Will you refuse whatever is older than this ballot? I mean to propose this view, unless
        /// there is an older proposal that may have been chosen.
        case prepare(Ballot, View)
        case promise(number: UInt64, Ballot, accepted: Accepted?)
        case accept(Ballot, View)
        case accepted(number: UInt64, Ballot)
        /// The ballot is below what I have promised.
        case outbid(number: UInt64, Ballot, by: Ballot)
        /// I would not have that view.
        case disagree(number: UInt64, Ballot)
    }
}
