package import Logging
package import NIOCore
internal import NIOPosix

/// A node's part in its cluster: membership and views over sockets, on an event loop of its own, so
/// that a busy game never makes gossip late.
///
/// Everything here may be called from any thread; it takes effect a moment later. What has become
/// of the cluster comes to subscribers, in order, on the loop that they name.
package final class GossipService: Sendable {
    /// The loop that gossip runs on. It MUST NOT be blocked.
    package let eventLoop: any EventLoop
    /// Where it listens, with the port that was chosen where 0 was asked for.
    package let boundAddress: Address
    /// What makes it impossible to go on; the process is to end with it.
    package let failures: AsyncStream<GossipError>
    /// By what this node's times run.
    package let timeScale: TimeScale

    private let group: MultiThreadedEventLoopGroup
    private let pool: NIOThreadPool
    private let driver: NIOLoopBound<GossipDriver>
    private let cell: SnapshotCell
    private let failing: AsyncStream<GossipError>.Continuation

    /// One thread for the disk and one for the resolver: neither waits for the other.
    private static let threads = 2
    /// How long a founder waits for its own first view.
    private static let foundingMax = TimeAmount.seconds(2)

    /// Opens the sockets and begins. A node that founds its cluster alone has done so on return.
    ///
    /// - Throws: `GossipError` where the host, the port or the state directory is no good.
    package static func start(_ options: GossipOptions, log: Logger) async throws -> GossipService {
        let pool = NIOThreadPool(numberOfThreads: threads)
        pool.start()
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let (failures, failing) = AsyncStream.makeStream(
            of: GossipError.self, bufferingPolicy: .bufferingOldest(1))
        do {
            let start = try await pool.runIfActive {
                try GossipStart(options, log: log) { failing.yield($0) }
            }
            let cell = SnapshotCell(start.firstSnapshot)
            let loop = group.next()
            let driver = try await loop.submit {
                let driver = GossipDriver(start, eventLoop: loop, pool: pool, cell: cell)
                return NIOLoopBound(driver, eventLoop: loop)
            }.get()
            let service = GossipService(
                group: group, pool: pool, driver: driver, cell: cell,
                address: start.sockets.address, timeScale: options.timeScale, failures: failures,
                failing: failing)
            try await service.open(foundsAlone: start.options.foundersCount == 1)
            return service
        } catch {
            try? await pool.shutdownGracefully()
            try? await group.shutdownGracefully()
            throw error
        }
    }

    private init(
        group: MultiThreadedEventLoopGroup, pool: NIOThreadPool,
        driver: NIOLoopBound<GossipDriver>, cell: SnapshotCell, address: Address,
        timeScale: TimeScale, failures: AsyncStream<GossipError>,
        failing: AsyncStream<GossipError>.Continuation
    ) {
        self.group = group
        self.pool = pool
        self.driver = driver
        self.cell = cell
        self.timeScale = timeScale
        self.failures = failures
        self.failing = failing
        eventLoop = driver.eventLoop
        boundAddress = address
    }

    private func open(foundsAlone: Bool) async throws {
        let founded = eventLoop.makePromise(of: Void.self)
        try await eventLoop.flatSubmit { [driver, eventLoop] in
            let driver = driver.value
            return driver.openListener().flatMap {
                self.driver.value.openDatagrams()
            }.map {
                self.driver.value.begin(founded: founded)
                eventLoop.scheduleTask(in: Self.foundingMax) { founded.succeed() }
            }
        }.get()
        if foundsAlone { try await founded.futureResult.get() }
    }

    // MARK: What is

    package var snapshot: ClusterSnapshot { cell.snapshot }

    /// What happened to packets, at most a second old.
    package var counters: Counters { cell.counters }

    /// Delivers what changes to `body`, on this loop or on the gossip loop; first the present state.
    @discardableResult
    package func subscribe(
        on loop: (any EventLoop)? = nil, _ body: @escaping @Sendable (ClusterUpdate) -> Void
    ) -> ClusterSubscription {
        let subscription = ClusterSubscription(on: loop ?? eventLoop, body)
        run { $0.add(subscription) }
        return subscription
    }

    /// Waits until this node knows a view, and so which life of it is its present one; no longer than
    /// this.
    package func settled(within time: Duration) async {
        let promise = eventLoop.makePromise(of: Void.self)
        let subscription = subscribe { if $0.snapshot.view != nil { promise.succeed() } }
        let limit = eventLoop.scheduleTask(in: TimeAmount(time)) { promise.succeed() }
        try? await promise.futureResult.get()
        limit.cancel()
        subscription.cancel()
    }

    // MARK: What this node has to say

    /// Changes what is said of this node: its state, its ports, its capacity. Not `disk`.
    package func update(_ change: @escaping @Sendable (inout Metadata) -> Void) {
        run { driver in
            driver.input { now in
                var metadata = driver.swim.own.metadata
                change(&metadata)
                metadata.disk = driver.swim.own.metadata.disk
                // Who is leaving stays so.
                if driver.departure != nil || driver.swim.own.metadata.state == .draining {
                    metadata.state = .draining
                }
                driver.swim.update(metadata, now: now)
            }
        }
    }

    /// A link to the node broke, or was refused: it is probed at once.
    package func hint(_ id: NodeID) {
        run { driver in driver.input { driver.swim.hint(id, now: $0) } }
    }

    /// The node gave a sign of life on a link.
    package func heard(_ id: NodeID) {
        run { driver in driver.input { _ in driver.viewInputs.append(.heard(id)) } }
    }

    /// Somebody has, or should have, a view of this number.
    package func newerView(_ number: UInt64, at id: NodeID) {
        run { driver in driver.input { _ in driver.viewInputs.append(.newer(number, at: id)) } }
    }

    /// Tells every other node, once each, as well as gossip can: at most
    /// `Limits.announcementBytesMax` bytes.
    package func announce(_ bytes: [UInt8]) {
        precondition(bytes.count <= Limits.announcementBytesMax, "at most 512 bytes")
        run { driver in
            driver.input { driver.swim.announce(Envelope.announcement(bytes).bytes, now: $0) }
        }
    }

    /// The operator's word, to all nodes, that the node's present life is over.
    package func forget(_ id: NodeID) {
        run { driver in
            driver.input { now in
                let instance =
                    driver.swim.table[id]?.member.incarnation.instance
                    ?? driver.views.installed?.server(id)?.instance ?? 0
                driver.dismiss(id, instance: instance, now: now)
                let word = Envelope.dismissal(id, instance: instance)
                driver.swim.announce(word.bytes, now: now)
            }
        }
    }

    /// The operator's word that the node is to give its rooms away. It says itself that it does.
    package func drain(_ id: NodeID) {
        run { driver in
            driver.input { now in
                guard let member = driver.swim.table[id]?.member else { return }
                let instance = member.incarnation.instance
                driver.drain(id, instance: instance, now: now)
                driver.swim.announce(
                    Envelope.drain(id, instance: instance).bytes, now: now)
            }
        }
    }

    // MARK: Keys

    /// Takes the keys of a key file that was read again.
    package func setKeyring(_ keyring: Keyring) {
        run { driver in
            driver.input { now in
                driver.isChanged = true
                driver.swim.replace(keyring, now: now)
            }
        }
    }

    /// Has every present member make the change, and says what each answered.
    ///
    /// - Throws: `KeyRefusal` where this node itself cannot do it, or has another under way.
    package func change(_ change: KeyChange) async throws -> KeyReport {
        let promise = eventLoop.makePromise(of: KeyReport.self)
        run {
            $0.change(change, promise: promise)
        } orElse: {
            promise.fail(GossipClosed())
        }
        return try await promise.futureResult.get()
    }

    // MARK: The end

    /// Says that it is going, waits until the views do without it, but no longer than `drainTime`,
    /// and says good-bye to all. The names of those who have not acknowledged that.
    @discardableResult
    package func leave(drainTime: Duration = .milliseconds(1_500)) async -> [String] {
        let promise = eventLoop.makePromise(of: [String].self)
        run {
            $0.depart(within: drainTime, promise: promise)
        } orElse: {
            promise.succeed([])
        }
        return (try? await promise.futureResult.get()) ?? []
    }

    /// Stops without a word; after `leave`, that is all there is left to do. To be called once.
    package func close() async {
        let closed = eventLoop.submit { [driver] in
            driver.value.close()
            return driver.value.state
        }
        let state = try? await closed.get()
        failing.finish()
        // What the threads still do is reported on the loop, so that one ends last.
        try? await pool.shutdownGracefully()
        state?.release()
        try? await group.shutdownGracefully()
    }

    private func run(
        _ body: @escaping @Sendable (GossipDriver) -> Void,
        orElse closed: @escaping @Sendable () -> Void = {}
    ) {
        eventLoop.execute { [driver] in
            guard !driver.value.isClosed else { return closed() }
            body(driver.value)
        }
    }
}

extension GossipStart {
    fileprivate var firstSnapshot: ClusterSnapshot {
        let own = ClusterMember(
            Member(
                name: configuration.name, address: configuration.address,
                incarnation: Incarnation(instance: configuration.instance),
                metadata: configuration.metadata))
        return ClusterSnapshot(cluster: configuration.cluster, own: own, members: [own])
    }
}
