import Gossip
import Logging
import ServiceLifecycle

/// The running node: its services from start to stop.
struct Daemon: Sendable {
    let settings: Settings
    /// Reads the configuration anew, for SIGHUP.
    let reload: @Sendable () throws(SettingsError) -> Settings

    /// Returns when the node has stopped as it was told to.
    func run() async throws {
        let manager = ServiceManager.fromEnvironment()
        let isHidden = CoreDumps.forbid()
        let output = LogOutput(format: settings.logFormat, level: settings.logLevel)
        let log = output.logger(label: "hokmd")
        log.info(
            "starting",
            metadata: [
                "mode": "\(settings.mode.text)", "node": "\(settings.nodeName)",
                "version": "\(Hokmd.version)",
            ])

        if settings.timeScale != .real {
            log.warning("time is scaled", metadata: ["factor": "\(settings.timeScale.factor)"])
        }
        if !isHidden { log.warning("core dumps", metadata: ["reason": "the kernel allows them"]) }
        // What is open beside players' sockets: loops, standard streams, the listening sockets.
        let descriptors = DescriptorLimit.raise(to: settings.connectionsMax + 256)
        if descriptors < settings.connectionsMax {
            log.warning(
                "few descriptors",
                metadata: [
                    "allowed": "\(descriptors)", "connections-max": "\(settings.connectionsMax)",
                ])
        }
        let keyring = try KeyFile.keyring(of: settings)
        let policy = settings.mode.hasScaler ? try settings.scalingPolicy() : nil
        try FilesCheck(settings: settings).requireUsable()
        let gossip = try await startGossip(keyring, log: log)
        let node = LocalNode(name: settings.nodeName)
        node.loops.add(gossip.eventLoop)
        let supervisor = manager.map {
            Supervisor(manager: $0, node: node, gossip: gossip, mode: settings.mode.text)
        }
        let scaler = policy.map { policy in
            ScalerPart(
                settings, policy: policy, node: node, gossip: gossip, keyring: keyring, log: log)
        }
        let signals = await Signals(log: log) {
            supervisor?.reloading()
            reload(output: output, log: log, gossip: gossip, node: node)
            scaler?.reload()
            supervisor?.reloaded()
        }
        if Lifeline.isHeld { try await Lifeline.watch(gossip) }
        let services =
            services(
                node, log: log, gossip: gossip, keyring: keyring, output: output,
                supervisor: supervisor) + (scaler.map { [$0] } ?? [])
        var configuration = ServiceGroupConfiguration(
            services: services.map {
                .init(service: $0, successTerminationBehavior: .gracefullyShutdownGroup)
            }, logger: log)
        configuration.maximumGracefulShutdownDuration = settings.stopTimeMax
        let group = ServiceGroup(configuration: configuration)
        let outcome = await result {
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask {
                    await signals.run {
                        supervisor?.stopping()
                        // The others take over from here on, while players are still being told.
                        gossip.update { $0.state = .draining }
                        await group.triggerGracefulShutdown()
                    }
                }
                tasks.addTask { try await group.run() }
                // Signals are waited for as long as the process lives; the group's end is the end.
                while try await tasks.next() != nil { tasks.cancelAll() }
            }
        }
        await scaler?.end()
        try outcome.get()
        log.info("stopped")
    }

    private func result(_ body: () async throws -> Void) async -> Result<Void, any Error> {
        do { return .success(try await body()) } catch { return .failure(error) }
    }

    /// Listens before anything else runs, so that a port that is taken ends the start.
    private func startGossip(_ keyring: Keyring, log: Logger) async throws -> GossipService {
        let options = settings.gossip(
            name: settings.nodeName, keyring: keyring, version: Hokmd.version)
        if settings.keyFile == nil {
            log.warning(
                "no key file",
                metadata: ["consequence": "gossip and link are on loopback only"])
        }
        let gossip = try await GossipService.start(options, log: log)
        log.info("listening", metadata: ["gossip": "\(gossip.boundAddress)"])
        return gossip
    }

    /// What runs, in the order of starting; they stop in reverse.
    private func services(
        _ node: LocalNode, log: Logger, gossip: GossipService, keyring: Keyring, output: LogOutput,
        supervisor: Supervisor?
    ) -> [any Service] {
        let source = NodeAdminSource(
            settings: settings, node: node, gossip: gossip, output: output)
        let cluster = ClusterService(gossip: gossip, log: log, hasRooms: settings.mode.hasRooms)
        return [cluster] + (supervisor.map { [$0] } ?? []) + [
            AdminService(
                settings: settings, node: node, keyring: keyring, source: source, log: log),
            GameService(
                settings: settings, node: node, log: log, gossip: gossip, keyring: keyring),
        ]
    }

    private func reload(
        output: LogOutput, log: Logger, gossip: GossipService, node: LocalNode
    ) {
        do {
            let settings = try reload()
            let keyring = try KeyFile.keyring(of: settings)
            if settings.keyFile == self.settings.keyFile { gossip.setKeyring(keyring) }
            output.level = settings.logLevel
            node.reloadCertificates()
            log.notice("reloaded", metadata: ["log-level": "\(settings.logLevel.text)"])
        } catch {
            log.error(
                "reload refused",
                metadata: ["reason": "\((error as? Failure)?.reason ?? "\(error)")"])
        }
    }
}
