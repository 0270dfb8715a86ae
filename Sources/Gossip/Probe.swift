/// The probe of one member within one period: direct tries, then helpers and a stream beside them.
struct Probe: Sendable {
    let target: NodeID
    /// The word of the target that was its newest at the start. What comes of the probe counts
    /// against that word only: a member that has spoken since, or lives anew, was not asked.
    let incarnation: Incarnation
    let isHinted: Bool
    /// What helpers are asked under.
    let token: UInt64
    let end: Instant
    let timeout: Duration
    var tries = 0
    var nextTry: Instant
    var helpersAsked = 0
    var nacks = 0
    var hasEscalated = false
    /// The stream probe was refused: nothing listens there any more.
    var isRefused = false

    /// When something is to be done about it.
    var next: Instant { min(nextTry, end) }
}

/// A probe that we make for another member.
struct Relay: Sendable {
    let target: NodeID
    let requester: NodeID
    let requesterAddress: Address
    let keyID: UInt32
    /// The requester's token.
    let token: UInt64
    let timeout: Duration
    var triesLeft: Int
    var next: Instant
}
