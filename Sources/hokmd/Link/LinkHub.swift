package import Gossip
package import Logging
package import NIOCore

/// A node's links on one event loop: those that it keeps to its peers, and those that come to it.
///
/// Each side dials the links that it sends on, and answers go on the link that a frame came on: so
/// nobody has to agree on whose connection counts when two nodes dial each other at once
/// (`docs/decisions/links.md`). Everything here is called, and calls, on that loop.
package final class LinkHub {
    package let eventLoop: any EventLoop
    package internal(set) var identity: LinkIdentity
    package let timing: LinkTiming
    let timeScale: TimeScale
    package let limits: LinkLimits
    /// The number of the newest view that this node knows: new links say it.
    package var view: UInt64 = 0
    /// Hears of links and frames. It may call everything here.
    package var onEvent: (LinkEvent) -> Void = { _ in }
    package internal(set) var counters = LinkCounters()

    /// The handshakes that come to us, apart from ours: who floods the one does not hurt the other.
    let accepting: TLSLoop
    let dialling: TLSLoop
    var acceptingContext: TLSContext
    var diallingContext: TLSContext
    let logger: Logger
    var throttle = LogThrottle()
    var generator: Randomness

    var peers: [NodeID: LinkPeer] = [:]
    /// All that have not ended, up or not.
    var connections: [LinkID: LinkConnection] = [:]
    /// Of these, the dialled ones that are up.
    var ways: [NodeID: LinkConnection] = [:]
    var acceptedCount = 0
    var listener: (any Channel)?
    var openChannels = 0
    var stopped: EventLoopPromise<Void>?

    private var lastID: UInt64 = 0
    private var waitingForFlush: [LinkConnection] = []
    private var flushing: [LinkConnection] = []
    private var waitingForEnd: [(LinkConnection, LinkEnding)] = []
    private var willFlush = false
    private var timer: Scheduled<Void>?
    private var timerAt = Instant.never

    package init(
        eventLoop: any EventLoop, identity: LinkIdentity, keyring: Keyring,
        timing: LinkTiming = LinkTiming(), timeScale: TimeScale = .real,
        limits: LinkLimits = LinkLimits(), generator: Randomness = .system(), logger: Logger
    ) throws(TLSError) {
        eventLoop.preconditionInEventLoop()
        self.eventLoop = eventLoop
        self.identity = identity
        self.timing = timing
        self.timeScale = timeScale
        self.limits = limits
        self.generator = generator
        self.logger = logger
        let keys = LinkKeys(keyring: keyring)
        acceptingContext = try TLSContext.accepting(keys)
        diallingContext = try TLSContext.dialling(keys)
        var handshakes = TLSLimits()
        handshakes.handshakeTimeMax = timeScale.duration(timing.handshakeMax)
        handshakes.handshakeBytesMax = 8 << 10
        dialling = TLSLoop(eventLoop: eventLoop, limits: handshakes, logger: logger)
        handshakes.handshakesMax = limits.handshakesMax
        accepting = TLSLoop(eventLoop: eventLoop, limits: handshakes, logger: logger)
    }

    /// What happened to the handshakes of others, and to ours.
    package var handshakeCounters: (accepted: TLSCounters, dialled: TLSCounters) {
        (accepting.counters, dialling.counters)
    }

    /// Links that are up.
    package var links: [Link] { connections.values.compactMap(\.link) }

    /// Takes a changed keyring: new links use its primary, and links whose key it does not hold any
    /// more end.
    package func update(keyring: Keyring) throws(TLSError) {
        let keys = LinkKeys(keyring: keyring)
        let contexts = (try TLSContext.accepting(keys), try TLSContext.dialling(keys))
        (acceptingContext, diallingContext) = contexts
        for connection in Array(connections.values) {
            guard let id = connection.keyID, !keys.contains(id) else { continue }
            connection.end(.keyRemoved)
        }
    }
}

// MARK: - Sending

extension LinkHub {
    /// Sends a frame on the link to this node, at the end of the tick.
    ///
    /// - Returns: false if there is none, or if its queue is full; then it breaks.
    @discardableResult
    package func send(_ type: FrameType, _ payload: ByteBuffer, to node: NodeID) -> Bool {
        send(type, payload, on: ways[node])
    }

    @discardableResult
    package func send(_ type: FrameType, _ payload: RawSpan, to node: NodeID) -> Bool {
        send(type, payload, on: ways[node])
    }

    /// Sends a frame on a certain link: the one that a question came on.
    @discardableResult
    package func send(_ type: FrameType, _ payload: ByteBuffer, on id: LinkID) -> Bool {
        send(type, payload, on: connections[id])
    }

    @discardableResult
    package func send(_ type: FrameType, _ payload: RawSpan, on id: LinkID) -> Bool {
        send(type, payload, on: connections[id])
    }

    /// Whether a frame to this node has a link to go on.
    package func isUp(_ node: NodeID) -> Bool { ways[node] != nil }

    private func send(
        _ type: FrameType, _ payload: ByteBuffer, on connection: LinkConnection?
    ) -> Bool {
        guard let connection, connection.admit(type, payloadBytes: payload.readableBytes) else {
            counters.framesUnsent += 1
            return false
        }
        connection.append(type, payload)
        return true
    }

    private func send(
        _ type: FrameType, _ payload: RawSpan, on connection: LinkConnection?
    ) -> Bool {
        guard let connection, connection.admit(type, payloadBytes: payload.byteCount) else {
            counters.framesUnsent += 1
            return false
        }
        connection.append(type, payload)
        return true
    }

    func flushLater(_ connection: LinkConnection) {
        waitingForFlush.append(connection)
        finishTickLater()
    }

    func finishLater(_ connection: LinkConnection, _ ending: LinkEnding) {
        waitingForEnd.append((connection, ending))
        finishTickLater()
    }

    private func finishTickLater() {
        guard !willFlush else { return }
        willFlush = true
        eventLoop.assumeIsolated().execute { self.finishTick() }
    }

    private func finishTick() {
        willFlush = false
        // Two lists that change places: what a flush leads to waits for the next turn, and both keep
        // their memory.
        swap(&waitingForFlush, &flushing)
        for connection in flushing { connection.flush() }
        flushing.removeAll(keepingCapacity: true)
        let ends = waitingForEnd
        waitingForEnd.removeAll()
        for (connection, ending) in ends { connection.finish(ending) }
    }
}

// MARK: - Time

extension LinkHub {
    /// The monotonic clock.
    var now: Instant { timeScale.instant(eventLoop.now) }

    func nextID() -> LinkID {
        lastID += 1
        return LinkID(lastID)
    }

    var hello: Hello {
        Hello(
            protocols: identity.protocols, cluster: identity.cluster, name: identity.name,
            instance: identity.instance, view: view, purpose: identity.purpose,
            loop: identity.loop)
    }

    /// Has the deadlines looked at then, though not before the next tick.
    func wake(at deadline: Instant) {
        guard deadline < timerAt else { return }
        let time = max(deadline, now.advanced(by: timing.tick))
        guard time < timerAt else { return }
        timer?.cancel()
        timerAt = time
        timer = eventLoop.assumeIsolated().scheduleTask(deadline: timeScale.deadline(time)) {
            self.timerFired()
        }
    }

    private func timerFired() {
        timer = nil
        timerAt = .never
        let now = now
        for connection in Array(connections.values) { connection.tick(now: now) }
        for connection in connections.values { connection.pingAlong(now: now) }
        redial(now: now)
        var next = Instant.never
        for connection in connections.values { next = min(next, connection.deadline) }
        for peer in peers.values { next = min(next, peer.redial.deadline) }
        wake(at: next)
    }
}
