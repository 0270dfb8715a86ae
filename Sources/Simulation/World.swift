package import Gossip

/// A cluster of simulated nodes, their network and their true time, in one thread. One seed, one
/// run.
///
/// It plays the part of the product's shell: it carries bytes between machines, wakes them, writes
/// to their disks; and it checks after each step. At the first violation it stops.
package struct World {
    /// What is told of a member, kept for measurements.
    package struct Sighting: Sendable {
        package let at: Instant
        package let observer: Int
        package let subject: Int
        package let status: MemberStatus
        package let was: MemberStatus?
    }

    package struct Installation: Sendable {
        package let at: Instant
        package let node: Int
        package let view: View
    }

    package internal(set) var now = Instant(nanoseconds: 1_000_000_000)
    package internal(set) var nodes: [SimulatedNode] = []
    package var network: Network
    package var trace = Trace()
    package var mistake = Mistake.none
    package internal(set) var violation: Violation?
    /// Which reports of members are kept in `sightings`.
    package var keptStatuses: Set<MemberStatus> = [.failed, .left]
    package internal(set) var sightings: [Sighting] = []
    package internal(set) var installations: [Installation] = []
    package internal(set) var viewCheck = ViewCheck()
    /// Makes what runs on a node beside gossip and views.
    package var makeActors: (_ node: Int) -> [any SimulatedActor] = { _ in [] }
    /// Whether nodes are ready when their actors say so; else once they are in a view.
    package var actorsSayReady = false
    /// Players, where there are some.
    package var outside: (any Outside)?
    /// After so long without an answer a side gives its link up.
    package var linkPatience: Duration = .seconds(3)
    /// Whether links are pinged, so that one on which nothing is said breaks as well.
    package var linksArePinged = false
    /// How late the event loops run their timers.
    package var lateness: ClosedRange<Duration> = .microseconds(20)...(.microseconds(500))
    package var timing = Timing()
    package var meter: AllocationMeter?
    /// Whoever starts and ends nodes from outside, and when they look next.
    var attendant: ((inout World) -> Instant)?
    /// Nodes that have heard that they are to drain.
    var drainOrders: Set<Int> = []

    var random: Randomness
    var agenda = Agenda<Happening>()
    var links = Links()
    var adversary = Adversary()
    var gossipCheck = GossipCheck()
    var trafficCheck = TrafficCheck()
    var nodeAt: [Address: Int] = [:]
    var indexOf: [NodeID: Int] = [:]
    var packet: [UInt8] = []
    /// Whether an actor has done something to its node's gossip or views.
    var isStirred = false
    var sockets: [SocketID: OutsideSocket] = [:]
    /// When those outside are woken next.
    var outsideAt = Instant.never

    /// The keys of the whole cluster at its start.
    static let keyBytes = [UInt8](repeating: 5, count: Key.bytesCount)

    package init(seed: UInt64) {
        random = Randomness(seed: seed)
        network = Network(random: Randomness(seed: random.next()))
    }

    /// Packets that somebody without a key has sent.
    package var adversaryCount: Int { adversary.sentCount }
    package func index(of id: NodeID) -> Int? { indexOf[id] }

    // MARK: Time

    /// Lets all happen that is due until then.
    package mutating func run(until end: Instant) {
        while violation == nil, let next = agenda.next, next <= end {
            now = max(now, next)
            guard let happening = agenda.popFirst() else { break }
            let mark = happening.mark
            trace.note(now, mark.kind, mark.node, happening.detail)
            trace.say(now, "\(describe(happening))")
            happen(happening)
        }
        if violation == nil { now = max(now, end) }
    }

    package mutating func run(for duration: Duration) { run(until: now.advanced(by: duration)) }

    /// Runs until the condition holds, looking after each `step`. Nil if that took too long.
    package mutating func run(
        atMost duration: Duration, step: Duration, until isReached: (World) -> Bool
    ) -> Duration? {
        let start = now
        while start.duration(to: now) < duration, violation == nil {
            if isReached(self) { return start.duration(to: now) }
            run(for: step)
        }
        return violation == nil && isReached(self) ? start.duration(to: now) : nil
    }

    mutating func fail(_ fault: (Violation.Invariant, String)?) {
        guard let fault, violation == nil else { return }
        violation = Violation(invariant: fault.0, at: now, text: fault.1)
        trace.say(now, "VIOLATION \(fault.0.rawValue): \(fault.1)")
    }

    func local(_ index: Int) -> Instant { nodes[index].clock.time(at: now) }

    /// Whether a happening is for a life that is over.
    func isPast(_ index: Int, _ life: Int) -> Bool {
        nodes[index].life != life || !nodes[index].isAlive
    }

    private mutating func happen(_ happening: Happening) {
        switch happening {
        case .wake(let index, let life):
            // One that was put forward leaves an empty one behind.
            guard !isPast(index, life), nodes[index].isUp, nodes[index].wakeAt == now else {
                return
            }
            nodes[index].wakeAt = .never
            wake(index)
        case .resume(let index, let life):
            guard !isPast(index, life), nodes[index].state == .paused else { return }
            resume(index)
        case .datagram(let bytes, let source, let target):
            arrive(bytes, from: source, to: target)
        case .request(let bytes, let id, let source, let life, let target):
            arriveRequest(bytes, id: id, from: source, life: life, to: target)
        case .reply(let bytes, let id, let index, let life):
            receive(happening, at: index, life: life, byteCount: bytes.count) { world, now in
                world.nodes[index].swim.receive(reply: bytes.span.bytes, to: id, now: now)
            }
        case .requestFailed(let id, let isRefused, let index, let life):
            receive(happening, at: index, life: life, byteCount: 0) { world, now in
                world.nodes[index].swim.requestFailed(id, isRefused: isRefused, now: now)
            }
        case .written(let token, let index, let life):
            guard !isPast(index, life) else { return }
            // A pause stops the process, not its disk.
            nodes[index].disk.complete(token)
            beginWrite(index)
            happen(.told(token: token, isDone: !nodes[index].disk.isBroken, index, life: life))
        case .told(let token, let isDone, let index, let life):
            receive(happening, at: index, life: life, byteCount: 0) { world, _ in
                world.tell(index, isDone ? .persisted(token: token) : .persistFailed)
            }
        case .warmed(let index, let life):
            guard !isPast(index, life), nodes[index].course == .staying else { return }
            setState(.ready, at: index)
        case .depart(let index, let life):
            guard !isPast(index, life), nodes[index].course == .draining else { return }
            if nodes[index].isUp, !nodes[index].views.isNeeded,
                nodes[index].actors.allSatisfy(\.isEmpty),
                canLose([index], isForGood: true, isOrderly: true)
            {
                sayGoodbye(index)
            } else {
                trace.say(
                    now,
                    """
                    n\(index) stays: needed \(nodes[index].views.isNeeded), holds \
                    \(nodes[index].actors.map { "\($0.holdings)" })
                    """)
                departSoon(index)
            }
        case .stop(let index, let life):
            guard !isPast(index, life) else { return }
            end(index, isHostUp: true)
        case .link(let step): take(step)
        case .silence: breakSilent()
        case .socket(let step): take(step)
        case .strike: strike()
        case .attend: attend()
        }
    }

    /// Hands a node something, now or, if it is paused, when it goes on.
    ///
    /// - Parameter isActors: whether only actors hear of it, so that gossip and views have nothing to
    ///   do unless they say so.
    mutating func receive(
        _ happening: Happening, at index: Int, life: Int, byteCount: Int, isActors: Bool = false,
        _ body: (inout World, Instant) -> Void
    ) {
        guard !isPast(index, life) else { return }
        guard nodes[index].isUp else {
            guard nodes[index].inboxBytes + byteCount <= SimulatedNode.inboxBytesMax else { return }
            nodes[index].inbox.append(happening)
            nodes[index].inboxBytes += byteCount
            return
        }
        isStirred = !isActors
        body(&self, local(index))
        if isStirred { settle(index) } else if nodes[index].isUp { scheduleWake(index) }
    }

    private func describe(_ happening: Happening) -> String {
        switch happening {
        case .datagram(let bytes, let source, let target):
            "datagram \(bytes.count) B \(source) → \(target)"
        case .request(let bytes, let id, let source, _, let target):
            "request \(id) \(bytes.count) B n\(source) → \(target)"
        case .wake(let index, _): "wake n\(index)"
        case .reply(let bytes, let id, let index, _): "reply \(id) \(bytes.count) B → n\(index)"
        default: "\(happening)"
        }
    }

    /// Runs again what waited in a paused node's sockets.
    mutating func replay(_ waiting: [Happening]) {
        for happening in waiting where violation == nil { happen(happening) }
    }
}
