import Admin
import Game
import Gateway
import NIOCore
import Rooms
import YAML

/// What the admin port shows of a node that is alone: a cluster of one.
struct LocalAdminSource: AdminSource {
    let settings: Settings
    let node: LocalNode
    let output: LogOutput

    func unreadiness() async -> String? {
        switch node.phase {
        case .starting: "starting"
        case .running: nil
        case .stopping: "stopping"
        }
    }

    func status() async -> StatusReport {
        let counters = await counters()
        let rooms = counters.roomsOpened - counters.roomsEnded
        var status = StatusReport(
            cluster: Self.cluster, node: node.name, version: Hokmd.version,
            mode: settings.mode.text, uptimeSeconds: Int(node.uptime / .seconds(1)),
            unreadiness: await unreadiness(), hasQuorum: true, addresses: addresses)
        status.nodes = [
            NodeSummary(
                node: node.name, status: .alive, state: state, modes: modes, zone: "",
                version: Hokmd.version, rooms: rooms, players: counters.players,
                connections: connections, memoryBytes: ProcessFigures.current.residentBytes)
        ]
        status.rooms = RoomsSummary(total: rooms, unreplicated: rooms)
        status.players = counters.players
        status.capacity = settings.capacity
        status.connections = connections
        status.queue = (try? await node.game?.rooms.queueLength().get()) ?? 0
        if rooms > 0 {
            status.alarms.append(
                Alarm(
                    "rooms_unreplicated", .warning,
                    "\(rooms) rooms have no copy: this is the only server"))
        }
        return status
    }

    func members() async -> MembersReport {
        let counters = await counters()
        let addresses = addresses
        return MembersReport(
            cluster: Self.cluster, node: node.name, hasQuorum: true,
            members: [
                MemberReport(
                    node: node.name, status: .alive, modes: modes, state: state, zone: "",
                    version: Hokmd.version, players: addresses.players, admin: addresses.admin,
                    rooms: counters.roomsOpened - counters.roomsEnded, connections: connections)
            ])
    }

    func rooms(limit: Int) async -> RoomsReport {
        let listing = await listing()
        return RoomsReport(total: listing.count, rooms: listing.prefix(limit).map(report))
    }

    func room(_ code: String) async -> RoomReport? {
        guard let code = RoomCode(code) else { return nil }
        return await listing().first { $0.code == code }.map(report)
    }

    func scaling() async -> ScalingReport { ScalingReport(isActive: false) }

    func keys() async -> KeysReport { KeysReport(keys: []) }

    func logLevel() async -> String { output.level.text }

    func perform(_ action: AdminAction) async throws(AdminRefusal) -> String {
        switch action {
        case .drain(let name):
            try expect(name)
            throw AdminRefusal(
                .conflict,
                "\(node.name) is the only server, so its rooms have nowhere to go; SIGTERM stops it"
            )
        case .forget(let name):
            try expect(name)
            throw AdminRefusal(.conflict, "\(node.name) is this node, and alive")
        case .announce(let text):
            guard let game = node.game else { throw AdminRefusal(.unavailable, "starting") }
            try? await game.rooms.announce(text).get()
            return "announced"
        case .addKey, .useKey, .removeKey:
            throw AdminRefusal(.unsupported, "this node has no cluster and so no cluster keys")
        case .setLogLevel(let text):
            guard let level = LogLevel(rawValue: text) else {
                throw AdminRefusal(
                    .invalid, "\(quoted(text)) where one of \(LogLevel.placeholder) belongs")
            }
            output.level = level
            return "log level is \(level.text)"
        }
    }

    /// What the registry shows of the game, and of this node's cluster.
    func families() async -> [MetricFamily] {
        var families = Collectors.cluster(await status())
        guard let game = node.game else { return families }
        families += Collectors.gateway(
            game.listener.counters, connections: game.listener.connections)
        families += Collectors.rooms(
            await counters(), capacity: settings.capacity,
            queue: (try? await game.rooms.queueLength().get()) ?? 0)
        return families
    }

    private static let cluster = "hokm"

    private var modes: [String] { ["server", "balancer"] }

    private var state: MemberReport.State {
        switch node.phase {
        case .starting: .joining
        case .running: .ready
        case .stopping: .draining
        }
    }

    private var addresses: Addresses {
        Addresses(players: node.game?.players.text, admin: node.admin?.text)
    }

    private var connections: Int { node.game?.listener.connections ?? 0 }

    private func counters() async -> RoomCounters {
        (try? await node.game?.rooms.counters().get()) ?? RoomCounters()
    }

    private func listing() async -> [RoomListing] {
        (try? await node.game?.rooms.listing().get()) ?? []
    }

    private func expect(_ name: String?) throws(AdminRefusal) {
        guard let name, name != node.name else { return }
        throw AdminRefusal(.notFound, "there is no member \(quoted(name))")
    }

    private func report(_ room: RoomListing) -> RoomReport {
        let phase: RoomReport.Phase =
            switch room.phase {
            case .waiting: .waiting
            case .choosingTrump: .choosingTrump
            case .playing: .playing
            case .over: .over
            }
        return RoomReport(
            code: room.code.description, owner: node.name, successors: [], epoch: 1,
            version: room.version, phase: phase, players: room.players, bots: room.bots,
            spectators: room.spectators)
    }
}
