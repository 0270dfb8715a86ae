import Game
import Gossip
import Link
import PlayerProtocol
import Random
import Synchronization
import Testing

@testable import Rooms

/// Several servers' rooms and one gateway, without sockets: frames wait in queues, and a test or a
/// generator says which is delivered next, which way breaks, who sleeps, who dies, what view is
/// agreed and who learns of it when.
final class ClusterStage {
    final class Server {
        let life: ServerLife
        var host: RoomHost
        var isPaused = false

        init(life: ServerLife, host: RoomHost) {
            self.life = life
            self.host = host
        }
    }

    /// One end of a way. The gateway is nil.
    struct Way: Hashable, Comparable {
        let source: ServerLife?
        let target: ServerLife?

        static func < (one: Way, other: Way) -> Bool { one.order < other.order }
        private var order: (UInt64, UInt64) {
            (source?.id.rawValue ?? 0, target?.id.rawValue ?? 0)
        }
    }

    enum Parcel {
        case peer(PeerFrame, view: UInt64)
        case toRoom(GatewayFrame)
        case toGateway(RoomFrame)
    }

    var now: Milliseconds = 10_000
    private(set) var servers: [ServerLife: Server] = [:]
    private(set) var view: View
    var queues: [Way: [Parcel]] = [:]
    /// Ways that are up, both directions alike; the lesser end first.
    private(set) var up: Set<Way> = []
    let gateway = GatewayID(1)
    var sessions: [SessionID: FakeSession] = [:]
    /// The view that the gateway goes by.
    var gatewayMap: ServerMap
    let oracle = RoomOracle()
    /// What the cluster does wrong, for tests of the tests.
    let mistake: Mistake?
    let tokens = SeatTokens(key: [UInt8](repeating: 7, count: 32))
    private var secrets: SplitMix64
    private let settings: RoomSettings
    private let replicas: Int
    private var isCarryingOut = false
    var framesOfCopies: [PeerFrame] = []
    /// How long the rooms took whose owner was lost, from its loss to their first commit.
    private(set) var failovers: [Milliseconds] = []

    init(
        servers count: Int, seed: UInt64 = 1, thinking: ClosedRange<Milliseconds> = 100...300,
        mistake: Mistake? = nil, replicas: Int = 2
    ) {
        self.replicas = replicas
        gatewayMap = ServerMap(replicas: replicas)
        self.mistake = mistake
        var settings = RoomSettings()
        settings.botThinkMilliseconds = thinking
        settings.botStrength = .easy
        self.settings = settings
        secrets = SplitMix64(seed: seed)
        view = View(number: 1, lineage: Limits.lineageMin, servers: [], voters: Voters([]))
        for number in 1...count { add(UInt64(number)) }
        agree(on: servers.keys.map { View.Server(id: $0.id, instance: $0.instance) })
        for life in lives { install(at: life) }
        installAtGateway()
    }

    /// Those that run, in order.
    var lives: [ServerLife] { servers.keys.sorted() }

    // MARK: What happens to servers

    @discardableResult
    func add(_ id: UInt64, instance: UInt64 = 1) -> ServerLife {
        let life = ServerLife(id: NodeID(rawValue: id), instance: instance)
        let secrets = Mutex(SplitMix64(seed: self.secrets.next()))
        let host = RoomHost(
            settings: settings, tokens: tokens, life: life, replicas: replicas,
            seed: self.secrets.next()
        ) {
            secrets.withLock { generator in
                Seed(bytes: (0..<32).map { _ in .random(in: 0...255, using: &generator) })!
            }
        }
        servers[life] = Server(life: life, host: host)
        connect(nil, life)
        for other in lives where other != life { connect(other, life) }
        return life
    }

    func kill(_ life: ServerLife) {
        for other in [nil] + lives.map(Optional.some) where other != life {
            disconnect(other, life)
        }
        servers[life] = nil
        oracle.died(life)
    }

    func connect(_ one: ServerLife?, _ other: ServerLife?) {
        guard up.insert(key(one, other)).inserted else { return }
        for (end, far) in [(one, other), (other, one)] {
            if let end, let far {
                act(end) { $0.reached(far, now: now) }
            } else if end == nil, let far {
                resumeSessions(at: far)
            }
        }
    }

    func disconnect(_ one: ServerLife?, _ other: ServerLife?) {
        guard up.remove(key(one, other)) != nil else { return }
        queues[Way(source: one, target: other)] = nil
        queues[Way(source: other, target: one)] = nil
        for (end, far) in [(one, other), (other, one)] {
            if let end, let far {
                act(end) { $0.lost(far, now: now) }
            } else if let end {
                act(end) { $0.lost(gateway, now: now) }
            } else if let far {
                for id in sortedSessions where sessions[id]?.route == far {
                    sessions[id]?.loseWay()
                }
            }
        }
    }

    func isUp(_ one: ServerLife?, _ other: ServerLife?) -> Bool { up.contains(key(one, other)) }

    private func key(_ one: ServerLife?, _ other: ServerLife?) -> Way {
        let way = Way(source: one, target: other)
        let back = Way(source: other, target: one)
        return way < back ? way : back
    }

    // MARK: Views

    func agree(on servers: [View.Server]) {
        view = View(
            number: view.number + 1, lineage: Limits.lineageMin, servers: servers,
            voters: Voters([]))
        oracle.agreed(view)
    }

    func install(at life: ServerLife) {
        let view = view
        act(life) { $0.install(view, now: now) }
        mistake?.afterInstall(at: life, in: self)
    }

    func installAtGateway() {
        gatewayMap.learn(view)
        for id in sortedSessions {
            guard let session = sessions[id], session.route != owner(of: session.room) else {
                continue
            }
            sessions[id]?.loseWay()
        }
        for life in lives { resumeSessions(at: life) }
    }

    // MARK: Time and delivery

    func act(_ life: ServerLife, _ body: (inout RoomHost) -> Void) {
        guard let server = servers[life] else { return }
        let takenUp = server.host.counters.roomsTakenUp
        body(&server.host)
        if server.host.counters.roomsTakenUp > takenUp { mistake?.afterTakeup(at: server.host) }
        carryOut(server)
    }

    func tick(_ milliseconds: Milliseconds) {
        now += milliseconds
        for life in lives where servers[life]?.isPaused == false {
            act(life) { $0.advance(to: now) }
        }
        for id in sortedSessions where sessions[id]!.wantsWay { send(id) }
    }

    var nonEmpty: [Way] {
        queues.filter { way, parcels in
            !parcels.isEmpty && !(way.target.map { servers[$0]?.isPaused ?? true } ?? false)
        }.keys.sorted()
    }

    func deliver(on way: Way) {
        guard queues[way]?.isEmpty == false, let parcel = queues[way]?.removeFirst() else { return }
        switch parcel {
        case .peer(let frame, let number):
            guard let source = way.source, let target = way.target else { return }
            deliver(frame, from: source, to: target, view: number)
        case .toRoom(let frame):
            guard let target = way.target else { return }
            mistake?.beforeInput(frame, at: servers[target]!.host)
            act(target) { $0.receive(frame, from: gateway, now: now, wallClock: 1_700_000_000) }
        case .toGateway(let frame):
            if let source = way.source { hear(frame, from: source) }
        }
    }

    /// Delivers everything until nothing is under way, over and over, while time goes on.
    func settle(_ milliseconds: Milliseconds, step: Milliseconds = 50) {
        let end = now + milliseconds
        repeat {
            var budget = 200_000
            while let way = nonEmpty.first, budget > 0 {
                deliver(on: way)
                budget -= 1
            }
            oracle.expect(budget > 0, "frames beget frames without end")
            tick(step)
        } while now < end
    }

    private func deliver(
        _ frame: PeerFrame, from source: ServerLife, to target: ServerLife, view number: UInt64
    ) {
        guard let server = servers[target] else { return }
        if let mistake,
            mistake.deliver(frame, from: source, to: server, view: number, in: self)
        {
            return
        }
        act(target) { $0.receive(frame, from: source, view: number, now: now) }
    }

    /// What a mistake has led to leaves the server, without leading to the next.
    func carryOutOnce(_ server: Server) {
        guard !isCarryingOut else { return }
        isCarryingOut = true
        carryOut(server)
        isCarryingOut = false
    }

    private func carryOut(_ server: Server) {
        for effect in server.host.takeEffects() {
            switch effect {
            case .send(_, let frame):
                oracle.released(frame, by: server.life)
                post(.toGateway(frame), from: server.life, to: nil)
            case .peer(let target, let frame):
                if case .copy = frame { framesOfCopies.append(frame) }
                mistake?.sent(frame, by: server, to: target, in: self)
                post(
                    .peer(frame, view: server.host.map.number), from: server.life, to: target)
            case .breakLink(let target):
                disconnect(server.life, target)
                connect(server.life, target)
            case .think, .stopThinking, .vacancy, .committed: break
            }
        }
        failovers += server.host.takeFailovers()
        oracle.note(server.host)
        mistake?.afterTurn(of: server, in: self)
    }

    func post(_ parcel: Parcel, from source: ServerLife?, to target: ServerLife?) {
        guard isUp(source, target) else { return }
        queues[Way(source: source, target: target), default: []].append(parcel)
    }
}
