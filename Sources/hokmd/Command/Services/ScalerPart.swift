import Admin
import Gossip
import Link
import Logging
import NIOCore
import NIOPosix
import Policy
import Scaler
import ServiceLifecycle
import Synchronization

/// The scaler of a node, with its loop, its threads and its ways to make servers. It stops first, so
/// that it does nothing about a cluster that it is leaving; servers that are to end with this process
/// are ended last, when the cluster needs them no more.
final class ScalerPart: Service {
    private let settings: Settings
    private let policy: ScalingPolicy
    private let node: LocalNode
    private let gossip: GossipService
    private let keyring: Keyring
    private let log: Logger
    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    /// For files, one after the other.
    private let disk = NIOThreadPool(numberOfThreads: 1)
    /// For programs and processes, which may take their time.
    private let threads = NIOThreadPool(numberOfThreads: 4)
    /// Of this process, and ended with it.
    private let bound = Mutex<ProcessProvisioner?>(nil)
    private let running = Mutex<ScalerService?>(nil)

    /// How long servers that end with this process have for it.
    private static let endTimeMax = Duration.seconds(1)
    private static let settlingMax = Duration.seconds(2)

    init(
        _ settings: Settings, policy: ScalingPolicy, node: LocalNode, gossip: GossipService,
        keyring: Keyring, log: Logger
    ) {
        self.settings = settings
        self.policy = policy
        self.node = node
        self.gossip = gossip
        self.keyring = keyring
        self.log = log
        disk.start()
        threads.start()
    }

    func run() async throws {
        // The identity on links is that of this node's present life.
        await gossip.settled(within: Self.settlingMax)
        var scaling = ScalerSettings()
        scaling.isDryRun = settings.dryRun
        let plan = try ProvisionerPlan(policy.provisioner)
        scaling.choosesVersion = plan.choosesVersion
        scaling.outcomeWithin = max(scaling.outcomeWithin, plan.answersWithin)
        // A look at this machine's processes costs next to nothing.
        if case .process = plan { scaling.listEvery = .seconds(1) }
        let service = try await ScalerService.start(
            ScalerOptions(
                policy: policy, policyFile: settings.policy?.text, settings: scaling,
                stateFolder: settings.stateDirectory?.text,
                identity: settings.linkIdentity(.scaler, of: gossip), keyring: keyring,
                hasRooms: settings.mode.hasRooms, ports: ports),
            gossip: gossip, loads: node.board, loop: group.next(), disk: disk, log: log)
        running.withLock { $0 = service }
        node.scaler = service
        log.info(
            "scaler runs",
            metadata: [
                "policy": "\(settings.policy?.text ?? DefaultPolicy.name)",
                "provisioner": "\(policy.provisioner.type.rawValue)",
            ])
        try? await gracefulShutdown()
        await service.stop()
    }

    /// Reads the policy file again.
    func reload() { running.withLock { $0 }?.reload() }

    /// When everything else of this process has ended.
    func end() async {
        if let provisioner = bound.withLock({ $0 }) {
            do throws(ProvisionerError) {
                try await provisioner.endAll(within: Self.endTimeMax)
            } catch {
                log.error("servers left behind", metadata: ["reason": "\(error)"])
            }
        }
        try? await threads.shutdownGracefully()
        try? await disk.shutdownGracefully()
        try? await group.shutdownGracefully()
    }

    private var ports: ScalerPorts {
        let (node, hasAudit) = (node, settings.auditLog != nil)
        return ScalerPorts(
            record: { event, fields in
                guard let audit = node.audit else {
                    // It is opened by the admin port, a moment after the start.
                    if hasAudit { throw Failure(.failed, "the audit log is not open yet") }
                    return
                }
                try await audit.record(AuditEvent(event, fields))
            },
            note: { event, fields in node.audit?.note(AuditEvent(event, fields)) },
            count: { _, outcome in
                switch outcome {
                case .done: node.counted.scalings.add()
                case .failed: node.counted.scalingFailures.add()
                }
            },
            provisioner: { self.makeProvisioner($0) },
            read: { PolicyFile.finding($0) })
    }

    private func makeProvisioner(_ plan: ProvisionerPlan) -> any Provisioner {
        switch plan {
        case .process(let process):
            let provisioner = ProcessProvisioner(
                settings.serverTemplate(process), thread: threads, loop: group.next())
            if settings.serversEndWithUs { bound.withLock { $0 = provisioner } }
            return provisioner
        case .command(let script):
            return CommandProvisioner(
                CommandProvisioner.Script(
                    words: script.words, timeMax: script.timeMax, cluster: settings.cluster.text),
                threads: threads)
        case .systemd(let units):
            return SystemdProvisioner(
                SystemdProvisioner.Units(
                    template: units.template, systemctl: units.systemctl, timeMax: units.timeMax),
                threads: threads)
        }
    }
}
