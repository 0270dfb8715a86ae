package import Gossip

/// One node: the machines of one of its lives, and what outlives them.
package struct SimulatedNode {
    package enum State: Equatable, Sendable {
        /// Not running. Whether the machine that it ran on still answers, with "refused".
        case down(isHostUp: Bool)
        case up
        /// Stopped by its operating system: time passes, and it does not notice.
        case paused
    }

    /// How far it is on its way out.
    package enum Course: Equatable, Sendable {
        case staying
        case draining
        case leaving
        case departed
    }

    package let index: Int
    package let name: String
    package let id: NodeID
    package let modes: Metadata.Modes
    package let zone: String
    package internal(set) var address: Address
    /// Counts its lives; what was meant for a former one is dropped.
    package internal(set) var life = 0
    package internal(set) var state = State.down(isHostUp: true)
    package internal(set) var course = Course.staying
    package internal(set) var swim: SWIM
    package internal(set) var views: ViewMachine
    package var clock: SimulatedClock
    package var disk: SimulatedDisk
    /// The key file.
    package internal(set) var keyring: Keyring
    package var founders: Int
    /// Whether the operating system refuses to send.
    package var cannotSend = false
    package internal(set) var actors: [any SimulatedActor] = []

    /// Whether it holds that nobody hears it.
    package internal(set) var isolated = false

    /// Long messages that wait for a stream to be free.
    var waiting: [(bytes: [UInt8], target: NodeID)] = []

    var generator: Randomness
    /// The true time of the next wake that is on the agenda.
    var wakeAt = Instant.never
    /// What the views were last told of this node itself: whatever it says anew rises its
    /// incarnation.
    var toldOwn: (incarnation: Incarnation, status: MemberStatus)?
    /// When the views last learned that those who failed were heard.
    var toldHeard: [NodeID: Instant] = [:]
    /// What waits in the sockets of a paused node, and how many bytes that is.
    var inbox: [Happening] = []
    var inboxBytes = 0
    /// Wakes in a row after which its deadline was still in the past.
    var spins = 0
    /// Whom it said good-bye to, and in which of their lives.
    var partners: [NodeID: Int] = [:]
    /// For the mistake `rollBack`.
    var earlier: SWIM?

    /// Bytes that a socket's buffer holds (Linux's `rmem_default`).
    static let inboxBytesMax = 212_992

    package var isUp: Bool { state == .up }
    /// Whether it runs, or could go on at any time.
    package var isAlive: Bool { state == .up || state == .paused }

    /// Whether it has said good-bye, and is not expected back. Who crashed while it drained is.
    package var hasGone: Bool { course == .leaving || course == .departed }

    // These change nothing; `mutating` has them look at the machines where they are, rather than
    // at a copy of them, many times a second and node.

    /// When the node next wants to run, on its own clock.
    mutating func nextDeadline() -> Instant {
        var next = min(swim.nextDeadline, views.nextDeadline)
        for actor in actors { next = min(next, actor.nextDeadline) }
        return next
    }

    mutating func isGossipDue(_ now: Instant) -> Bool { swim.nextDeadline <= now }
    mutating func areViewsDue(_ now: Instant) -> Bool { views.nextDeadline <= now }

    mutating func hasToSend() -> Bool { swim.gauges.outbox > 0 }

    /// The node's own member, if its views have not been told of it as it is now.
    mutating func untoldOwn() -> Member? {
        let (incarnation, status) = (swim.own.incarnation, swim.own.status)
        if let toldOwn, toldOwn.incarnation == incarnation, toldOwn.status == status { return nil }
        toldOwn = (incarnation, status)
        return swim.own
    }

    /// What its gossip machine does that it may not, in words.
    mutating func excess() -> String? {
        if let store = swim.gauges.exceeded { return "\(store) is too full" }
        let counters = swim.counters
        return counters.outboxOverflows + counters.eventOverflows > 0
            ? "a queue has overflowed" : nil
    }

    /// A suspect whose time does not end within a minute.
    mutating func endlessSuspect() -> NodeID? {
        for id in swim.table.suspects {
            let deadline = swim.table[id]?.suspicion?.deadline ?? .never
            if swim.now.duration(to: deadline) > .seconds(60) { return id }
        }
        return nil
    }

    mutating func failedCount() -> Int { swim.table.failedCount }

    mutating func handle(_ event: ViewEvent, now: Instant) -> [ViewEffect] {
        views.handle(event, now: now, using: &generator)
    }

    mutating func handle(_ input: ActorInput, actor: Int, now: Instant) -> [ActorEffect] {
        actors[actor].handle(input, now: now, using: &generator)
    }
}
