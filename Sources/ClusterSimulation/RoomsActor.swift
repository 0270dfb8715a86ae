internal import Game
internal import Gossip
internal import Link
internal import PlayerProtocol
import Random
internal import Rooms
internal import Wire

/// A server's rooms and lobby: the product's machines, with this in the part of `RoomsLoop`. What is
/// to be sent waits in `toGateways` and `toPeers` for the turn's end.
final class RoomsActor {
    let life: ServerLife
    private(set) var host: RoomHost
    private var lobby = Lobby()
    private var generator: SplitMix64
    private var gateways: Set<GatewayID> = []
    private var peers: [NodeID: PeerWays] = [:]
    private var loads: [NodeID: ServerLoad] = [:]
    private(set) var toGateways: [(gateway: GatewayID, frames: [RoomFrame])] = []
    private(set) var toPeers: [(peer: ServerLife, frames: [PeerFrame])] = []
    /// Peers whose links are to be broken.
    private(set) var breaks: [ServerLife] = []
    /// Whether the node is not in use yet.
    private var isJoining = true
    private let capacity: Int
    /// Whether anything was done since the oracle looked.
    private var hasActed = false
    let hall: Hall
    /// What this server does wrong, for tests of the tests.
    let slips: RoomSlips

    private static let lobbyKey = PlacementKey(name: "lobby")

    init(life: ServerLife, hall: Hall, seed: UInt64) {
        self.life = life
        self.hall = hall
        slips = RoomSlips(hall.mistake, life: life)
        var settings = RoomSettings()
        settings.capacity = hall.capacity
        settings.botStrength = .easy
        settings.botThinkMilliseconds = hall.botThinkMilliseconds
        capacity = hall.capacity
        generator = SplitMix64(seed: seed)
        let secrets = Secrets(seed: generator.next())
        host = RoomHost(
            settings: settings, tokens: SeatTokens(key: [UInt8](repeating: 1, count: 32)),
            life: life, replicas: hall.replicas, seed: generator.next(),
            newSecret: { secrets.next() })
    }

    var nextDeadline: Milliseconds? { host.nextDeadline }

    /// Whether nothing would be lost with this server, or nobody is left to give rooms to.
    var isEmpty: Bool { host.holdsNothing || !host.map.isServed(without: life.id) }

    func use(_ tokens: SeatTokens) { host.use(tokens) }

    // MARK: What comes

    func register(_ gateway: GatewayID) { gateways.insert(gateway) }

    func lost(_ gateway: GatewayID, now: Milliseconds) {
        gateways.remove(gateway)
        toGateways.removeAll { $0.gateway == gateway }
        perform(lobby.lost(gateway, freeCapacity: freeCapacity, using: &generator))
        host.lost(gateway, now: now)
    }

    func receive(
        _ frames: [GatewayFrame], from gateway: GatewayID, view number: UInt64 = 0,
        now: Milliseconds, wallClock: UInt64
    ) {
        for frame in frames {
            hall.reader?("\(life.id) hears \(frame) from gateway \(gateway.rawValue)")
            switch frame {
            case .seek(let session, let id, _):
                guard isLobbyHere else {
                    put(.moved(session), to: gateway)
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
                carryOutEffects(now)
                tellLobby(.arrived(session))
            case .echo: break
            case .attach, .input, .detach, .withdraw:
                for frame in slips.receiving(frame, hall: hall) {
                    host.receive(
                        frame, from: gateway, view: number, now: now, wallClock: wallClock)
                }
                for answer in slips.answers(to: frame) { put(answer, to: gateway) }
            }
        }
    }

    private func receive(
        _ frames: [PeerFrame], from peer: ServerLife, view number: UInt64, now: Milliseconds
    ) {
        for frame in frames {
            hall.reader?("\(life.id) hears \(frame.summary) from \(peer.id), view \(number)")
            switch frame {
            case .vacancy(let room, let free): note(free, in: room)
            case .arrived(let session): lobby.arrived(session)
            default:
                for said in slips.receiving(frame, view: number) {
                    host.receive(said, from: peer, view: number, now: now)
                }
                for answer in slips.answers(to: frame) { put(answer, to: peer) }
            }
        }
    }

    func install(_ view: View, now: Milliseconds) {
        guard view.number > host.map.number, !slips.isDeaf(to: view) else { return }
        let wasLobbyHere = isLobbyHere
        host.install(view, now: now)
        for peer in slips.silentOffers(in: view) {
            host.receive(.offered, from: peer, view: view.number, now: now)
        }
        if wasLobbyHere, !isLobbyHere { perform(lobby.close()) }
        // The lobby that there is now may not know of them.
        host.announceVacancies()
    }

    // MARK: Links

    func comes(_ way: NodeLinks.Way, now: Milliseconds) {
        let life = ServerLife(id: way.node, instance: way.instance)
        var ways = peers[way.node] ?? PeerWays(life: life)
        if ways.life != life {
            if ways.areUp { lost(ways.life, now: now) }
            ways = PeerWays(life: life)
        } else if ways.areUp {
            lost(life, now: now)
        }
        ways.comes(way.hubLink, way.isOurs ? .dialled : .accepted)
        hall.reader?("\(self.life.id) has \(way) and now \(ways)")
        let early = ways.areUp ? ways.takeEarly() : []
        peers[way.node] = ways
        guard ways.areUp else { return }
        host.reached(life, now: now)
        host.announceVacancies()
        for batch in early { receive(batch.frames, from: life, view: batch.view, now: now) }
    }

    func goes(_ way: NodeLinks.Way, now: Milliseconds) {
        guard var ways = peers[way.node] else { return }
        let wereUp = ways.areUp
        guard ways.goes(way.hubLink) else { return }
        hall.reader?("\(life.id) has lost \(way) and has now \(ways)")
        peers[way.node] = ways.areGone ? nil : ways
        if ways.areGone { loads[way.node] = nil }
        if wereUp { lost(ways.life, now: now) }
    }

    private func lost(_ peer: ServerLife, now: Milliseconds) {
        toPeers.removeAll { $0.peer == peer }
        host.lost(peer, now: now)
        if slips.ignoresLoss { host.reached(peer, now: now) }
    }

    /// - Returns: false where the link is to be broken.
    func receive(
        _ batch: FrameBatch<PeerFrame>, on way: NodeLinks.Way, now: Milliseconds
    ) -> Bool {
        guard var ways = peers[way.node], ways.accepted == way.hubLink else {
            hall.reader?("\(life.id) passes over what came by \(way)")
            return true
        }
        let hearing = ways.hear(batch)
        peers[way.node] = ways
        switch hearing {
        case .now: receive(batch.frames, from: ways.life, view: batch.view, now: now)
        case .later: break
        case .tooMuch: return false
        }
        return true
    }

    func note(_ load: ServerLoad, of node: NodeID) { loads[node] = load }

    func isUp(_ peer: ServerLife) -> Bool {
        guard let ways = peers[peer.id] else { return false }
        return ways.life == peer && ways.areUp
    }

    /// A server takes rooms once it is linked with all those that may have some to offer.
    func becomesReady() -> Bool {
        guard isJoining, let view = host.map.view,
            view.servers.allSatisfy({ server in
                server.id == life.id || server.state == .warming
                    || peers[server.id]?.areUp ?? false
            })
        else { return false }
        isJoining = false
        return true
    }

    // MARK: A turn's end

    func finishTurn(_ now: Milliseconds) {
        let before = host.counters.roomsTakenUp
        host.advance(to: now)
        carryOutEffects(now)
        if lobby.queueLength > 0 {
            perform(lobby.settle(freeCapacity: freeCapacity, using: &generator))
        }
        guard hasActed else { return }
        hasActed = false
        hall.oracle.note(
            host.standings, at: life, hasTakenUp: host.counters.roomsTakenUp > before)
    }

    func takeToGateways() -> [(gateway: GatewayID, frames: [RoomFrame])] {
        defer { toGateways.removeAll(keepingCapacity: true) }
        return toGateways
    }

    func takeToPeers() -> [(peer: ServerLife, frames: [PeerFrame])] {
        defer { toPeers.removeAll(keepingCapacity: true) }
        return toPeers
    }

    func takeBreaks() -> [ServerLife] {
        defer { breaks.removeAll() }
        return breaks
    }

    private func carryOutEffects(_ now: Milliseconds) {
        var effects = host.takeEffects()
        while !effects.isEmpty {
            hasActed = true
            for effect in effects { perform(effect, now) }
            effects = host.takeEffects()
        }
    }

    private func perform(_ effect: RoomEffect, _ now: Milliseconds) {
        switch effect {
        case .send(let gateway, let frame):
            hall.reader?("\(life.id) says \(frame.summary) to gateway \(gateway.rawValue)")
            for said in slips.sending(frame, oracle: hall.oracle) {
                hall.oracle.released(said, by: life)
                put(said, to: gateway)
            }
        case .peer(let peer, let frame):
            put(slips.sending(frame), to: peer)
            for (answer, source) in slips.madeUp(frame, to: peer, isUp: isUp(peer)) {
                host.receive(answer, from: source, view: host.map.number, now: now)
            }
        case .breakLink(let peer): breaks.append(peer)
        case .committed, .think, .stopThinking: break
        case .vacancy(let room, let freeSeats): tellLobby(.vacancy(room, freeSeats: freeSeats))
        }
    }

    private func perform(_ effects: [LobbyEffect]) {
        for effect in effects { put(effect.frame, to: effect.gateway) }
    }

    private func put(_ frame: RoomFrame, to gateway: GatewayID) {
        if let index = toGateways.firstIndex(where: { $0.gateway == gateway }) {
            toGateways[index].frames.append(frame)
        } else {
            toGateways.append((gateway, [frame]))
        }
    }

    private func put(_ frame: PeerFrame, to peer: ServerLife) {
        if let index = toPeers.firstIndex(where: { $0.peer == peer }) {
            toPeers[index].frames.append(frame)
        } else {
            toPeers.append((peer, [frame]))
        }
    }

    // MARK: The lobby, wherever it is

    private var lobbyOwner: NodeID? { host.map.owner(of: Self.lobbyKey) }
    private var isLobbyHere: Bool { lobbyOwner == life.id }

    private func tellLobby(_ frame: PeerFrame) {
        guard let lobbyOwner else { return }
        guard lobbyOwner == life.id else {
            if let ways = peers[lobbyOwner], ways.areUp { put(frame, to: ways.life) }
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

    var load: ServerLoad {
        ServerLoad(
            players: host.counters.players, capacity: capacity, rooms: host.roomCount,
            unreplicatedRooms: host.unreplicatedCount, queue: lobby.queueLength)
    }

    /// Seats that are free in the cluster, as far as this server has heard.
    private var freeCapacity: Int {
        loads.reduce(host.freeCapacity) { free, other in
            guard host.map.isServing(other.key) else { return free }
            return free + max(0, other.value.capacity - other.value.players)
        }
    }
}

/// The secrets of a run's rooms. Used in the run's one thread only, whatever the type promises.
private final class Secrets: @unchecked Sendable {  // One thread runs a world.
    private var generator: SplitMix64

    init(seed: UInt64) { generator = SplitMix64(seed: seed) }

    func next() -> Game.Seed {
        let bytes = (0..<Game.Seed.byteCount).map { _ in
            UInt8.random(in: 0...255, using: &generator)
        }
        guard let seed = Game.Seed(bytes: bytes) else { preconditionFailure("a seed has 32 bytes") }
        return seed
    }
}
