import Logging
import ServiceLifecycle

/// The running node: its services from start to stop.
struct Daemon: Sendable {
    let settings: Settings
    /// Reads the configuration anew, for SIGHUP.
    let reload: @Sendable () throws(SettingsError) -> Settings

    /// Time for services to end by themselves once told to; then they are cancelled. The process
    /// must be gone 5 s after SIGTERM.
    private static let drainTimeMax = Duration.milliseconds(4500)

    /// Returns when the node has stopped as it was told to.
    func run() async throws {
        let output = LogOutput(format: settings.logFormat, level: settings.logLevel)
        let log = output.logger(label: "hokmd")
        log.info(
            "starting",
            metadata: [
                "mode": "\(settings.mode.text)", "node": "\(name)", "version": "\(Hokmd.version)",
            ])

        // What is open beside players' sockets: loops, standard streams, the listening sockets.
        let descriptors = DescriptorLimit.raise(to: settings.connectionsMax + 256)
        if descriptors < settings.connectionsMax {
            log.warning(
                "few descriptors",
                metadata: [
                    "allowed": "\(descriptors)", "connections-max": "\(settings.connectionsMax)",
                ])
        }
        let signals = await Signals(log: log) { reload(output: output, log: log) }
        var configuration = ServiceGroupConfiguration(
            services: services(output: output, log: log).map {
                .init(service: $0, successTerminationBehavior: .gracefullyShutdownGroup)
            }, logger: log)
        configuration.maximumGracefulShutdownDuration = Self.drainTimeMax
        let group = ServiceGroup(configuration: configuration)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await signals.run(stop: group.triggerGracefulShutdown) }
            tasks.addTask { try await group.run() }
            // Signals are waited for as long as the process lives; the group's end is the end.
            while try await tasks.next() != nil { tasks.cancelAll() }
        }
        log.info("stopped")
    }

    /// What runs, in the order of starting; they stop in reverse.
    private func services(output: LogOutput, log: Logger) -> [any Service] {
        let node = LocalNode(name: name)
        let source = LocalAdminSource(settings: settings, node: node, output: output)
        return [
            AdminService(settings: settings, node: node, source: source, log: log),
            GameService(settings: settings, node: node, log: log),
        ]
    }

    private var name: String { settings.name?.text ?? SystemName.host }

    private func reload(output: LogOutput, log: Logger) {
        do throws(SettingsError) {
            let settings = try reload()
            output.level = settings.logLevel
            log.notice("reloaded", metadata: ["log-level": "\(settings.logLevel.text)"])
        } catch {
            log.error("reload refused", metadata: ["reason": "\(error)"])
        }
    }
}
