package import Gossip
package import Link
package import Logging
package import NIOCore
internal import Wire

/// The ways from a scaler to all servers: a link to each on another node, on which they tell what
/// they and the balancers measured, and what other scalers say. Used on its loop only.
package final class ScalerLinks {
    private let hub: LinkHub
    private let gossip: GossipService
    private let loads: LoadBoard
    private let figures: FigureBoard
    private let own: NodeID
    private let hasRooms: Bool
    private let logger: Logger
    private var keyring: Keyring?
    private var subscription: ClusterSubscription?
    private var up: Set<NodeID> = []

    /// Servers that a word to other scalers goes by: each tells all scalers that it knows, and one of
    /// the two may be dying.
    private static let carriersCount = 2

    /// - Parameter hasRooms: whether this very process hosts rooms: they are reached by the board.
    package init(
        eventLoop: any EventLoop, identity: LinkIdentity, keyring: Keyring,
        gossip: GossipService, loads: LoadBoard, figures: FigureBoard, hasRooms: Bool,
        logger: Logger
    ) throws(TLSError) {
        hub = try LinkHub(
            eventLoop: eventLoop, identity: identity, keyring: keyring,
            timeScale: gossip.timeScale, logger: logger)
        self.gossip = gossip
        self.loads = loads
        self.figures = figures
        self.hasRooms = hasRooms
        self.logger = logger
        own = NodeID(name: identity.name)
        hub.onEvent = { [unowned self] in take($0) }
    }

    /// Begins to find servers.
    package func start() {
        let bound = NIOLoopBound(self, eventLoop: hub.eventLoop)
        subscription = gossip.subscribe(on: hub.eventLoop) { bound.value.take($0) }
    }

    /// Ends all links in good order.
    package func stop() -> EventLoopFuture<Void> {
        subscription?.cancel()
        return hub.stop()
    }

    /// Tells the other scalers, as well as the links can.
    package func tellScalers(_ bytes: [UInt8]) {
        guard bytes.count <= ScalerWord.bytesMax else {
            logger.error(
                "scaler's state is too large for a link", metadata: ["bytes": "\(bytes.count)"])
            return
        }
        let payload = ScalerWord(scaler: own, bytes: bytes).encode()
        for node in up.sorted().prefix(Self.carriersCount) {
            hub.send(.scaler, payload.span.bytes, to: node)
        }
    }

    /// Gives a server its share of new rooms.
    package func weigh(_ node: NodeID, _ weight: UInt32) {
        if node == own, hasRooms { return figures.weigh(weight) }
        hub.send(.weight, ServerWeight.encode(weight).span.bytes, to: node)
    }

    private func take(_ update: ClusterUpdate) {
        if update.keyring != keyring {
            keyring = update.keyring
            hub.use(update.keyring)
        }
        hub.keepLinks(to: update.snapshot, except: hasRooms ? own : nil)
        if let view = update.snapshot.view, view.number > hub.view { hub.view = view.number }
    }

    private func take(_ event: LinkEvent) {
        hub.report(event, to: gossip)
        switch event {
        case .up(let link): up.insert(link.node)
        case .down(let link, _): up.remove(link.node)
        case .frame(let type, let payload, let link, let node):
            take(type, payload, on: link, from: node)
        }
    }

    private func take(
        _ type: FrameType, _ payload: ByteBuffer, on link: LinkID, from node: NodeID
    ) {
        do throws(WireError) {
            let bytes = payload.readableBytesSpan
            switch type {
            case .load:
                loads.note(try ServerLoad(decoding: bytes), of: node)
                gossip.heard(node)
            case .figures: figures.heard(.figures(try NodeFigures(decoding: bytes)))
            case .scaler: figures.heard(.scaler(try ScalerWord(decoding: bytes)))
            default: break
            }
        } catch {
            hub.breakLink(link, "\(error)")
        }
    }
}
