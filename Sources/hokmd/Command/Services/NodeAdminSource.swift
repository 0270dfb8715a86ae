import Admin
import Game
import Gateway
import Gossip
import Link
import NIOCore
import Policy
import Rooms
import Scaler
import YAML

/// What the admin port shows of this node and of its cluster, as this node knows it.
struct NodeAdminSource: AdminSource {
    let settings: Settings
    let node: LocalNode
    let gossip: GossipService
    let output: LogOutput

    func unreadiness() async -> String? {
        switch node.phase {
        case .starting: "starting"
        case .stopping: "stopping"
        case .running: gossip.snapshot.unreadiness
        }
    }

    func status() async -> StatusReport {
        let snapshot = gossip.snapshot
        var status = StatusReport(
            cluster: snapshot.cluster, node: node.name, version: Hokmd.version,
            mode: settings.mode.text, uptimeSeconds: Int(node.uptime / .seconds(1)),
            unreadiness: await unreadiness(), hasQuorum: snapshot.seesMajority,
            addresses: addresses)
        status.view = snapshot.view.map { view in summary(of: view, in: snapshot) }
        await noteOwnLoad()
        status.nodes = snapshot.members.map(summary)
        let loads = snapshot.present.compactMap { node.board[$0.id] }
        let rooms = loads.reduce(0) { $0 + $1.rooms }
        let unreplicated = loads.reduce(0) { $0 + $1.unreplicatedRooms }
        let paused = await listings().count(where: \.isPaused)
        status.rooms = RoomsSummary(
            total: rooms, replicated: rooms - unreplicated, unreplicated: unreplicated,
            paused: paused)
        status.players = loads.reduce(0) { $0 + $1.players }
        status.capacity = loads.reduce(0) { $0 + $1.capacity }
        status.connections = connections
        status.queue = loads.reduce(0) { $0 + $1.queue }
        let scaler = node.scaler?.status
        status.scaler = scaler?.summary(at: .now)
        status.alarms = alarms(status, snapshot) + (scaler?.alarms ?? [])
        return status
    }

    func members() async -> MembersReport {
        let snapshot = gossip.snapshot
        await noteOwnLoad()
        return MembersReport(
            cluster: snapshot.cluster, node: node.name, hasQuorum: snapshot.seesMajority,
            members: snapshot.members.map(report))
    }

    func scaling() async -> ScalingReport {
        node.scaler?.status?.report(at: .now) ?? ScalingReport(isActive: false)
    }

    func scalingTrace() async -> String? { await node.scaler?.trace() }

    func keys() async -> KeysReport {
        guard let report = try? await gossip.change(.list),
            let own = report.answers[gossip.snapshot.own.id]
        else { return KeysReport(keys: []) }
        return KeysReport(
            keys: own.keyIDs.enumerated().map { index, id in
                KeysReport.Key(id: Key.text(of: id), isPrimary: index == 0)
            })
    }

    func logLevel() async -> String { output.level.text }

    /// What the registry shows of the game, and of this node's cluster.
    func families() async -> [MetricFamily] {
        var families = Collectors.cluster(await status())
        families += Collectors.gossip(gossip.counters)
        families += node.scaler?.status?.families ?? []
        guard let game = node.game else { return families }
        if let listener = game.listener {
            families += Collectors.gateway(
                listener.counters, connections: listener.connections)
        }
        if let figures = try? await game.rooms?.figures().get() {
            families += Collectors.rooms(figures)
        }
        return families
    }

    /// What others said of their load is up to a second old; our own need not be.
    func noteOwnLoad() async {
        guard let figures = try? await node.game?.rooms?.figures().get() else { return }
        node.board.note(
            ServerLoad(
                players: figures.counters.players, capacity: figures.capacity,
                weight: UInt32(clamping: settings.weight), rooms: figures.rooms,
                unreplicatedRooms: figures.unreplicatedRooms,
                queue: figures.queueLength), of: gossip.snapshot.own.id)
    }

    // MARK: Parts of reports

    private func summary(of view: View, in snapshot: ClusterSnapshot) -> ViewSummary {
        func names(_ state: View.Server.State) -> [String] {
            view.servers.filter { $0.state == state }.map { name(of: $0.id, in: snapshot) }
        }
        return ViewSummary(
            number: view.number, serving: names(.serving), draining: names(.draining),
            voters: view.voters.members.map { name(of: $0.node, in: snapshot) })
    }

    func name(of id: NodeID, in snapshot: ClusterSnapshot) -> String {
        snapshot[id]?.name ?? "\(id)"
    }

    /// What a member that is gone said last is true no more: others have its rooms.
    private func load(of member: ClusterMember) -> ServerLoad? {
        member.status.isPresent ? node.board[member.id] : nil
    }

    private func summary(of member: ClusterMember) -> NodeSummary {
        let load = load(of: member)
        let isOwn = member.name == node.name
        return NodeSummary(
            node: member.name, status: member.status.report, state: member.state.report,
            modes: member.modes.names, zone: member.zone, version: member.version,
            rooms: load?.rooms ?? 0, players: load?.players ?? 0,
            connections: isOwn ? connections : 0,
            cpu: isOwn ? node.board.figures.own?.values[Figure.cpu.rawValue] : nil,
            memoryBytes: isOwn ? ProcessFigures.current.residentBytes : nil)
    }

    private func report(of member: ClusterMember) -> MemberReport {
        MemberReport(
            node: member.name, status: member.status.report, modes: member.modes.names,
            state: member.state.report, zone: member.zone, version: member.version,
            gossip: member.address.description, link: member.linkAddress?.description,
            players: member.playerAddress?.description, admin: member.adminAddress?.description,
            rooms: load(of: member)?.rooms ?? 0,
            connections: member.name == node.name ? connections : 0)
    }

    private func alarms(_ status: StatusReport, _ snapshot: ClusterSnapshot) -> [Alarm] {
        var alarms: [Alarm] = []
        if snapshot.isIsolated {
            alarms.append(
                Alarm("isolated", .critical, "no other node hears this one: look at its network"))
        }
        if !snapshot.seesMajority {
            alarms.append(
                Alarm(
                    "no_quorum", .critical,
                    "too few voters are in sight: no server is taken in or replaced"))
        }
        if status.rooms.unreplicated > 0 {
            alarms.append(
                Alarm(
                    "rooms_unreplicated", .warning,
                    "\(Quantities.counted(status.rooms.unreplicated, "room")) without a copy: only one server serves"
                ))
        }
        if status.rooms.paused > 0 {
            alarms.append(
                Alarm(
                    "rooms_paused", .critical,
                    "\(Quantities.counted(status.rooms.paused, "room")) at a standstill: their successor is out of reach"
                ))
        }
        if node.audit?.isWritable == false {
            alarms.append(
                Alarm(
                    "audit_not_writable", .critical,
                    "the audit log cannot be written: actions are refused until it can"))
        }
        return alarms
    }

    private var addresses: Addresses {
        let own = gossip.snapshot.own
        return Addresses(
            players: node.game?.players?.text, gossip: own.address.description,
            link: own.linkAddress?.description, admin: node.admin?.text)
    }

    private var connections: Int { node.game?.listener?.connections ?? 0 }
}

extension MemberStatus {
    fileprivate var report: MemberReport.Status {
        switch self {
        case .alive: .alive
        case .suspect: .suspect
        case .failed: .failed
        case .left: .left
        }
    }
}

extension Metadata.State {
    fileprivate var report: MemberReport.State {
        switch self {
        case .joining: .joining
        case .warming: .warming
        case .ready: .ready
        case .draining: .draining
        }
    }
}

extension Metadata.Modes {
    /// As the flag calls them.
    fileprivate var names: [String] {
        [(Self.server, "server"), (.balancer, "balancer"), (.scaler, "scaler")]
            .filter { contains($0.0) }.map(\.1)
    }
}
