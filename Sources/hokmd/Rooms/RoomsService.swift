package import Game
package import Gossip
package import Link
package import Logging
package import NIOCore
package import PlayerProtocol

/// Runs the rooms and the lobby of a node on one event loop: for the gateways of the same process,
/// and over links for those of other nodes and for the other servers.
package final class RoomsService: RoomsPort {
    /// What a server is in its cluster.
    package struct Node {
        package var identity: LinkIdentity
        package var keyring: Keyring
        package var timing: LinkTiming
        /// Where links come to.
        package var listen: Address

        package init(
            identity: LinkIdentity, keyring: Keyring, timing: LinkTiming = LinkTiming(),
            listen: Address
        ) {
            self.identity = identity
            self.keyring = keyring
            self.timing = timing
            self.listen = listen
        }
    }

    /// Hears how long commits, pauses and failovers took. Called on the rooms' loop.
    package struct Observer: Sendable {
        package var commit: @Sendable (Duration) -> Void
        package var pause: @Sendable (Duration) -> Void
        package var failover: @Sendable (Duration) -> Void

        package init(
            commit: @escaping @Sendable (Duration) -> Void,
            pause: @escaping @Sendable (Duration) -> Void,
            failover: @escaping @Sendable (Duration) -> Void = { _ in }
        ) {
            self.commit = commit
            self.pause = pause
            self.failover = failover
        }
    }

    /// This server, as views name it.
    package let life: ServerLife
    /// Where links come to, with the port that was chosen where 0 was asked for.
    package let linkAddress: Address
    private let loop: any EventLoop
    private let state: NIOLoopBound<RoomsLoop>
    private let subscription: ClusterSubscription

    /// - Parameters:
    ///   - loop: the rooms' loop; everything happens there.
    ///   - thinkers: where strong bots think.
    /// - Throws: where the links' port cannot be listened on.
    package init(
        settings: RoomSettings, tokens: SeatTokens, node: Node, gossip: GossipService,
        board: LoadBoard, observer: Observer, loop: any EventLoop, thinkers: Thinkers,
        logger: Logger
    ) async throws {
        self.loop = loop
        let life = ServerLife(
            id: NodeID(name: node.identity.name), instance: node.identity.instance)
        self.life = life
        let state = try await loop.submit {
            let hub = try LinkHub(
                eventLoop: loop, identity: node.identity, keyring: node.keyring,
                timing: node.timing, timeScale: gossip.timeScale, logger: logger)
            return NIOLoopBound(
                RoomsLoop(
                    settings: settings, tokens: tokens, life: life, hub: hub, gossip: gossip,
                    board: board, observer: observer, thinkers: thinkers, logger: logger),
                eventLoop: loop)
        }.get()
        self.state = state
        linkAddress = try await loop.flatSubmit {
            state.value.hub.listen(on: node.listen)
        }.get()
        subscription = gossip.subscribe(on: loop) { state.value.take($0) }
        board.figures.onWeight { factor in
            loop.execute { state.value.weightFactor = factor }
        }
    }

    /// Makes a gateway's loop known; before it sends anything.
    package func register(_ gateway: GatewayID, _ port: any GatewayPort) {
        loop.execute { self.state.value.register(gateway, port) }
    }

    package func send(_ frames: [GatewayFrame], from gateway: GatewayID) {
        loop.execute { self.state.value.receive(frames, from: gateway) }
    }

    /// What happened so far, for metrics.
    package func figures() -> EventLoopFuture<RoomsFigures> {
        loop.submit { self.state.value.figures }
    }

    /// Waits until no room is held here any more: they have gone to others, or have ended.
    ///
    /// - Returns: whether that came about within this time.
    package func emptied(within time: Duration) async -> Bool {
        let promise = loop.makePromise(of: Bool.self)
        loop.execute { self.state.value.whenEmpty(promise) }
        loop.scheduleTask(in: TimeAmount(time)) { promise.succeed(false) }
        return (try? await promise.futureResult.get()) ?? false
    }

    /// Ends all links in good order. To be called once, at the end.
    package func stop() async {
        subscription.cancel()
        try? await loop.flatSubmit { self.state.value.stop() }.get()
    }

    /// The rooms here, by their codes.
    package func listing() -> EventLoopFuture<[RoomListing]> {
        loop.submit { self.state.value.listing }
    }

    /// A room that runs here, or of which a copy is here.
    package func listing(of room: RoomCode) -> EventLoopFuture<RoomListing?> {
        loop.submit { self.state.value.listing(of: room) }
    }

    /// A line for everybody in every room here.
    package func announce(_ text: String) -> EventLoopFuture<Void> {
        loop.submit { self.state.value.announce(text) }
    }
}

/// A server's rooms at one moment, and what happened to them since it started.
package struct RoomsFigures: Sendable {
    package var counters: RoomCounters
    package var rooms: Int
    /// Rooms that no other server has a copy of.
    package var unreplicatedRooms: Int
    /// Copies of other servers' rooms.
    package var copies: Int
    package var capacity: Int
    /// Players who wait for a seat; 0 where the lobby is elsewhere.
    package var queueLength: Int
    package var links: LinkCounters

    package init(
        counters: RoomCounters = RoomCounters(), rooms: Int = 0, unreplicatedRooms: Int = 0,
        copies: Int = 0, capacity: Int, queueLength: Int = 0,
        links: LinkCounters = LinkCounters()
    ) {
        self.counters = counters
        self.rooms = rooms
        self.unreplicatedRooms = unreplicatedRooms
        self.copies = copies
        self.capacity = capacity
        self.queueLength = queueLength
        self.links = links
    }
}
