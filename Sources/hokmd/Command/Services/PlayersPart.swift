import Gateway
import Gossip
import Link
import Logging
import NIOCore
import NIOPosix
import PlayerProtocol
import Rooms
import Synchronization

/// The gateway of a node: the player port, and from each of its loops the links to the servers.
struct PlayersPart {
    let listener: PlayerListener
    /// Where players connect, with the port that was chosen where 0 was asked for.
    let address: HostPort
    private let group: MultiThreadedEventLoopGroup
    private let links: GatewayLoops
    private let report: CounterReport
    private let reporting: RepeatedTask
    private let refreshing: RepeatedTask?
    private let live: LiveLoops

    /// How often what was refused is logged.
    private static let reportInterval = TimeAmount.seconds(60)

    /// - Parameter rooms: those of this process, if it has any.
    static func start(
        _ settings: Settings, at players: HostPort, rooms: RoomsService?, tokens: SeatTokens,
        keyring: Keyring, gossip: GossipService, node: LocalNode, log: Logger
    ) async throws -> PlayersPart {
        let group = MultiThreadedEventLoopGroup(
            numberOfThreads: settings.loops == 0 ? System.coreCount : settings.loops)
        let loops = GatewayLoops()
        let numbers = GatewayNumbers()
        do {
            let tls = try settings.certificate().map {
                try PlayerTLS(
                    $0, keyring: keyring, timeScale: gossip.timeScale, counted: node.counted,
                    log: log)
            }
            if let tls { node.uses(tls) }
            let listener = try await PlayerListener.start(
                host: players.host, port: players.port, group: group,
                limits: settings.gatewayLimits,
                routes: Routes(
                    files: WebFile.client, origins: settings.originPolicy, echo: settings.echo,
                    unreadiness: { gossip.snapshot.unreadiness }),
                timeScale: gossip.timeScale, secure: tls?.secure
            ) { loop in
                let number = numbers.next()
                var identity = settings.linkIdentity(.gateway, of: gossip)
                identity.loop = UInt16(clamping: number.rawValue)
                let local = rooms.map { InProcessServer(rooms: $0, gateway: number) }
                let links = try GatewayLinks(
                    eventLoop: loop.eventLoop, identity: identity, keyring: keyring,
                    gossip: gossip, board: node.board, local: local, logger: log)
                let sessions = PlayerSessions(
                    loop: loop, servers: links, tokens: tokens, hold: loop.limits.holdTimeMax)
                rooms?.register(number, sessions.port(of: links.own))
                links.start(sessions)
                loops.add(links, on: loop.eventLoop)
                return sessions
            }
            let address = HostPort(
                host: listener.address.ipAddress ?? players.host,
                port: listener.address.port ?? players.port)
            log.info(
                "listening",
                metadata: ["players": "\(address.text)", "tls": tls == nil ? "no" : "yes"])
            gossip.update { $0.playerPort = UInt16(clamping: address.port) }
            let report = CounterReport(listener: listener, log: log)
            let reporting = group.next().scheduleRepeatedTask(
                initialDelay: reportInterval, delay: reportInterval
            ) { _ in report.log() }
            node.loops.add(group)
            return PlayersPart(
                listener: listener, address: address, group: group, links: loops, report: report,
                reporting: reporting, refreshing: tls?.keepFresh(gossip, on: group.next()),
                live: node.loops)
        } catch {
            try? await group.shutdownGracefully()
            throw error
        }
    }

    /// Tells every player to go, evenly over `spread`, and ends when all have gone.
    func stop(spread: Duration) async {
        reporting.cancel()
        refreshing?.cancel()
        await listener.closeAll(.serviceRestart, spread: spread)
        report.log()
        await links.stop()
        live.remove(group)
        try? await group.shutdownGracefully()
    }
}

/// The links of each of a gateway's loops.
private final class GatewayLoops: Sendable {
    private let all = Mutex<[NIOLoopBound<GatewayLinks>]>([])

    func add(_ links: GatewayLinks, on loop: any EventLoop) {
        let bound = NIOLoopBound(links, eventLoop: loop)
        all.withLock { $0.append(bound) }
    }

    func stop() async {
        for links in all.withLock({ $0 }) {
            try? await links.eventLoop.flatSubmit { links.value.stop() }.get()
        }
    }
}
