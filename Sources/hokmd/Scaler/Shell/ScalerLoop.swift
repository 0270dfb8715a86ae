internal import Gossip
internal import Link
internal import Logging
internal import NIOCore
internal import NIOPosix
internal import Policy
internal import YAML

/// What the scaler's loop holds: feeds its machine, and carries out what that says. Confined to that
/// loop.
final class ScalerLoop {
    private var machine: ScalerMachine
    private let options: ScalerOptions
    private let ports: ScalerPorts
    private let links: ScalerLinks
    private let gossip: GossipService
    private let loads: LoadBoard
    private let loop: any EventLoop
    private let disk: NIOThreadPool
    private let store: ScalerStore?
    private let log: Logger
    private let publish: @Sendable (ScalerStatus) -> Void

    private var policy: PolicyStanding
    private var plan: ProvisionerPlan
    private(set) var provisioner: any Provisioner
    private var watcher: PolicyWatcher?
    private var subscription: ClusterSubscription?
    /// In their order; those behind a state wait until it is saved.
    private var effects: [ScalerEffect] = []
    private var isSaving = false
    private var saved: (state: ScalerState, at: ContinuousClock.Instant)?
    /// The minutes of this life, and those that the disk had.
    private(set) var minutes: MinuteTable
    private var storeFault: String?
    private var timer: Scheduled<Void>?
    private var isStopped = false

    /// Also where the clock was put back.
    private static let tickMax = Duration.seconds(1)
    private static let saveInterval = Duration.seconds(10)

    init(
        _ options: ScalerOptions, machine: ScalerMachine, minutes: MinuteTable,
        plan: ProvisionerPlan,
        links: ScalerLinks, gossip: GossipService, loads: LoadBoard, loop: any EventLoop,
        disk: NIOThreadPool, store: ScalerStore?, log: Logger,
        publish: @escaping @Sendable (ScalerStatus) -> Void
    ) {
        self.options = options
        self.machine = machine
        self.minutes = minutes
        self.plan = plan
        self.links = links
        self.gossip = gossip
        self.loads = loads
        self.loop = loop
        self.disk = disk
        self.store = store
        self.log = log
        self.publish = publish
        ports = options.ports
        provisioner = options.ports.provisioner(plan)
        policy = PolicyStanding(
            options.policy, source: options.policyFile ?? DefaultPolicy.name, loadedAt: .now)
    }

    func start() {
        let bound = NIOLoopBound(self, eventLoop: loop)
        let loop = loop
        loads.figures.onWord { word in loop.execute { bound.value.heard(word) } }
        links.start()
        subscription = gossip.subscribe(on: loop) { _ in bound.value.turn() }
        if let file = options.policyFile {
            let watcher = PolicyWatcher(
                file, loop: loop, thread: disk, log: log, read: ports.read
            ) { bound.value.found($0) }
            self.watcher = watcher
            watcher.start()
        }
        turn()
    }

    /// Does nothing any more. What is under way at the provisioner goes on there.
    func stop() -> EventLoopFuture<Void> {
        isStopped = true
        effects = []
        loads.figures.onWord(nil)
        subscription?.cancel()
        watcher?.stop()
        timer?.cancel()
        return links.stop()
    }

    /// The operator wants the policy read again.
    func reload() { watcher?.reload() }

    // MARK: What comes

    private func heard(_ word: FigureBoard.Word) {
        switch word {
        case .figures(let figures):
            var values: [Figure: Double] = [:]
            for (number, value) in figures.values {
                // A newer node measures what this one does not know.
                if let figure = Figure(rawValue: number) { values[figure] = value }
            }
            machine.receive(values, from: figures.node, at: .now)
        case .scaler(let word):
            guard word.scaler != gossip.snapshot.own.id else { return }
            guard let state = ScalerState(decoding: word.bytes) else {
                log.warning(
                    "scaler's state not understood", metadata: ["from": "\(word.scaler)"])
                return
            }
            turn { $0.noteShared(state, from: word.scaler) }
        }
    }

    private func found(_ finding: PolicyWatcher.Finding) {
        var finding = finding
        if case .loaded(let new) = finding {
            do throws(PolicyRefusal) {
                try use(new)
            } catch {
                finding = .refused(error.reason)
            }
        }
        policy.take(finding, at: .now)
        switch finding {
        case .loaded(let new):
            log.notice(
                "policy loaded",
                metadata: ["file": "\(policy.source)", "policy": "\(new.active)"])
            ports.note("policy loaded", [("file", policy.source), ("policy", new.active)])
            turn { $0.reload(new) }
        case .refused, .gone:
            let reason = policy.refusal ?? ""
            log.error("policy refused", metadata: ["reason": "\(reason)"])
            ports.note("policy refused", [("file", policy.source), ("reason", reason)])
            turn()
        }
    }

    private struct PolicyRefusal: Error { var reason: String }

    /// Takes the provisioner of a new policy. Servers of another kind would be out of sight, and
    /// processes are children of the one that started them, so that needs a start.
    private func use(_ new: ScalingPolicy) throws(PolicyRefusal) {
        let plan: ProvisionerPlan
        do {
            plan = try ProvisionerPlan(new.provisioner)
        } catch { throw PolicyRefusal(reason: error.description) }
        guard plan != self.plan else { return }
        switch (self.plan, plan) {
        case (.command, .command), (.systemd, .systemd):
            (self.plan, provisioner) = (plan, ports.provisioner(plan))
        default:
            throw PolicyRefusal(
                reason: "\(policy.source): the provisioner is \(provisioner.kind) as it was set up "
                    + "when the scaler started; restart it to change that")
        }
    }

    // MARK: Turns

    private func turn(_ input: (inout ScalerMachine) -> Void = { _ in }) {
        guard !isStopped else { return }
        machine.note(ClusterPicture(gossip.snapshot, loads: loads))
        input(&machine)
        let now = Moment.now
        effects += machine.advance(to: now)
        carryOut()
        publish(
            ScalerStatus(
                report: machine.report, policy: policy, provisioner: provisioner.kind,
                isDryRun: options.settings.isDryRun, storeFault: storeFault))
        timer?.cancel()
        let wait = min(max(machine.nextDeadline - now, .zero), Self.tickMax)
        let bound = NIOLoopBound(self, eventLoop: loop)
        timer = loop.scheduleTask(in: TimeAmount(wait)) { bound.value.turn() }
    }

    private func carryOut() {
        while !isSaving, !isStopped, !effects.isEmpty { perform(effects.removeFirst()) }
    }

    private func perform(_ effect: ScalerEffect) {
        switch effect {
        case .audit(let action): audit(action)
        case .perform(let action): perform(action)
        case .list(let request): list(request)
        case .share(let state): share(state)
        case .weigh(let node, let weight): links.weigh(NodeID(name: node), weight)
        case .record(let decision):
            let isChange = decision.target != decision.current
            log.log(
                level: isChange ? .info : .debug, "decision",
                metadata: ["decision": "\(decision.line)"])
            keepOnDisk("decision") { try $0.append(decision) }
        case .keep(let minute): keep(minute)
        case .alarm(let alarm, let isRaised):
            log.log(
                level: isRaised ? .error : .notice, isRaised ? "alarm" : "alarm over",
                metadata: ["alarm": "\(alarm.rawValue)"])
            ports.note(isRaised ? "scaler alarm" : "scaler alarm over", [("alarm", alarm.rawValue)])
        }
    }

    private func share(_ state: ScalerState) {
        let bytes = state.encode()
        links.tellScalers(bytes)
        guard let store, isWorthSaving(state) else { return }
        isSaving = true
        let bound = NIOLoopBound(self, eventLoop: loop)
        disk.runIfActive(eventLoop: loop) { try store.save(bytes) }.whenComplete { result in
            bound.value.saved(result)
        }
    }

    /// Most are signs of life: of what they tell, some seconds may be lost.
    private func isWorthSaving(_ state: ScalerState) -> Bool {
        let (now, before) = (ContinuousClock.now, saved)
        if let before, before.state.instances == state.instances,
            before.state.serial == state.serial, before.state.versions == state.versions,
            now - before.at < Self.saveInterval
        {
            return false
        }
        saved = (state, now)
        return true
    }

    private func keep(_ minute: MinuteRecord) {
        minutes.append(minute)
        keepOnDisk("minute") { try $0.history.append(minute) }
    }

    private func keepOnDisk(
        _ what: String, _ body: @escaping @Sendable (ScalerStore) throws -> Void
    ) {
        guard let store else { return }
        let log = log
        disk.runIfActive(eventLoop: loop) { try body(store) }.whenFailure { error in
            log.error("\(what) not kept", metadata: ["reason": "\(error)"])
        }
    }

    private func saved(_ result: Result<Void, any Error>) {
        isSaving = false
        switch result {
        case .success: storeFault = nil
        case .failure(let error):
            if storeFault == nil {
                log.error("scaler's state not saved", metadata: ["reason": "\(error)"])
            }
            storeFault = "\(error)"
        }
        carryOut()
    }

    // MARK: Actions

    private func audit(_ action: Action) {
        let record = ports.record
        let bound = NIOLoopBound(self, eventLoop: loop)
        let loop = loop
        Task {
            var isWritten = true
            do { try await record("scaling", action.fields) } catch { isWritten = false }
            loop.execute { [isWritten] in
                bound.value.turn { $0.noteAudited(action.id, isWritten) }
            }
        }
    }

    private func perform(_ action: Action) {
        log.notice("scaling", metadata: action.metadata)
        guard let instance = action.instance else { return ended(action, .done, nil) }
        switch action.id.kind {
        case .drain:
            // The node says by itself that it does; the picture shows it.
            gossip.drain(NodeID(name: instance.name))
            ended(action, .done, nil)
        case .launch:
            let request = LaunchRequest(
                instance, version: action.version,
                labels: ["cluster": options.identity.cluster], join: joinAddresses)
            run(action) { provisioner throws(ProvisionerError) in
                try await provisioner.launch(request)
            }
        case .terminate:
            run(action) { provisioner throws(ProvisionerError) in
                try await provisioner.terminate(instance)
                return ""
            }
        case .rollBack: ended(action, .done, nil)
        }
    }

    private func run(
        _ action: Action,
        _ body: @escaping @Sendable (any Provisioner) async throws(ProvisionerError) -> String
    ) {
        let provisioner = provisioner
        let bound = NIOLoopBound(self, eventLoop: loop)
        let loop = loop
        Task {
            var (outcome, place) = (Action.Outcome.done, "")
            do throws(ProvisionerError) {
                place = try await body(provisioner)
            } catch {
                outcome = .failed("\(error)")
            }
            loop.execute { [outcome, place] in bound.value.ended(action, outcome, place) }
        }
    }

    private func ended(_ action: Action, _ outcome: Action.Outcome, _ place: String?) {
        var fields = action.fields
        if let place, !place.isEmpty { fields.append(("place", place)) }
        switch outcome {
        case .done: fields.append(("outcome", "done"))
        case .failed(let reason):
            log.error(
                "scaling failed",
                metadata: ["action": "\(action.id)", "reason": "\(reason)"])
            fields += [("outcome", "failed"), ("why", reason)]
        }
        ports.note("scaling ended", fields)
        ports.count(action, outcome)
        turn { $0.noteOutcome(of: action.id, outcome) }
    }

    private func list(_ request: UInt64) {
        let provisioner = provisioner
        let bound = NIOLoopBound(self, eventLoop: loop)
        let loop = loop
        Task {
            let result: Result<[ListedInstance], ProvisionerError>
            do throws(ProvisionerError) {
                result = .success(try await provisioner.list())
            } catch {
                result = .failure(error)
            }
            loop.execute { bound.value.listed(result, request) }
        }
    }

    private func listed(_ result: Result<[ListedInstance], ProvisionerError>, _ request: UInt64) {
        switch result {
        case .success(let instances): turn { $0.noteListed(instances, request: request) }
        case .failure(let error):
            log.warning("servers not listed", metadata: ["reason": "\(error)"])
            turn { $0.noteListFailed("\(error)", request: request) }
        }
    }

    /// This node, and two others in case it is gone by the time that they are asked.
    private var joinAddresses: [String] {
        let snapshot = gossip.snapshot
        let others = snapshot.present.filter { $0.id != snapshot.own.id && $0.state == .ready }
        return ([snapshot.own] + others.prefix(2)).map(\.address.description)
    }
}

extension Action {
    fileprivate var fields: ScalerPorts.Fields {
        [("action", "\(id)"), ("attempt", "\(attempt)"), ("reason", reason)]
            + (version.map { [("version", $0)] } ?? [])
    }

    fileprivate var metadata: Logger.Metadata {
        Logger.Metadata(fields.map { ($0.key, "\($0.value)") }) { first, _ in first }
    }
}
