/// What a view machine is told.
package enum ViewEvent: Equatable, Sendable {
    /// The first of all events.
    case start
    /// The deadline is reached.
    case tick
    /// Gossip's word on a member, this node itself included, whenever it changes; with the time
    /// when gossip last heard it directly.
    case member(Member, heard: Instant?)
    /// A sign that the member lives and hears, such as a frame over a link.
    case heard(NodeID)
    /// The member's own machine says, to this node itself, that the process of its present life is
    /// no more.
    case refused(NodeID)
    /// Gossip has dropped the member from its table.
    case forgotten(NodeID)
    /// The operator's word that the member's present life is over (`hokmd forget NODE`).
    case dismiss(NodeID)
    case message(ViewMessage, from: NodeID)
    /// Somebody has, or should have, a view of this number.
    case newer(UInt64, at: NodeID)
    /// What was to be persisted under this token, and all before it, is on disk.
    case persisted(token: UInt64)
    /// The disk does not take it. The node votes no more in this life.
    case persistFailed
}

/// What a view machine asks of its shell. Effects are carried out in their order.
package enum ViewEffect: Equatable, Sendable {
    /// MUST be on disk before `persisted` is reported. A node without a state directory reports it
    /// at once.
    case persist(Promises, token: UInt64)
    case send(ViewMessage, to: NodeID)
    /// This view is agreed, on disk, and in force from now on.
    case install(View)
    /// Whether the voters that this node sees are enough to change anything.
    case majority(Bool)
    /// A member belongs to a cluster that was founded apart from ours: an operator's mistake.
    case foreign(lineage: UInt64, at: NodeID)
    /// A voter would not have our proposal for this number.
    case opposed(number: UInt64, by: NodeID)
    /// The view has a life of this node that no clock of ours leads past: a later one than that
    /// MUST be begun (`SWIM.outlive`).
    case outlive(UInt64)
    /// The disk failed: this node votes no more.
    case muted
}
