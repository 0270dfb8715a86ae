/// What a SWIM machine tells its owner.
package enum GossipEvent: Equatable, Sendable {
    /// A member appeared (`was` nil) or changed: status, incarnation, address or metadata.
    case member(Member, was: MemberStatus?)
    /// The member's own machine says, to us, that the process of its present life is no more.
    case refused(NodeID)
    /// A member that left or failed long ago was dropped from the table.
    case forgotten(NodeID)
    /// We have exchanged tables with a member for the first time.
    case joined
    /// Nobody hears us (true): serve nobody new. Or somebody does again (false).
    case isolated(Bool)
    case announcement([UInt8], from: NodeID)
    /// A direct message. The sender is proven; that it came only once is not.
    case message([UInt8], from: NodeID)
    /// Time to contact the seeds: resolve their names anew and call `meet`.
    case seedsWanted
    /// Everyone present has acknowledged our good-bye, or the time for that is over.
    case leaveDone(missing: [NodeID])
    /// A live node of our name runs at another address: one of the two must go.
    case nameTaken(by: Address)
    /// The keyring changed: to be written to the key file.
    case keyring(Keyring)
    case keyOperation(KeyReport)
}
