package import Gossip

/// A machine that runs on a simulated node beside gossip and views: a host of rooms, a gateway.
///
/// It is fed as the product's machines are: `handle` takes what happened and returns what is to be
/// done, and it wants a `wake` at `nextDeadline`. A restarted node has new actors; what outlives a
/// crash they keep outside.
package protocol SimulatedActor: Sendable {
    /// On the node's own clock.
    var nextDeadline: Instant { get }

    mutating func handle(
        _ input: ActorInput, now: Instant, using generator: inout Randomness
    ) -> [ActorEffect]
}

/// One connection between two nodes. Frames come whole and in order until it closes, and then no
/// more; those under way are lost.
package struct LinkID: Hashable, Sendable {
    package let number: Int
}

package enum ActorInput: Equatable, Sendable {
    case start(own: NodeID)
    case wake
    /// A view is in force.
    case view(View)
    case member(Member)
    case opened(LinkID, with: NodeID, isOurs: Bool)
    case openFailed(NodeID, isRefused: Bool)
    case frame(LinkID, [UInt8])
    case closed(LinkID)
}

package enum ActorEffect: Equatable, Sendable {
    /// Answered by `opened` or `openFailed`.
    case open(NodeID)
    case send(LinkID, [UInt8])
    /// No `closed` follows here; the other side is told.
    case close(LinkID)
}
