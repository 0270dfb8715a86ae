package import Gossip
package import Link
package import Logging
package import NIOCore
package import NIOPosix
package import Policy
internal import Synchronization

/// How a scaler is started.
package struct ScalerOptions: Sendable {
    package var policy: ScalingPolicy
    /// The file that it came from and that is watched; nil for the built-in one.
    package var policyFile: String?
    package var settings: ScalerSettings
    /// Where it keeps what the next life goes on from; nil for nowhere.
    package var stateFolder: String?
    package var identity: LinkIdentity
    package var keyring: Keyring
    /// Whether this very process hosts rooms.
    package var hasRooms: Bool
    package var ports: ScalerPorts

    package init(
        policy: ScalingPolicy, policyFile: String?, settings: ScalerSettings,
        stateFolder: String?, identity: LinkIdentity, keyring: Keyring, hasRooms: Bool,
        ports: ScalerPorts
    ) {
        self.policy = policy
        self.policyFile = policyFile
        self.settings = settings
        self.stateFolder = stateFolder
        self.identity = identity
        self.keyring = keyring
        self.hasRooms = hasRooms
        self.ports = ports
    }
}

/// Runs a scaler on an event loop, from its first look to its stop.
package final class ScalerService: Sendable {
    private let loop: any EventLoop
    private let state: NIOLoopBound<ScalerLoop>
    private let shown: Shown

    private final class Shown: Sendable {
        let status = Mutex<ScalerStatus?>(nil)
    }

    /// - Parameters:
    ///   - loop: the scaler's; its links are there too.
    ///   - disk: one thread, for files.
    /// - Throws: where the policy names a provisioner that there is not, or the state's folder cannot
    ///   be made.
    package static func start(
        _ options: ScalerOptions, gossip: GossipService, loads: LoadBoard, loop: any EventLoop,
        disk: NIOThreadPool, log: Logger
    ) async throws -> ScalerService {
        let plan = try ProvisionerPlan(options.policy.provisioner)
        let (store, machine, minutes, faults) = try await disk.runIfActive {
            let store = try options.stateFolder.map { path throws(SystemFailure) in
                try ScalerStore(path)
            }
            var machine = ScalerMachine(options.policy, settings: options.settings, at: .now)
            var minutes = MinuteTable()
            let faults = store?.history.read(upTo: .now) { day in
                machine.learn(day)
                for minute in day { minutes.append(minute) }
            }
            if let former = store?.state() { machine.restore(former) }
            return (store, machine, minutes, faults ?? [])
        }
        for fault in faults {
            log.warning("history damaged", metadata: ["reason": "\(fault)"])
        }
        let shown = Shown()
        let state = try await loop.submit {
            let links = try ScalerLinks(
                eventLoop: loop, identity: options.identity, keyring: options.keyring,
                gossip: gossip, loads: loads, figures: loads.figures, hasRooms: options.hasRooms,
                logger: log)
            let scaler = ScalerLoop(
                options, machine: machine, minutes: minutes, plan: plan,
                links: links, gossip: gossip,
                loads: loads, loop: loop, disk: disk, store: store, log: log
            ) { status in shown.status.withLock { $0 = status } }
            scaler.start()
            return NIOLoopBound(scaler, eventLoop: loop)
        }.get()
        return ScalerService(loop: loop, state: state, shown: shown)
    }

    private init(loop: any EventLoop, state: NIOLoopBound<ScalerLoop>, shown: Shown) {
        self.loop = loop
        self.state = state
        self.shown = shown
    }

    /// What there is to show, at most a second old.
    package var status: ScalerStatus? { shown.status.withLock { $0 } }

    /// The minutes that are known, as a table: what `hokmd policy backtest` takes as a trace.
    package func trace() async -> String {
        let minutes = try? await loop.submit { self.state.value.minutes }.get()
        return (minutes ?? MinuteTable()).csv
    }

    /// Reads the policy file again, though nothing says that it changed.
    package func reload() { loop.execute { self.state.value.reload() } }

    /// Does nothing more. To be called once.
    package func stop() async {
        try? await loop.flatSubmit { self.state.value.stop() }.get()
    }
}
