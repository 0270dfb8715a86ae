package import Gossip
package import Link
package import Logging
package import NIOCore
internal import Wire

/// The ways from one event loop of a gateway to all servers: a link to each on another node, and the
/// rooms of the same process where there are some. Used on that loop only.
package final class GatewayLinks: ServerPort {
    private let hub: LinkHub
    private let gossip: GossipService
    private let board: LoadBoard
    /// This node.
    package let own: NodeID
    private let local: InProcessServer?
    private let logger: Logger
    private var keyring: Keyring?
    private var subscription: ClusterSubscription?
    private weak var sessions: PlayerSessions?
    /// Servers that this loop has a link to.
    private var up: Set<NodeID> = []
    /// Tells the scalers what this node measured, where nobody else of it does.
    private var telling: RepeatedTask?
    private let tellsFigures: Bool

    /// - Parameter local: the rooms of this process, if it has any.
    package init(
        eventLoop: any EventLoop, identity: LinkIdentity, keyring: Keyring,
        gossip: GossipService, board: LoadBoard, local: InProcessServer?, logger: Logger
    ) throws(TLSError) {
        hub = try LinkHub(
            eventLoop: eventLoop, identity: identity, keyring: keyring, logger: logger)
        self.gossip = gossip
        self.board = board
        self.local = local
        self.logger = logger
        own = NodeID(name: identity.name)
        // A server of this process tells them too; else the first of a node's loops does.
        tellsFigures = local == nil && identity.loop == 1
        hub.onEvent = { [unowned self] in take($0) }
    }

    /// Begins to find servers, for these sessions.
    package func start(_ sessions: PlayerSessions) {
        self.sessions = sessions
        if local != nil { sessions.linkUp(own) }
        let bound = NIOLoopBound(self, eventLoop: hub.eventLoop)
        subscription = gossip.subscribe(on: hub.eventLoop) { bound.value.take($0) }
        guard tellsFigures else { return }
        telling = hub.eventLoop.scheduleRepeatedTask(
            initialDelay: .seconds(1), delay: .seconds(1)
        ) { _ in bound.value.tellFigures() }
    }

    /// By way of one server: it passes them on to every scaler.
    private func tellFigures() {
        guard let server = up.min(), let figures = board.figures.own else { return }
        hub.send(.figures, figures.encode().span.bytes, to: server)
    }

    /// Ends all links in good order.
    package func stop() -> EventLoopFuture<Void> {
        subscription?.cancel()
        telling?.cancel()
        return hub.stop()
    }

    package func send(_ frames: [GatewayFrame], to node: NodeID) {
        if node == own, let local { return local.send(frames, to: node) }
        for batch in FrameBatch.encode(frames, view: hub.view) {
            hub.send(.sessions, batch.span.bytes, to: node)
        }
    }

    private func take(_ update: ClusterUpdate) {
        let snapshot = update.snapshot
        if update.keyring != keyring { take(update.keyring) }
        hub.keepLinks(to: snapshot, except: local == nil ? nil : own)
        guard let view = snapshot.view, view.number > hub.view else { return }
        hub.view = view.number
        sessions?.install(view)
    }

    private func take(_ keyring: Keyring) {
        self.keyring = keyring
        hub.use(keyring)
        if let tokens = keyring.seatTokens { sessions?.use(tokens) }
    }

    private func take(_ event: LinkEvent) {
        hub.report(event, to: gossip)
        switch event {
        case .up(let link):
            up.insert(link.node)
            sessions?.linkUp(link.node)
        case .down(let link, _):
            up.remove(link.node)
            sessions?.linkDown(link.node)
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
            case .rooms:
                let batch = try FrameBatch<RoomFrame>(decoding: bytes)
                hub.learn(batch.view, at: node, by: gossip)
                sessions?.receive(batch.frames, from: node)
            case .load:
                let load = try ServerLoad(decoding: bytes)
                board.note(load, of: node)
                sessions?.load(node, load)
                gossip.heard(node)
            default: break
            }
        } catch {
            hub.breakLink(link, "\(error)")
        }
    }
}
