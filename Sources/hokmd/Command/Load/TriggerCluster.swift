import Load
import NIOCore

/// A cluster of this machine's own, whose scaler only tells what it decides. Used by one task.
struct TriggerCluster {
    let door: Door
    /// The scaler's.
    let admin: HostPort
    private let fleet: Fleet

    private static let flags = ["--bot-think", "50ms..150ms", "--drain-spread", "500ms"]
    /// Longer than a room waits before it tells its players.
    private static let hangTime = TimeAmount.milliseconds(2_500)

    /// - Parameters:
    ///   - policy: a file.
    ///   - capacity: players that each of the servers may have.
    static func start(
        policy: String, servers: Int, capacity: Int
    ) async throws -> TriggerCluster {
        let fleet = try await Fleet(
            binary: try LoadContinuityCommand.ownBinary(),
            flags: flags + ["--capacity", "\(capacity)"])
        try await fleet.start(balancers: 1, servers: servers)
        let scaler = try await fleet.startWatchingScaler(policy: policy)
        guard let door = fleet.balancers.first?.door, let text = scaler.address(of: "admin"),
            let admin = try? HostPort(text: text)
        else { throw Overdue(what: "a cluster that listens") }
        return TriggerCluster(door: door, admin: admin, fleet: fleet)
    }

    /// A server stands still for a while, and is itself again in the end.
    func disturb() async throws {
        guard let server = fleet.servers.randomElement() else { return }
        server.suspend()
        try await pause(Self.hangTime)
        server.wake()
        try await fleet.settled()
    }

    func end() async throws { try await fleet.end() }
}
