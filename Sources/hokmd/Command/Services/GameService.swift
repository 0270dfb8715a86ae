import Gateway
import Link
import Logging
import NIOCore
import NIOPosix
import PlayerProtocol
import Rooms
import ServiceLifecycle

/// Rooms, gateways and the player port of a node, in one process.
struct GameService: Service {
    let settings: Settings
    let node: LocalNode
    let log: Logger

    /// Over how long a stop spreads the closing of sockets. With the time that the closing itself
    /// may take the process is gone within 5 s.
    private static let drainSpread = Duration.seconds(1)
    /// How often what was refused is logged.
    private static let reportInterval = TimeAmount.seconds(60)

    func run() async throws {
        let cores = System.coreCount
        let gateways = MultiThreadedEventLoopGroup(
            numberOfThreads: settings.loops == 0 ? cores : settings.loops)
        let rooms = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let thinkers = NIOThreadPool(numberOfThreads: max(1, cores / 2))
        thinkers.start()
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await serve(gateways, rooms.next(), thinkers))
        } catch { outcome = .failure(error) }
        try await gateways.shutdownGracefully()
        try await rooms.shutdownGracefully()
        try await thinkers.shutdownGracefully()
        try outcome.get()
    }

    private func serve(
        _ gateways: MultiThreadedEventLoopGroup, _ roomsLoop: any EventLoop,
        _ thinkers: NIOThreadPool
    ) async throws {
        let tokens = SeatTokens()
        let rooms = try await RoomsService(
            settings: settings.rooms, tokens: tokens, loop: roomsLoop,
            thinkers: Thinkers(pool: thinkers), logger: log)
        let numbers = GatewayNumbers()
        let listener = try await PlayerListener.start(
            host: settings.players.host, port: settings.players.port, group: gateways,
            limits: settings.gatewayLimits,
            routes: Routes(
                files: WebFile.client, origins: settings.originPolicy, echo: settings.echo)
        ) { loop in
            let sessions = PlayerSessions(
                gateway: numbers.next(), loop: loop, rooms: rooms, tokens: tokens)
            rooms.register(sessions.gateway, sessions.port)
            return sessions
        }
        let address = HostPort(
            host: listener.address.ipAddress ?? settings.players.host,
            port: listener.address.port ?? settings.players.port)
        log.info("listening", metadata: ["players": "\(address.text)"])
        node.runs(LocalNode.Game(rooms: rooms, listener: listener, players: address))
        let report = CounterReport(listener: listener, log: log)
        let reporting = roomsLoop.scheduleRepeatedTask(
            initialDelay: Self.reportInterval, delay: Self.reportInterval
        ) { _ in report.log() }
        try? await gracefulShutdown()
        node.stops()
        reporting.cancel()
        await listener.stopAccepting()
        await listener.closeAll(.serviceRestart, spread: Self.drainSpread)
        report.log()
    }
}
