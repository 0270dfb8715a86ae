import Gossip
import Link
import Logging
import NIOCore
import NIOPosix
import PlayerProtocol
import Rooms

/// The rooms of a node, from their threads to their links.
struct RoomsPart {
    let service: RoomsService
    private let group: MultiThreadedEventLoopGroup
    private let thinkers: NIOThreadPool
    private let gossip: GossipService
    private let log: Logger
    private let live: LiveLoops

    static func start(
        _ settings: Settings, tokens: SeatTokens, keyring: Keyring, gossip: GossipService,
        node: LocalNode, log: Logger
    ) async throws -> RoomsPart {
        let listen = settings.listening(settings.link)
        guard let address = Address(host: listen.host, port: UInt16(clamping: listen.port)) else {
            throw Failure(.badUsage, "--link: '\(listen.host)' is no address of this machine")
        }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let thinkers = NIOThreadPool(numberOfThreads: max(1, System.coreCount / 2))
        thinkers.start()
        do {
            let service = try await RoomsService(
                settings: settings.rooms, tokens: tokens,
                node: RoomsService.Node(
                    identity: settings.linkIdentity(.node, of: gossip), keyring: keyring,
                    listen: address),
                gossip: gossip, board: node.board, observer: node.observer, loop: group.next(),
                thinkers: Thinkers(pool: thinkers),
                logger: log)
            log.info("listening", metadata: ["link": "\(service.linkAddress)"])
            let port = service.linkAddress.port
            gossip.update { $0.linkPort = port }
            node.loops.add(group)
            return RoomsPart(
                service: service, group: group, thinkers: thinkers, gossip: gossip, log: log,
                live: node.loops)
        } catch {
            try? await thinkers.shutdownGracefully()
            try? await group.shutdownGracefully()
            if let error = error as? IOError {
                throw Failure.listening(listen, flag: "--link", error)
            }
            throw error
        }
    }

    /// Waits until other servers have all rooms, where there are some that can, but no longer than
    /// `drainTime`; then ends.
    func stop(drainTime: Duration) async {
        let others = gossip.snapshot.view?.servers.contains {
            $0.id != service.life.id && $0.state == .serving
        }
        if others ?? false {
            let isEmpty = await service.emptied(within: drainTime)
            log.log(
                level: isEmpty ? .info : .warning, "drained",
                metadata: ["rooms-left": isEmpty ? "0" : "some"])
        }
        await service.stop()
        live.remove(group)
        try? await thinkers.shutdownGracefully()
        try? await group.shutdownGracefully()
    }
}
