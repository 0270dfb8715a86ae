/// What a node holds of its cluster at one moment.
package struct ClusterSnapshot: Sendable, Equatable {
    package var cluster: String
    package var own: ClusterMember
    /// Sorted by name, this node included; the failed and the left too, until they are forgotten.
    package var members: [ClusterMember]
    /// The view in force; nil until the first is agreed or learned.
    package var view: View?
    /// Whether this node sees enough voters to change anything.
    package var seesMajority = false
    /// Whether this node holds that nobody hears it: it is to serve nobody new.
    package var isIsolated = false
    /// Whether it has found others.
    package var hasJoined = false
    package var isLeaving = false

    package subscript(id: NodeID) -> ClusterMember? { members.first { $0.id == id } }

    package func member(named name: String) -> ClusterMember? {
        members.first { $0.name == name }
    }

    /// Alive or suspect.
    package var present: [ClusterMember] { members.filter { $0.status.isPresent } }

    /// Why this node should be given no new work, in words for people; nil if it may be.
    package var unreadiness: String? {
        if isIsolated { return "isolated: no other node hears this one" }
        if isLeaving || own.state == .draining { return "draining" }
        if view == nil { return "not in a cluster yet" }
        return nil
    }
}

/// A node, as a snapshot has it.
package struct ClusterMember: Sendable, Equatable {
    package let id: NodeID
    package let name: String
    package let status: MemberStatus
    package let incarnation: Incarnation
    /// Where its gossip listens.
    package let address: Address
    package let metadata: Metadata

    init(_ member: Member) {
        id = member.id
        name = member.name
        status = member.status
        incarnation = member.incarnation
        address = member.address
        metadata = member.metadata
    }

    /// Which of the node's lives.
    package var instance: UInt64 { incarnation.instance }
    package var modes: Metadata.Modes { metadata.modes }
    package var state: Metadata.State { metadata.state }
    package var zone: String { metadata.zone }
    package var version: String { metadata.version }
    package var linkAddress: Address? { address(port: metadata.linkPort) }
    package var playerAddress: Address? { address(port: metadata.playerPort) }
    package var adminAddress: Address? { address(port: metadata.adminPort) }

    private func address(port: UInt16) -> Address? {
        port == 0 ? nil : Address(high: address.high, low: address.low, port: port)
    }
}

/// What has happened, beside the snapshot that it led to.
package enum ClusterEvent: Sendable, Equatable {
    /// A member appeared (`was` nil), or its status, incarnation, address or metadata changed.
    case member(ClusterMember, was: MemberStatus?)
    /// A member that left or failed long ago is no longer known.
    case forgotten(NodeID)
    case installed(View)
    case majority(Bool)
    case isolated(Bool)
    /// Once for each, in no order; not for those of this node.
    case announcement([UInt8], from: NodeID)
}

/// What subscribers are handed: all that one turn of the gossip loop has changed.
package struct ClusterUpdate: Sendable {
    package let snapshot: ClusterSnapshot
    /// In their order; empty in the first update of a subscriber.
    package let events: [ClusterEvent]
    /// The cluster's keys, as this node has them.
    package let keyring: Keyring
}
