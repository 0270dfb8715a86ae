internal import Logging
internal import NIOCore
internal import NIOPosix

/// Drives the two machines of a node, on one event loop: what comes in goes to them, and after each
/// burst `settle` carries out what they want, once.
final class GossipDriver {
    /// How often totals are logged, at level debug.
    private static let reportInterval = Duration.seconds(10)

    let options: GossipOptions
    let log: Logger
    let eventLoop: any EventLoop
    let pool: NIOThreadPool
    let state: StateDirectory?
    let cell: SnapshotCell
    let sockets: Sockets
    let disk: DiskQueue
    let fail: @Sendable (GossipError) -> Void

    var swim: SWIM
    var views: ViewMachine
    var generator = Randomness.system()
    /// What the view machine has still to be told.
    var viewInputs: [ViewEvent] = []
    /// Long messages that wait for a request to end.
    var waitingMessages: [(bytes: [UInt8], target: NodeID)] = []

    // The ways in and out.
    var datagrams: (any Channel)?
    var listener: (any Channel)?
    var streams: [ObjectIdentifier: any Channel] = [:]
    var streamsByHost: [Address: Int] = [:]
    var exchanges: [UInt32: Exchange] = [:]
    var packet: [UInt8] = []
    var refusedStreams: UInt64 = 0
    var isResolving = false
    var knownPeers: [Address]

    // What others are told.
    var snapshot: ClusterSnapshot
    var clusterEvents: [ClusterEvent] = []
    var isChanged = false
    var subscriptions: [ClusterSubscription] = []
    var reportedOwn: Member
    var savedInstance: UInt64
    var complaints: Complaints
    var patience: Patience
    var nameTakenSince: Instant?

    var departure: Departure?
    var keyPromise: EventLoopPromise<KeyReport>?
    var firstView: EventLoopPromise<Void>?

    private var timer: (scheduled: Scheduled<Void>, at: Instant)?
    private var isSettling = false
    private var nextReport: Instant
    private(set) var isClosed = false

    init(_ start: GossipStart, eventLoop: any EventLoop, pool: NIOThreadPool, cell: SnapshotCell) {
        let now = start.options.timeScale.instant(.now())
        options = start.options
        log = start.log
        fail = start.fail
        sockets = start.sockets
        state = start.state
        self.eventLoop = eventLoop
        self.pool = pool
        self.cell = cell
        disk = DiskQueue(eventLoop: eventLoop, pool: pool)
        var configuration = start.configuration
        configuration.timing = start.options.timing
        swim = SWIM(configuration, generator: .system(), now: now)
        var viewing = ViewMachine.Configuration(
            id: NodeID(name: configuration.name), founders: start.options.foundersCount)
        viewing.timing = start.options.viewTiming
        views = ViewMachine(viewing, stored: start.promises, now: now)
        reportedOwn = swim.own
        savedInstance = swim.own.incarnation.instance
        knownPeers = start.peers
        snapshot = cell.snapshot
        complaints = Complaints(now: now)
        patience = Patience(now: now)
        nextReport = now.advanced(by: Self.reportInterval)
    }

    var now: Instant { options.timeScale.instant(.now()) }

    func begin(founded: EventLoopPromise<Void>?) {
        firstView = founded
        viewInputs = [.start, .member(swim.own, heard: now)]
        isChanged = true
        settle()
    }

    // MARK: What comes in

    func receive(_ datagram: ByteBuffer, from source: Address) {
        swim.receive(datagram.readableBytesSpan, from: source, now: now)
    }

    /// The answer to a request by stream; nil if it deserves none.
    func answer(_ request: [UInt8], from source: Address) -> [UInt8]? {
        var reply: [UInt8] = []
        let isAnswered = swim.receive(
            request: request.span.bytes, from: source, now: now, into: &reply)
        settle()
        return isAnswered ? reply : nil
    }

    /// Does something to the machines, and what follows from it.
    func input(_ body: (Instant) -> Void) {
        guard !isClosed else { return }
        body(now)
        settle()
    }

    // MARK: What goes out

    /// Carries out all that the machines want.
    func settle() {
        guard !isSettling, !isClosed else { return }
        isSettling = true
        let now = self.now
        while true {
            var isQuiet = true
            stepDeparture(now)
            while let event = swim.pollEvent() {
                isQuiet = false
                take(event, now: now)
            }
            noteOwn(now)
            runViews(now)
            sendWaiting(now)
            while let outbound = swim.pollSend(into: &packet) {
                isQuiet = false
                transmit(outbound, now: now)
            }
            if isQuiet, viewInputs.isEmpty { break }
        }
        publish()
        if let complaint = complaints.due(swim.counters, refusedStreams, now: now) {
            log.warning("gossip refused", metadata: complaint)
        }
        isSettling = false
        arm(now)
    }

    private func transmit(_ outbound: Outbound, now: Instant) {
        switch outbound {
        case .datagram(let target):
            // A seed's address of a family or a network that our socket cannot write to is no
            // failure of ours.
            guard sockets.reaches(target) else { return }
            let code = sockets.send(packet, to: target)
            if code != 0 { swim.sendFailed(to: target, now: now) }
        case .request(let id, let target, let timeout):
            request(id, packet, to: target, timeout: timeout)
        }
    }

    /// Wakes up at the machines' next deadline. A timer that is early does no harm, and is kept.
    private func arm(_ now: Instant) {
        guard !isClosed else { return }
        var next = min(swim.nextDeadline, views.nextDeadline)
        if let departure, swim.leaving == nil { next = min(next, departure.deadline) }
        next = max(next, now.advanced(by: .microseconds(500)))
        if let timer, timer.at <= next { return }
        timer?.scheduled.cancel()
        let deadline = options.timeScale.deadline(next)
        let scheduled = eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { self.wake() }
        timer = (scheduled, next)
    }

    private func wake() {
        timer = nil
        let now = self.now
        if swim.nextDeadline <= now { swim.advance(to: now) }
        if views.nextDeadline <= now { viewInputs.append(.tick) }
        settle()
        cell.set(swim.counters)
        guard now >= nextReport else { return }
        nextReport = now.advanced(by: Self.reportInterval)
        let counters = swim.counters
        log.debug(
            "gossip traffic",
            metadata: [
                "packets-sent": "\(counters.packetsSent)", "bytes-sent": "\(counters.bytesSent)",
                "packets-received": "\(counters.packetsReceived)",
                "bytes-received": "\(counters.bytesReceived)",
                "members": "\(swim.table.presentCount)",
            ])
    }

    // MARK: The end

    /// Says nothing more to anybody.
    func close() {
        guard !isClosed else { return }
        isClosed = true
        timer?.scheduled.cancel()
        timer = nil
        datagrams?.close(promise: nil)
        listener?.close(promise: nil)
        for channel in streams.values { channel.close(promise: nil) }
        for exchange in exchanges.values { exchange.end() }
        exchanges = [:]
        subscriptions = []
        keyPromise?.fail(GossipClosed())
        keyPromise = nil
        firstView?.fail(GossipClosed())
        firstView = nil
        departure?.promise.succeed([])
        departure = nil
    }
}

/// The service was closed before it could answer.
package struct GossipClosed: Error {
    package init() {}
}
