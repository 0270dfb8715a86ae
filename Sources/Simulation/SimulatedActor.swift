package import Gossip

/// A machine that runs on a simulated node beside gossip and views: a host of rooms, a gateway.
///
/// It is fed as the product's machines are: `handle` takes what happened and returns what is to be
/// done, and it wants a `wake` at `nextDeadline`. A restarted node has new actors; what outlives a
/// crash they keep outside.
package protocol SimulatedActor: Sendable {
    /// On the node's own clock.
    var nextDeadline: Instant { get }
    /// Whether nothing would be lost with the node: one that drains waits for it.
    var isEmpty: Bool { get }
    /// What it holds, for the trace.
    var holdings: String { get }

    mutating func handle(
        _ input: ActorInput, now: Instant, using generator: inout Randomness
    ) -> [ActorEffect]
}

extension SimulatedActor {
    package var isEmpty: Bool { true }
    package var holdings: String { "" }
}

/// One connection between two nodes. Frames come whole and in order until it closes, and then no
/// more; those under way are lost.
package struct LinkID: Hashable, Sendable {
    package let number: Int

    package init(number: Int) { self.number = number }
}

package enum ActorInput: Equatable, Sendable {
    case start(own: Member)
    case wake
    /// A view is in force.
    case view(View)
    /// What gossip says of a member, this node itself included.
    case member(Member)
    case keyring(Keyring)
    /// Whether the node sees enough voters, and whether it holds that nobody hears it. Told only
    /// where somebody attends the world.
    case sight(seesMajority: Bool, isIsolated: Bool)
    case opened(LinkID, with: NodeID, isOurs: Bool)
    case openFailed(NodeID, isRefused: Bool)
    case frame(LinkID, [UInt8])
    case closed(LinkID)
    /// Somebody outside did something with a connection.
    case socket(SocketID, SocketInput)
}

package enum ActorEffect: Equatable, Sendable {
    /// Answered by `opened` or `openFailed`.
    case open(NodeID)
    case send(LinkID, [UInt8])
    /// No `closed` follows here; the other side is told.
    case close(LinkID)
    /// The node may be given what servers hold (`World.actorsSayReady`).
    case ready
    /// A sign of life came over a link.
    case heard(NodeID)
    /// Somebody has a newer view.
    case newerView(UInt64, at: NodeID)
    /// To all, by gossip: this life of a node is to give away what it holds, and leave.
    case orderDrain(NodeID, instance: UInt64)
    case sendOutside(SocketID, [UInt8])
    case closeOutside(SocketID, code: UInt16)
}
