/// What gossip knows of one node.
package struct Member: Equatable, Sendable {
    package let id: NodeID
    /// At most `Limits.nameBytesMax` bytes, unique in the cluster.
    package var name: String
    /// Where its gossip listens (UDP and TCP).
    package var address: Address
    package var incarnation: Incarnation
    package var status: MemberStatus
    /// What the member says of itself.
    package var metadata: Metadata

    package init(
        name: String, address: Address, incarnation: Incarnation,
        status: MemberStatus = .alive, metadata: Metadata = Metadata()
    ) {
        self.id = NodeID(name: name)
        self.name = name
        self.address = address
        self.incarnation = incarnation
        self.status = status
        self.metadata = metadata
    }
}
