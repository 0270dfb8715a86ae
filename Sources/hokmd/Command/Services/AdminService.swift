import Admin
import CoreMetrics
import Gossip
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// The admin port of a node, from before the game starts until it has stopped.
struct AdminService: Service {
    let settings: Settings
    let node: LocalNode
    let keyring: Keyring
    let source: NodeAdminSource
    let log: Logger

    func run() async throws {
        let metrics = node.metrics
        MetricsSystem.bootstrap(MetricsBackend(metrics))
        metrics.collect { await source.families() }
        metrics.collect { ProcessFigures.current.families }
        let audit = try settings.auditLog.map { file in
            try AuditLog(
                path: file.text, node: node.name, log: log, filesMax: settings.auditFiles)
        }
        if let audit { metrics.collect { audit.families() } }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        node.loops.add(group)
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await serve(group, audit))
        } catch { outcome = .failure(error) }
        node.loops.remove(group)
        try await group.shutdownGracefully()
        await audit?.close()
        try outcome.get()
    }

    private func serve(
        _ group: MultiThreadedEventLoopGroup, _ audit: AuditLog?
    ) async throws {
        let gossip = source.gossip
        let isLocal = Loopback.includes(settings.admin.host)
        let tls =
            try isLocal
            ? nil
            : settings.certificate().map {
                try PlayerTLS(
                    $0, keyring: keyring, timeScale: gossip.timeScale, counted: node.counted,
                    log: log)
            }
        if let tls { node.uses(tls) }
        let server = try await AdminServer.start(
            AdminConfiguration(
                host: settings.admin.host, port: settings.admin.port,
                tokenFile: settings.adminTokenFile?.text, secure: tls?.secure),
            group: group, source: source, metrics: node.metrics, audit: audit, log: log)
        let address = HostPort(
            host: server.address.ipAddress ?? settings.admin.host,
            port: server.address.port ?? settings.admin.port)
        let refreshing = tls?.keepFresh(gossip, on: group.next())
        node.admin = address
        node.audit = audit
        // Others learn of it where they can reach it: over the network, or all on one machine.
        if !isLocal || gossip.snapshot.own.address.isLoopback {
            gossip.update { $0.adminPort = UInt16(clamping: address.port) }
        }
        log.info("listening", metadata: ["admin": "\(address.text)"])
        audit?.note(AuditEvent("started", [("version", Hokmd.version)]))
        let record = audit.map(ClusterRecord.init)
        let subscription = gossip.subscribe { record?.take($0.events) }
        let measuring = try await NodeSampler.start(
            node, gossip: gossip, on: group.next())
        try? await gracefulShutdown()
        measuring.cancel()
        subscription.cancel()
        refreshing?.cancel()
        audit?.note(AuditEvent("stopped"))
        await server.stop()
    }
}

/// Puts on record what becomes of the cluster.
private struct ClusterRecord: Sendable {
    let audit: AuditLog

    init(_ audit: AuditLog) {
        self.audit = audit
    }

    func take(_ events: [ClusterEvent]) {
        for event in events {
            switch event {
            case .member(let member, let was) where was != member.status:
                note("member \(member.status)", [("member", member.name)])
            case .member, .announcement: break
            case .forgotten(let id): note("member forgotten", [("member", "\(id)")])
            case .installed(let view):
                note("view", [("number", "\(view.number)"), ("servers", "\(view.servers.count)")])
            case .majority(let isThere): note(isThere ? "quorum" : "quorum lost", [])
            case .isolated(let isIsolated): note(isIsolated ? "isolated" : "heard again", [])
            }
        }
    }

    private func note(_ name: String, _ fields: [(key: String, value: String)]) {
        audit.note(AuditEvent(name, fields))
    }
}
