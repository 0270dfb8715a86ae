import Policy

@testable import Scaler

/// Judges what scalers do by the world as it is, which none of them sees.
struct Oracle {
    private(set) var faults: [String] = []
    private let policy: ScalingPolicy
    private var asked: Set<Action.ID> = []
    private var chosen: Set<Action.ID> = []
    private var launches: [Moment] = []
    private var lastOut: Moment?
    /// When an instance last got ready, also one that has died since.
    private var lastReady: Moment?
    /// Whether a scaler may have forgotten what another did: then the cooldown may begin anew.
    var scalersChange = false
    /// What happened, by kind: a run in which nothing does shows nothing.
    private(set) var counts: [String: Int] = [:]

    init(policy: ScalingPolicy) {
        self.policy = policy
    }

    private mutating func expect(
        _ condition: Bool, _ what: String, _ now: Moment
    ) {
        guard !condition, faults.count < 5 else { return }
        faults.append("\((now - monday).inSeconds) s: \(what)")
    }

    mutating func note(_ action: Action, by node: Stage.Node, at stage: Stage) {
        let now = stage.now
        counts[action.id.kind.rawValue, default: 0] += 1
        expect(node.audited.contains(action.id), "\(action.id) is not in the audit log", now)
        expect(
            InstanceID(action.id.subject).serial(prefix: "auto-") != nil,
            "\(action.id) is about what is not the scaler's", now)
        let isFirst = asked.insert(action.id).inserted
        switch action.id.kind {
        case .launch:
            launches.removeAll { now - $0 >= .seconds(60) }
            launches.append(now)
            expect(launches.count <= 50, "\(launches.count) launches in a minute", now)
            guard isFirst, let target = node.machine.engine.state.target else { return }
            // Those that are on their way out, though the word has not reached them, do not count.
            let leaving = Set(
                node.machine.report.instances.filter {
                    $0.state == .draining || $0.state == .stopping
                }.map(\.id.name))
            let settled = stage.plant.servers.values.count {
                $0.isManaged && $0.phase == .ready && $0.cutSince == nil
                    && !stage.plant.failing.contains($0.version) && !leaving.contains($0.name)
                    && now - ($0.readySince ?? now) >= .seconds(15)
            }
            expect(
                settled < min(target, policy.limits.max),
                "\(action.id) (\(action.reason)) though \(settled) of \(target) serve: "
                    + "\(node.machine.report.instances.map { "\($0.id) \($0.state)" })", now)
        case .drain, .terminate, .rollBack: break
        }
    }

    /// By what the scaler saw when it chose.
    mutating func noteAudit(_ action: Action, by node: Stage.Node, at stage: Stage) {
        guard chosen.insert(action.id).inserted else { return }
        if action.id.kind == .launch { checkBackoff(action, node.machine, at: stage) }
        // What was given up before was not counted on.
        let isGivenUp = ["taken back", "out of reach"].contains { action.reason.hasPrefix($0) }
        guard action.id.kind == .drain, !isGivenUp else { return }
        let members = stage.plant.picture(at: stage.now)
        let ready = members.filter { $0.name != "all" && $0.state == .ready }.map(\.name)
        guard ready.contains(action.id.subject) else { return }
        expect(
            ready.count > policy.limits.min,
            "\(action.id) (\(action.reason)) leaves \(ready.count - 1)", stage.now)
    }

    /// After a launch that failed, none within the first wait, unless something speaks for it.
    private mutating func checkBackoff(
        _ action: Action, _ machine: ScalerMachine, at stage: Stage
    ) {
        guard !scalersChange, let failedAt = machine.state.failedAt else { return }
        let isHeartened =
            lastReady.map { $0 >= failedAt } ?? false
            || machine.state.instances.contains { $0.phase == .ready && $0.since >= failedAt }
            || machine.state.versions.contains { $0.standing == .bad && $0.since >= failedAt }
        let wait = stage.now - failedAt
        expect(
            isHeartened || wait >= policy.guards.failed.backoffFirst,
            "\(action.id) \(wait.inSeconds) s after a failure", stage.now)
    }

    mutating func noteEnd(of server: Plant.Server?, at stage: Stage) {
        guard let server else { return }
        counts["ended", default: 0] += 1
        expect(server.rooms == 0, "\(server.name) was ended with \(server.rooms) rooms", stage.now)
    }

    mutating func note(_ decision: Decision, by node: Stage.Node, at stage: Stage) {
        expect(
            (policy.limits.min...policy.limits.max).contains(decision.target),
            "a target of \(decision.target)", stage.now)
        guard node.machine.isActing, decision.target != decision.current else { return }
        if decision.target > decision.current { lastOut = stage.now }
        if decision.target < decision.current {
            counts["in", default: 0] += 1
            guard !scalersChange, let lastOut else { return }
            expect(
                stage.now - lastOut >= .seconds(20),
                "in \((stage.now - lastOut).inSeconds) s after out", stage.now)
        }
    }

    mutating func look(at stage: Stage) {
        let running = stage.plant.servers.values.count { $0.isManaged && $0.isListed }
        expect(running <= 2 * policy.limits.max + 6, "\(running) instances run", stage.now)
        let ready = stage.nodes.flatMap { $0.machine.state.instances }.filter { $0.phase == .ready }
        lastReady = ready.map(\.since).max().map { max($0, lastReady ?? $0) } ?? lastReady
    }

    /// After a calm time all is as it should be.
    mutating func conclude(_ stage: Stage) {
        let now = stage.now
        let acting = stage.nodes.filter(\.machine.isActing).map(\.number)
        expect(acting == [1], "scalers \(acting) act", now)
        guard let node = stage.nodes.first(where: \.machine.isActing) else { return }
        let target = node.machine.engine.state.target
        expect(target == 3, "the target is \(target ?? -1)", now)
        let managed = stage.plant.servers.values.filter { $0.isManaged && $0.isListed }
        let serving = managed.filter { $0.phase == .ready }
        expect(serving.count == 3, "\(serving.map(\.name).sorted()) serve", now)
        expect(
            managed.count == serving.count,
            "\(managed.map { "\($0.name) \($0.phase)" }.sorted()) run, ledger \(node.machine.report.instances.map { "\($0.id) \($0.state)" })",
            now)
        let bad = node.machine.state.versions.filter { $0.standing == .bad }.map(\.version)
        expect(!serving.contains { bad.contains($0.version) }, "a bad version serves", now)
        expect(
            node.machine.report.alarms.allSatisfy { $0 == .foreignInstances || $0 == .badRelease },
            "alarms \(node.machine.report.alarms)", now)
    }
}
