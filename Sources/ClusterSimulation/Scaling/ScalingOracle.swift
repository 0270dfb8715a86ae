internal import Gossip
internal import Policy
internal import Scaler
internal import Simulation

/// Judges what scalers do by the world as it is, which none of them sees.
final class ScalingOracle {
    /// The first thing that is wrong.
    private(set) var fault: String?
    /// What happened, by kind: a run in which nothing does shows nothing.
    private(set) var counts: [Action.Kind: Int] = [:]
    /// Drains of what served, since fewer were wanted.
    private(set) var spared = 0
    private let policy: ScalingPolicy
    private var asked: Set<Action.ID> = []
    private var chosen: Set<Action.ID> = []
    /// Of a scaler that acts without a break: when it last went out, by its own clock.
    private var lastOut: [ObjectIdentifier: (at: Moment, actingSince: Instant)] = [:]

    /// Fewer only after fewer were enough for so long: the policy's hold.
    private static let hold = Duration.seconds(10)
    /// Two that see each other differently may both act for a moment; what they ask for is the same.
    private static let overlapMax = Duration.seconds(8)

    init(_ policy: ScalingPolicy) {
        self.policy = policy
    }

    func expect(_ isSo: Bool, _ text: @autoclosure () -> String) {
        if !isSo, fault == nil { fault = text() }
    }

    // MARK: What scalers do

    func noteAudit(_ action: Action, by desk: ScalerDesk) {
        guard chosen.insert(action.id).inserted, action.id.kind == .drain else { return }
        // What was given up for another reason was not counted on.
        let isSpared = !["taken back", "out of reach", "drained", "it ", "found"].contains {
            action.reason.hasPrefix($0)
        }
        guard isSpared else { return }
        spared += 1
        let ready = desk.machine.report.instances.count { $0.state == .ready }
        expect(
            ready >= policy.limits.min,
            "\(desk.name): \(action.id) (\(action.reason)) leaves \(ready)")
    }

    func note(_ action: Action, by desk: ScalerDesk, in cloud: Cloud) {
        counts[action.id.kind, default: 0] += 1
        expect(
            desk.audited.contains(action.id) || cloud.mistake == .endedInsteadOfDrained,
            "\(desk.name): \(action.id) is not in its audit log")
        expect(
            InstanceID(action.id.subject).serial(prefix: "auto-") != nil,
            "\(desk.name): \(action.id) is about what is not the scaler's")
        for other in cloud.desks.values where other !== desk && other.performed.contains(action.id)
        {
            guard let one = desk.actingSince, let two = other.actingSince else { continue }
            let overlap = max(one, two).duration(to: cloud.now)
            expect(
                overlap < Self.overlapMax,
                "\(desk.name) and \(other.name) both do \(action.id), and act for \(overlap)")
        }
        guard action.id.kind == .launch, asked.insert(action.id).inserted else { return }
        let ready = desk.machine.report.instances.count { $0.state == .ready }
        expect(ready < policy.limits.max, "\(desk.name): \(action.id) though \(ready) serve")
    }

    func note(_ decision: Decision, by desk: ScalerDesk) {
        expect(
            (policy.limits.min...policy.limits.max).contains(decision.target),
            "\(desk.name): a target of \(decision.target)")
        guard let since = desk.actingSince, decision.target != decision.current else { return }
        let key = ObjectIdentifier(desk)
        guard decision.target < decision.current else {
            lastOut[key] = (decision.time, since)
            return
        }
        guard let last = lastOut[key], last.actingSince == since else { return }
        let wait = decision.time - last.at
        expect(wait >= Self.hold, "\(desk.name): in \(wait) after out")
    }

    // MARK: What becomes of it

    /// An instance is about to be ended.
    func noteEnd(of name: String, at index: Int, holding rooms: Int) {
        expect(rooms == 0, "\(name) (n\(index)) is ended with \(rooms) rooms")
    }

    func look(at cloud: Cloud, in world: World) {
        let present = cloud.present(in: world).count
        expect(present <= 2 * policy.limits.max + 2, "\(present) instances are there")
    }

    /// After a time without faults all is as it should be.
    func conclude(_ cloud: Cloud, in world: World) {
        let able = cloud.desks.values.filter { desk in
            world.nodes[desk.index].isUp && world.nodes[desk.index].course == .staying
        }
        guard !able.isEmpty else { return }
        let acting = able.filter(\.machine.isActing)
        expect(acting.count == 1, "\(acting.map(\.name).sorted()) act, of \(able.count)")
        guard let desk = acting.first else { return }
        expect(
            desk.id == able.map(\.id).min(), "\(desk.name) acts, and is not the lowest that can")
        let wanted = 2
        let target = desk.machine.report.target
        expect(target == wanted, "the target is \(target ?? -1)")
        // Whom a scaler finds at the provisioner and nowhere else may run rooms with its pair: it stays
        // for as long as these wait, and counts for nothing.
        let lost = desk.machine.report.instances.filter { $0.state == .lost }.map(\.id.name)
        let present = cloud.present(in: world)
        let serving = present.filter { name in
            guard let index = cloud.instances[name] ?? nil else { return false }
            let node = world.nodes[index]
            return node.isUp && node.course == .staying
                && world.viewCheck.latest?.server(node.id)?.state == .serving
        }
        let ledger = desk.machine.report.instances.map { "\($0.id) \($0.state.rawValue)" }
        expect(
            serving.count == wanted && present.count { !lost.contains($0) } == wanted,
            "of \(present.map { cloud.describe($0, in: world) }) serve \(serving), "
                + "the ledger has \(ledger)")
        expect(desk.machine.report.alarms.isEmpty, "alarms \(desk.machine.report.alarms)")
    }
}
