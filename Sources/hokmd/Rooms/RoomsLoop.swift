internal import Game
internal import Gossip
internal import Link
internal import Logging
internal import NIOCore
internal import PlayerProtocol
import Random

/// What the rooms' loop holds: feeds the host and the lobby, carries their effects out, keeps the
/// links. Confined to that loop.
final class RoomsLoop {
    let life: ServerLife
    let hub: LinkHub
    let gossip: GossipService
    let board: LoadBoard
    private let observer: RoomsService.Observer
    let logger: Logger
    private let loop: any EventLoop
    private let thinkers: Thinkers
    private let capacity: Int
    private let weight: UInt32
    private var keyring: Keyring?
    private var isJoining = true
    private var isOutlived = false
    var host: RoomHost
    private var lobby = Lobby()
    private var generator: SplitMix64
    var gateways: [GatewayID: any GatewayPort] = [:]
    /// What each gateway is to hear at the end of this turn.
    private var outgoing: [GatewayID: [RoomFrame]] = [:]
    private var outgoingToPeers: [ServerLife: [PeerFrame]] = [:]
    var peers: [NodeID: PeerWays] = [:]
    var loads: [NodeID: ServerLoad] = [:]
    /// Links of scalers, which hear figures and each other by us.
    var scalers: Set<LinkID> = []
    /// What the scaler multiplies `weight` by: 0 for a server whose release it takes back.
    var weightFactor: UInt32 = 1
    private var timer: Scheduled<Void>?
    private var timerDeadline = Milliseconds.max
    private var emptied: [EventLoopPromise<Bool>] = []
    private var reporting: RepeatedTask?

    private static let lobbyKey = PlacementKey(name: "lobby")
    private static let reportInterval = TimeAmount.seconds(1)

    init(
        settings: RoomSettings, tokens: SeatTokens, life: ServerLife, hub: LinkHub,
        gossip: GossipService, board: LoadBoard, observer: RoomsService.Observer,
        thinkers: Thinkers, logger: Logger
    ) {
        self.board = board
        self.observer = observer
        self.life = life
        self.hub = hub
        self.gossip = gossip
        self.thinkers = thinkers
        self.logger = logger
        loop = hub.eventLoop
        capacity = settings.capacity
        weight = settings.weight
        var system = SystemRandomNumberGenerator()
        generator = SplitMix64(seed: system.next())
        host = RoomHost(
            settings: settings, tokens: tokens, life: life, replicas: settings.replicas,
            seed: system.next(),
            newSecret: Seed.random)
        hub.onEvent = { [unowned self] in take($0) }
        reporting = loop.scheduleRepeatedTask(
            initialDelay: .zero, delay: Self.reportInterval
        ) { [bound = NIOLoopBound(self, eventLoop: loop)] _ in bound.value.reportLoad() }
    }

    var figures: RoomsFigures {
        RoomsFigures(
            counters: host.counters, rooms: host.roomCount,
            unreplicatedRooms: host.unreplicatedCount, copies: host.copyCount,
            capacity: capacity, queueLength: lobby.queueLength, links: hub.counters)
    }

    func register(_ gateway: GatewayID, _ port: any GatewayPort) {
        gateways[gateway] = port
        port.note(load)
    }

    var listing: [RoomListing] { host.listing }

    func listing(of room: RoomCode) -> RoomListing? { host.listing(of: room) }

    /// A line for everybody in every room here.
    func announce(_ text: String) {
        let now = Clock.now
        host.announce(text, now: now)
        finishTurn(now)
    }

    // MARK: What comes

    /// - Parameter number: of the gateway's view; 0 for those of this process.
    func receive(_ frames: [GatewayFrame], from gateway: GatewayID, view number: UInt64 = 0) {
        let (now, wallClock) = (Clock.now, Clock.wallSeconds)
        for frame in frames {
            switch frame {
            case .seek(let session, let id, _):
                guard isLobbyHere else {
                    outgoing[gateway, default: []].append(.moved(session))
                    continue
                }
                perform(
                    lobby.seek(
                        session, of: gateway, id: id, freeCapacity: freeCapacity,
                        using: &generator))
            case .abandon(let session):
                perform(
                    lobby.abandon(
                        session, of: gateway, freeCapacity: freeCapacity, using: &generator))
            case .attach(let session, _, _, .quick):
                host.receive(
                    frame, from: gateway, view: number, now: now, wallClock: wallClock)
                // The lobby hears first that the seat is taken, then that it need not be kept.
                carryOutEffects()
                tellLobby(.arrived(session))
            case .echo(let session, _, let isBinary, let payload):
                outgoing[gateway, default: []].append(
                    .echoed(session, isBinary: isBinary, payload))
            case .attach, .input, .detach, .withdraw:
                host.receive(
                    frame, from: gateway, view: number, now: now, wallClock: wallClock)
            }
        }
        finishTurn(now)
    }

    func receive(_ frames: [PeerFrame], from peer: ServerLife, view number: UInt64) {
        let now = Clock.now
        for frame in frames {
            switch frame {
            case .vacancy(let room, let free): note(free, in: room)
            case .arrived(let session): lobby.arrived(session)
            default: host.receive(frame, from: peer, view: number, now: now)
            }
        }
        finishTurn(now)
    }

    /// A newer view, other members, other keys.
    func take(_ update: ClusterUpdate) {
        defer { sayIfReady() }
        for case .announcement(let bytes, _) in update.events {
            if let text = String(validating: bytes, as: UTF8.self) { announce(text) }
        }
        let snapshot = update.snapshot
        isJoining = snapshot.own.state == .joining
        if snapshot.own.instance != life.instance, !isOutlived {
            isOutlived = true
            logger.critical(
                "restart this node", metadata: ["reason": "others know a later life of it"])
        }
        if update.keyring != keyring { take(update.keyring) }
        hub.keepLinks(to: snapshot, except: life.id)
        guard let view = snapshot.view, view.number > host.map.number else { return }
        let wasLobbyHere = isLobbyHere
        hub.view = view.number
        let now = Clock.now
        host.install(view, now: now)
        logger.debug(
            "view taken up",
            metadata: ["number": "\(view.number)", "rooms": "\(host.roomCount)"])
        if wasLobbyHere, !isLobbyHere { perform(lobby.close()) }
        // The lobby that there is now may not know of them.
        host.announceVacancies()
        finishTurn(now)
    }

    private func take(_ keyring: Keyring) {
        self.keyring = keyring
        hub.use(keyring)
        if let tokens = keyring.seatTokens { host.use(tokens) }
    }

    func lost(_ gateway: GatewayID) {
        let now = Clock.now
        gateways[gateway] = nil
        perform(lobby.lost(gateway, freeCapacity: freeCapacity, using: &generator))
        host.lost(gateway, now: now)
        finishTurn(now)
    }

    func reached(_ peer: ServerLife) {
        let now = Clock.now
        host.reached(peer, now: now)
        host.announceVacancies()
        finishTurn(now)
        sayIfReady()
    }

    func lost(_ peer: ServerLife) {
        let now = Clock.now
        host.lost(peer, now: now)
        outgoingToPeers[peer] = nil
        finishTurn(now)
    }

    /// A server takes rooms once it is linked with all those that may have some to offer: one whose
    /// links are shut out would stop every room that the view gives it.
    private func sayIfReady() {
        guard isJoining, let view = host.map.view,
            view.servers.allSatisfy({ server in
                server.id == life.id || server.state == .warming
                    || peers[server.id]?.areUp ?? false
            })
        else { return }
        gossip.update { if $0.state == .joining { $0.state = .ready } }
    }

    func whenEmpty(_ promise: EventLoopPromise<Bool>) {
        emptied.append(promise)
        finishTurn(Clock.now)
    }

    func stop() -> EventLoopFuture<Void> {
        timer?.cancel()
        reporting?.cancel()
        for promise in emptied { promise.succeed(host.holdsNothing) }
        emptied = []
        return hub.stop()
    }

    // MARK: A turn's end

    private func moved(_ request: ThinkRequest, _ action: Action) {
        let now = Clock.now
        host.botMoved(action, in: request.room, at: request.mark, now: now)
        finishTurn(now)
    }

    /// Does what is due, carries all effects out and hands over what they said.
    private func finishTurn(_ now: Milliseconds) {
        host.advance(to: now)
        carryOutEffects()
        if lobby.queueLength > 0 {
            perform(lobby.settle(freeCapacity: freeCapacity, using: &generator))
        }
        for (gateway, frames) in outgoing { gateways[gateway]?.deliver(frames) }
        outgoing.removeAll(keepingCapacity: true)
        for (peer, frames) in outgoingToPeers { send(frames, to: peer) }
        outgoingToPeers.removeAll(keepingCapacity: true)
        // Where nobody is left to give rooms to, there is nothing to wait for.
        if !emptied.isEmpty, host.holdsNothing || !host.map.isServed(without: life.id) {
            for promise in emptied { promise.succeed(host.holdsNothing) }
            emptied = []
        }
        schedule(now)
    }

    private func carryOutEffects() {
        for effect in host.takeEffects() { perform(effect) }
        for time in host.takeFailovers() { observer.failover(.milliseconds(time)) }
    }

    private func perform(_ effect: RoomEffect) {
        switch effect {
        case .send(let gateway, let frame):
            outgoing[gateway, default: []].append(frame)
        case .peer(let peer, let frame):
            outgoingToPeers[peer, default: []].append(frame)
        case .breakLink(let peer):
            logger.error("peer said too much at once", metadata: ["peer": "\(peer.id)"])
            breakLinks(to: peer)
        case .committed(let time, let endsPause):
            observer.commit(.milliseconds(time))
            if endsPause { observer.pause(.milliseconds(time)) }
        case .think(let request):
            thinkers.think(request, for: loop) { [weak self] action in
                self?.moved(request, action)
            }
        case .stopThinking(let room):
            thinkers.stop(room)
        case .vacancy(let room, let freeSeats):
            tellLobby(.vacancy(room, freeSeats: freeSeats))
        }
    }

    private func perform(_ effects: [LobbyEffect]) {
        for effect in effects { outgoing[effect.gateway, default: []].append(effect.frame) }
    }

    /// One timer at a time, for the earliest deadline.
    private func schedule(_ now: Milliseconds) {
        guard let deadline = host.nextDeadline, timer == nil || deadline < timerDeadline else {
            return
        }
        timer?.cancel()
        timerDeadline = deadline
        let scheduled = loop.assumeIsolated()
            .scheduleTask(in: .milliseconds(max(0, deadline - now))) { [weak self] in
                guard let self else { return }
                self.timer = nil
                self.timerDeadline = .max
                self.finishTurn(Clock.now)
            }
        timer = scheduled
    }

    // MARK: The lobby, wherever it is

    private var lobbyOwner: NodeID? { host.map.owner(of: Self.lobbyKey) }
    private var isLobbyHere: Bool { lobbyOwner == life.id }

    private func tellLobby(_ frame: PeerFrame) {
        guard let lobbyOwner else { return }
        guard lobbyOwner == life.id else {
            if let ways = peers[lobbyOwner], ways.areUp {
                outgoingToPeers[ways.life, default: []].append(frame)
            }
            return
        }
        switch frame {
        case .vacancy(let room, let freeSeats): note(freeSeats, in: room)
        case .arrived(let session): lobby.arrived(session)
        default: preconditionFailure("the lobby hears of vacancies and arrivals only")
        }
    }

    private func note(_ freeSeats: Int, in room: RoomCode) {
        perform(
            lobby.update(
                room, freeSeats: freeSeats, freeCapacity: freeCapacity, using: &generator))
    }

    // MARK: Load

    private var load: ServerLoad {
        ServerLoad(
            players: host.counters.players, capacity: capacity, weight: weight &* weightFactor,
            rooms: host.roomCount, unreplicatedRooms: host.unreplicatedCount,
            queue: lobby.queueLength)
    }

    /// Seats that are free in the cluster, as far as this server has heard.
    private var freeCapacity: Int {
        loads.reduce(host.freeCapacity) { free, other in
            guard host.map.isServing(other.key) else { return free }
            return free + max(0, other.value.capacity - other.value.players)
        }
    }

    private func reportLoad() {
        let load = load
        board.note(load, of: life.id)
        for port in gateways.values { port.note(load) }
        sendToPeers(load)
        sendToScalers(load)
        // Seats that became free elsewhere are somebody's here.
        if lobby.queueLength > 0 { finishTurn(Clock.now) }
    }
}
