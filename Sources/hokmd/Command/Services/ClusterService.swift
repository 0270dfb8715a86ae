import Gossip
import Logging
import ServiceLifecycle

/// This node's place in its cluster, from the first view to the good-bye.
struct ClusterService: Service {
    let gossip: GossipService
    let log: Logger
    /// Whether a server's rooms say by themselves when they are ready.
    let hasRooms: Bool

    /// How long a stop waits for the views to do without this node. What comes before it, in
    /// `GameService`, and the good-bye itself need the rest of the time.
    private static let drainTime = Duration.seconds(1)

    func run() async throws {
        let (gossip, hasRooms) = (gossip, hasRooms)
        let readiness = gossip.subscribe { update in
            guard !hasRooms, update.snapshot.view != nil, update.snapshot.own.state == .joining
            else { return }
            gossip.update { if $0.state == .joining { $0.state = .ready } }
        }
        let failure = await cancelWhenGracefulShutdown { await gossip.failures.first { _ in true } }
        readiness.cancel()
        if let failure {
            await gossip.close()
            throw failure
        }
        let missing = await gossip.leave(drainTime: Self.drainTime)
        if missing.isEmpty {
            log.info("left")
        } else {
            log.warning("left", metadata: ["unacknowledged": "\(missing.joined(separator: ","))"])
        }
        await gossip.close()
    }
}
