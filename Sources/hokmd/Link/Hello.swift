package import Gossip
package import Wire

/// The versions of the links' protocol that a node speaks.
package struct ProtocolRange: Equatable, Sendable, CustomStringConvertible {
    package var oldest: UInt16
    package var newest: UInt16

    package init(_ range: ClosedRange<UInt16>) {
        oldest = range.lowerBound
        newest = range.upperBound
    }

    /// What this build speaks.
    package static let ours = ProtocolRange(1...1)

    /// The newest version that both speak.
    package func common(with other: ProtocolRange) -> UInt16? {
        let version = min(newest, other.newest)
        return version >= max(oldest, other.oldest) ? version : nil
    }

    package var description: String { "\(oldest)-\(newest)" }
}

/// What a link is for, so that who accepts it knows what will come.
package struct LinkPurpose: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// A server's rooms, and views.
    package static let node = LinkPurpose(rawValue: 1)
    /// Sessions of one of a gateway's loops.
    package static let gateway = LinkPurpose(rawValue: 2)
    package static let scaler = LinkPurpose(rawValue: 3)
}

/// The first frame each way: who speaks, and how. Its beginning never changes, so that nodes which
/// share no version can still say so; what follows the fields that we know is skipped.
package struct Hello: Equatable, Sendable {
    package var protocols: ProtocolRange
    package var cluster: String
    package let name: String
    /// Follows from the name.
    package let node: NodeID
    /// The life of the node (`Incarnation.instance`).
    package var instance: UInt64
    /// The number of the newest view that it knows.
    package var view: UInt64
    package var purpose: LinkPurpose
    /// Which of its event loops speaks.
    package var loop: UInt16

    static let magic: UInt32 = 0x4B4C_4B48
    static let clusterBytesMax = 255

    package init(
        protocols: ProtocolRange = .ours, cluster: String, name: String, instance: UInt64,
        view: UInt64 = 0, purpose: LinkPurpose = .node, loop: UInt16 = 0
    ) {
        precondition(name.utf8.count <= Limits.nameBytesMax, "a name has at most 63 bytes")
        precondition(cluster.utf8.count <= Hello.clusterBytesMax, "a cluster's name is too long")
        self.protocols = protocols
        self.cluster = cluster
        self.name = name
        self.node = NodeID(name: name)
        self.instance = instance
        self.view = view
        self.purpose = purpose
        self.loop = loop
    }

    package func encode(into writer: inout WireWriter) {
        writer.fixed(Hello.magic)
        writer.fixed(protocols.oldest)
        writer.fixed(protocols.newest)
        writer.text(cluster)
        writer.text(name)
        writer.fixed(instance)
        writer.fixed(view)
        writer.byte(purpose.rawValue)
        writer.fixed(loop)
    }

    @_lifetime(reader: copy reader)
    package init(from reader: inout WireReader) throws(WireError) {
        guard try reader.fixed(UInt32.self) == Hello.magic else { throw .badValue }
        let oldest: UInt16 = try reader.fixed()
        let newest: UInt16 = try reader.fixed()
        guard oldest <= newest else { throw .badValue }
        self.init(
            protocols: ProtocolRange(oldest...newest),
            cluster: try reader.text(maxBytes: Hello.clusterBytesMax),
            name: try reader.text(maxBytes: Limits.nameBytesMax), instance: try reader.fixed(),
            view: try reader.fixed(), purpose: LinkPurpose(rawValue: try reader.byte()),
            loop: try reader.fixed())
    }
}
