internal import Glibc
internal import NIOCore
internal import Synchronization

/// A switch of this machine's kernel with a network namespace for each node on it, so that nodes can
/// be cut off from each other. Needs root. Used by one task.
package final class Network {
    package struct Place: Sendable {
        let host: String
        /// What stands before a command that is to run there.
        let entrance: [String]
    }

    /// Tells the networks of several runs apart.
    private let tag: String
    private var places: [String: Place] = [:]
    private static let count = Atomic<Int>(0)

    /// Throws `Overdue` with the reason where this machine does not allow it.
    package init() async throws {
        let count = Self.count.add(1, ordering: .relaxed).newValue
        tag = "h\(getpid() % 10_000)x\(count % 100)"
        try await run("ip", "link", "add", bridge, "type", "bridge")
        try await run("ip", "address", "add", "10.99.77.254/24", "dev", bridge)
        try await run("ip", "link", "set", bridge, "up")
    }

    /// Whether this machine lets us have one.
    package static var isAllowed: Bool {
        get async {
            guard geteuid() == 0, let network = try? await Network() else { return false }
            let isAllowed = (try? await network.place("n")) != nil
            try? await network.end()
            return isAllowed
        }
    }

    private var bridge: String { "\(tag)br" }

    func place(_ name: String) async throws -> Place {
        if let place = places[name] { return place }
        let space = "\(tag)\(name)"
        let host = "10.99.77.\(places.count + 1)"
        let inside = ["ip", "-n", space]
        try await run("ip", "netns", "add", space)
        let place = Place(host: host, entrance: ["ip", "netns", "exec", space])
        places[name] = place
        try await run(
            "ip", "link", "add", "\(space)v", "type", "veth", "peer", "name", "eth0", "netns",
            space)
        try await run("ip", "link", "set", "\(space)v", "master", bridge, "up")
        try await run(inside + ["address", "add", "\(host)/24", "dev", "eth0"])
        try await run(inside + ["link", "set", "eth0", "up"])
        try await run(inside + ["link", "set", "lo", "up"])
        return place
    }

    /// What `source` sends to `target` comes to nothing, silently, until `connect`.
    package func cut(_ source: Node, to target: Node) async throws {
        try await run(route(source, "add", target))
    }

    package func connect(_ source: Node, to target: Node) async throws {
        try await run(route(source, "delete", target))
    }

    /// A queue that drops all, on the route to one address: the sender is not told.
    private func route(_ source: Node, _ verb: String, _ target: Node) -> [String] {
        [
            "ip", "-n", "\(tag)\(source.name)", "neigh", verb == "add" ? "replace" : "del",
            target.host, "lladdr", "02:00:00:00:00:01", "dev", "eth0", "nud", "permanent",
        ]
    }

    package func end() async throws {
        for name in places.keys {
            try? await run("ip", "link", "delete", "\(tag)\(name)v")
            try? await run("ip", "netns", "delete", "\(tag)\(name)")
        }
        places = [:]
        try? await run("ip", "link", "delete", bridge)
    }

    private func run(_ words: String...) async throws { try await run(words) }

    private func run(_ words: [String]) async throws {
        let child = try Child.start(words)
        try await until("the end of \(words)") { child.ending != nil }
        guard child.ending == .exit(0) else {
            throw Overdue(what: "\(words.joined(separator: " ")): \(child.lines)")
        }
    }
}
