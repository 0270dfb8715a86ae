import Policy
import Random
import Scaler

/// The instances as they really are: what the provisioner has, what gossip and the view would show.
struct Plant {
    struct Server {
        enum Phase { case booting, joining, warming, ready, draining, left, dead }

        let name: String
        let version: String
        let bornAt: Moment
        var phase = Phase.booting
        /// When the phase goes over into the next; nil where it never does.
        var until: Moment?
        var readySince: Moment?
        var rooms = 0
        /// Out of everybody's reach, but running: rooms go on with their pair for a while.
        var cutSince: Moment?
        var deadSince: Moment?
        /// Whether the provisioner still has it.
        var isListed = true
        var isManaged = true
        /// How many requests it has answered, and failed.
        var requests = 0.0
        var errors = 0.0

        var isInView: Bool {
            cutSince == nil && (phase == .warming || phase == .ready || phase == .draining)
        }
    }

    var servers: [String: Server] = [:]
    /// What a launch brings that names no version.
    var version = "1.0"
    /// Versions of which a third of the requests fail.
    var failing: Set<String> = []
    /// Chances of a launched instance: never to start, never to become ready.
    var hangs = 0.0
    var players = 100

    /// How long it takes until gossip holds somebody failed.
    static let noticed = Duration.seconds(2)
    /// How long rooms live on out of reach; the scaler waits longer.
    static let roomsCutFor = Duration.seconds(55)

    var sorted: [Server] { servers.values.sorted { $0.name < $1.name } }

    mutating func launch(
        _ name: String, version: String?, at now: Moment, using generator: inout SplitMix64
    ) {
        if let there = servers[name], there.phase != .dead, there.phase != .left { return }
        var server = Server(name: name, version: version ?? self.version, bornAt: now)
        let isStuck = Double.random(in: 0..<1, using: &generator) < hangs
        server.until = isStuck ? nil : now + .seconds(Int.random(in: 0...4, using: &generator))
        servers[name] = server
    }

    mutating func progress(to now: Moment, using generator: inout SplitMix64) {
        let serving = sorted.filter { $0.phase == .ready && $0.cutSince == nil }
        for name in servers.keys.sorted() {
            guard var server = servers[name] else { continue }
            step(&server, now, serving: serving.count, using: &generator)
            servers[name] = server
        }
        servers = servers.filter { _, server in
            guard !server.isListed, let since = server.deadSince else { return true }
            return now - since < .seconds(120)
        }
    }

    private func step(
        _ server: inout Server, _ now: Moment, serving: Int, using generator: inout SplitMix64
    ) {
        if let since = server.cutSince {
            if now - since >= Self.roomsCutFor { server.rooms = 0 }
            return
        }
        func soon() -> Moment { now + .seconds(Int.random(in: 1...2, using: &generator)) }
        let isDue = server.until.map { $0 <= now } ?? false
        switch server.phase {
        case .booting where isDue:
            server.phase = .joining
            server.until = Double.random(in: 0..<1, using: &generator) < hangs ? nil : soon()
        case .joining where isDue: (server.phase, server.until) = (.warming, soon())
        case .warming where isDue:
            (server.phase, server.until, server.readySince) = (.ready, nil, now)
        case .ready:
            let share = players / 4 / max(serving, 1)
            let change = Int.random(in: 0...3, using: &generator)
            server.rooms += server.rooms < share ? change : -min(change / 2, server.rooms)
            server.requests += 20
            if failing.contains(server.version) { server.errors += 7 }
        case .draining:
            if serving > 0 {
                server.rooms -= min(server.rooms, .random(in: 0...3, using: &generator))
            }
            if server.rooms == 0, isDue { (server.phase, server.until) = (.left, soon()) }
        case .left where isDue:
            server.deadSince = server.deadSince ?? now
            // Some processes end by themselves, some hang.
            if Bool.random(using: &generator) {
                server.isListed = false
            } else {
                server.until = nil
            }
        default: break
        }
    }

    mutating func drain(_ name: String, at now: Moment) {
        guard var server = servers[name], server.cutSince == nil else { return }
        switch server.phase {
        case .joining, .warming, .ready:
            (server.phase, server.until) = (.draining, now + .seconds(1))
            servers[name] = server
        case .booting, .draining, .left, .dead: break
        }
    }

    mutating func terminate(_ name: String, at now: Moment) {
        kill(name, at: now)
    }

    mutating func kill(_ name: String, at now: Moment, keepsListed: Bool = false) {
        guard var server = servers[name] else { return }
        if server.phase != .left { server.phase = .dead }
        (server.rooms, server.isListed, server.cutSince) = (0, keepsListed, nil)
        server.deadSince = server.deadSince ?? now
        servers[name] = server
    }

    /// What a node of the majority sees.
    func picture(at now: Moment) -> [ClusterPicture.Server] {
        sorted.compactMap { server in
            if server.phase == .booting { return nil }
            let unseen = [server.cutSince, server.deadSince].compactMap { $0 }.min()
            let isNoticed = unseen.map { now - $0 >= Self.noticed } ?? false
            let state: ClusterPicture.Server.State =
                switch server.phase {
                case .left: .left
                case _ where isNoticed: .failed
                case .joining: .joining
                case .warming: .warming
                case .draining: .draining
                case .booting, .ready, .dead: .ready
                }
            let isInView = !isNoticed && (server.isInView || state == .ready)
            return .init(
                name: server.name, version: server.version, state: state, isInView: isInView,
                rooms: server.phase == .joining ? nil : server.rooms)
        }
    }
}
