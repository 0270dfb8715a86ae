package import Gossip
package import NIOCore

/// One link of a hub, never used twice by it.
package struct LinkID: Hashable, Sendable {
    package let rawValue: UInt64

    package init(_ rawValue: UInt64) { self.rawValue = rawValue }
}

/// A link that is up.
package struct Link: Equatable, Sendable {
    package enum Direction: String, Sendable {
        case dialled
        case accepted
    }

    package let id: LinkID
    package let direction: Direction
    /// How the other end introduced itself.
    package let peer: Hello
    /// The version of the links' protocol that both speak.
    package let version: UInt16

    package var node: NodeID { peer.node }
}

/// What a hub tells its owner, on its loop.
package enum LinkEvent {
    case up(Link)
    /// The link was up and is not any more: what was sent on it may not have arrived. A hint for
    /// gossip, unless the ending is `closed` or `superseded`.
    case down(Link, LinkEnding)
    /// A frame. The payload is good for the time of the call; who keeps it copies it.
    case frame(FrameType, ByteBuffer, on: LinkID, from: NodeID)
}

/// How a node introduces itself on its links.
package struct LinkIdentity: Equatable, Sendable {
    package var name: String
    package var cluster: String
    /// This life (`Incarnation.instance`).
    package var instance: UInt64
    package var purpose: LinkPurpose
    /// Which of the node's loops the hub is on.
    package var loop: UInt16
    package var protocols: ProtocolRange

    package init(
        name: String, cluster: String, instance: UInt64, purpose: LinkPurpose = .node,
        loop: UInt16 = 0, protocols: ProtocolRange = .ours
    ) {
        self.name = name
        self.cluster = cluster
        self.instance = instance
        self.purpose = purpose
        self.loop = loop
        self.protocols = protocols
    }
}

/// What happened to a hub's links, for metrics.
package struct LinkCounters: Equatable, Sendable {
    package var dialled: UInt64 = 0
    package var accepted: UInt64 = 0
    package var up: UInt64 = 0
    package var down: UInt64 = 0
    /// Attempts of ours that came to nothing.
    package var failed: UInt64 = 0
    /// Attempts of others that did: refused by us, or gone.
    package var refused: UInt64 = 0
    /// Of these, for their number, before a word was said.
    package var refusedCrowd: UInt64 = 0
    package var silent: UInt64 = 0
    package var overflowed: UInt64 = 0
    package var framesSent: UInt64 = 0
    package var bytesSent: UInt64 = 0
    package var framesReceived: UInt64 = 0
    package var bytesReceived: UInt64 = 0
    /// Frames that were refused because no link was up.
    package var framesUnsent: UInt64 = 0
    /// Flushes: what one tick wrote to one link.
    package var flushes: UInt64 = 0

    package init() {}
}
