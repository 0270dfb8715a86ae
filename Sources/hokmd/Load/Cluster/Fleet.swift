internal import Glibc
package import NIOCore

/// A cluster of real processes on this machine, from its key to its end.
///
/// Used by one task.
package final class Fleet {
    /// The program.
    private let binary: String
    /// With its key, its nodes' state and logs; gone with it.
    let folder: String
    package let network: Network?
    private let flags: [String]
    /// By what its nodes' times run: see `hokmd --time-scale`.
    private let timeScale: Double
    private var numbers: [Node.Mode: Int] = [:]
    package private(set) var nodes: [Node] = []
    /// Servers that the fleet's scaler has, or shall have.
    package internal(set) var scaled = 0

    /// - Parameters:
    ///   - network: where each node gets a network stack of its own; nil for this one's loopback.
    ///   - flags: for every node.
    ///   - timeScale: seconds of the world in one of its nodes'.
    package init(
        binary: String, network: Network? = nil, flags: [String] = [], timeScale: Double = 1
    ) async throws {
        var template = Array("/tmp/hokmd-fleet-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw IOError(errnoCode: errno, reason: "mkdtemp")
        }
        folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        self.binary = binary
        self.network = network
        self.flags = flags + (timeScale == 1 ? [] : ["--time-scale", "\(timeScale)"])
        self.timeScale = timeScale
        let made = try Child.start([binary, "keygen", "--out", "\(folder)/key"])
        try await until("a key") { made.ending != nil }
        guard made.ending == .exit(0) else { throw Overdue(what: "a key: \(made.lines)") }
    }

    deinit {
        for node in nodes { node.kill() }
        _ = try? Child.start(["rm", "-rf", folder])
    }

    private static let environment = ["HOKMD_TESTING=1"]

    /// How long a time of its nodes lasts in the world.
    package func amount(_ time: TimeAmount) -> TimeAmount {
        .nanoseconds(Int64(Double(time.nanoseconds) * timeScale))
    }

    package var running: [Node] { nodes.filter(\.isRunning) }
    /// Those that host rooms, and those that players connect to: a node may do both.
    package var servers: [Node] { running.filter(\.mode.hasRooms) }
    package var balancers: [Node] { running.filter(\.mode.hasPlayers) }

    /// Starts a node that joins those that run, or founds the cluster; returns once it listens.
    ///
    /// - Parameters:
    ///   - name: of a node that comes back; nil for a new one.
    ///   - more: flags for it alone.
    @discardableResult
    package func start(
        _ mode: Node.Mode, name: String? = nil, flags more: [String] = []
    ) async throws -> Node {
        numbers[mode, default: 0] += 1
        let name = name ?? "\(mode.letter)\(numbers[mode, default: 0])"
        let place = try await network?.place(name)
        let host = place?.host ?? "127.0.0.1"
        var words = (place?.entrance ?? []) + [binary, "--mode", mode.rawValue, "--name", name]
        words += ["--cluster", "fleet", "--key-file", "\(folder)/key"]
        words += ["--admin", "127.0.0.1:0", "--gossip", "\(host):0", "--link", "\(host):0"]
        // A scaler's servers end with it where it has no state, however it ends.
        if mode != .scaler { words += ["--state-dir", "\(folder)/\(name)"] }
        // A fleet is as large as its storm makes it.
        if mode == .all { words.append("--dry-run") }
        if mode.hasPlayers {
            words += ["--players", "\(host):0", "--connections-per-address-max", "20000"]
        }
        for other in running {
            if let address = other.address(of: "gossip") { words += ["--join", address] }
        }
        let node = Node(
            name: name, mode: mode, host: host,
            // There are the logs of a scaler's servers.
            child: try Child.start(
                words + flags + more,
                environment: Self.environment + ["XDG_RUNTIME_DIR=\(folder)"]))
        nodes.append(node)
        let wanted =
            ["gossip"] + (mode.hasRooms ? ["link"] : []) + (mode.hasPlayers ? ["players"] : [])
        try await until("\(name) listens") {
            guard node.isRunning else { throw Overdue(what: "\(name): \(node.child.lines)") }
            return wanted.allSatisfy { node.address(of: $0) != nil }
        }
        return node
    }

    /// Balancers first, so that they vote.
    package func start(balancers: Int = 0, servers: Int = 0, all: Int = 0) async throws {
        for _ in 0..<all { try await start(.all) }
        for _ in 0..<balancers { try await start(.balancer) }
        for _ in 0..<servers { try await start(.server) }
        try await settled()
    }

    /// How many there are in a view.
    var serversCount: Int { servers.count + scaled }

    /// How many of the nodes that run should vote.
    private var voters: Int {
        let count = running.count + scaled
        return count < 3 ? 1 : count < 5 ? 3 : 5
    }

    /// Every node that runs has the same view, in which every server serves, and so many vote that one
    /// may die.
    package func settled(within time: TimeAmount = .seconds(30)) async throws {
        do {
            try await until("one view", within: time) {
                let views = running.map(\.view)
                guard let first = views.first, let view = first else { return false }
                return views.allSatisfy { $0 == view } && view.servers == serversCount
                    && view.serving == serversCount && view.voters == voters
            }
        } catch is Overdue {
            let views = running.map { "\($0.name): \(String(describing: $0.view))" }
            throw Overdue(what: "one view; there are \(views)")
        }
    }

    /// Ends every node.
    package func end() async throws {
        for node in running { node.kill() }
        for node in nodes { _ = try await node.ended() }
        try await network?.end()
    }

    /// What went wrong in a node, by its own log.
    package var complaints: [String] {
        nodes.flatMap { node in
            node.child.lines.filter { $0.hasPart("level=error") || $0.hasPart("Fatal") }
                .map { "\(node.name): \($0)" }
        }
    }

    /// The last lines of every log.
    package func tail(_ count: Int = 15) -> String {
        nodes.map { node in
            (["--- \(node.name)"] + node.child.lines.suffix(count)).joined(separator: "\n")
        }.joined(separator: "\n")
    }
}
