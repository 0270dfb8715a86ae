import Admin
import CoreMetrics
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// The admin port of a node, from before the game starts until it has stopped.
struct AdminService: Service {
    let settings: Settings
    let node: LocalNode
    let source: LocalAdminSource
    let log: Logger

    func run() async throws {
        let metrics = node.metrics
        MetricsSystem.bootstrap(MetricsBackend(metrics))
        metrics.collect { await source.families() }
        metrics.collect { ProcessFigures.current.families }
        let audit = try settings.auditLog.map { file in
            try AuditLog(path: file.text, node: node.name, log: log)
        }
        if let audit { metrics.collect { audit.families() } }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await serve(group, audit))
        } catch { outcome = .failure(error) }
        try await group.shutdownGracefully()
        await audit?.close()
        try outcome.get()
    }

    private func serve(
        _ group: MultiThreadedEventLoopGroup, _ audit: AuditLog?
    ) async throws {
        let server = try await AdminServer.start(
            AdminConfiguration(
                host: settings.admin.host, port: settings.admin.port,
                tokenFile: settings.adminTokenFile?.text),
            group: group, source: source, metrics: node.metrics, audit: audit, log: log)
        let address = HostPort(
            host: server.address.ipAddress ?? settings.admin.host,
            port: server.address.port ?? settings.admin.port)
        node.admin = address
        log.info("listening", metadata: ["admin": "\(address.text)"])
        audit?.note(AuditEvent("started", [("version", Hokmd.version)]))
        try? await gracefulShutdown()
        audit?.note(AuditEvent("stopped"))
        await server.stop()
    }
}
