internal import Gossip
internal import Policy
internal import Scaler
internal import Simulation

/// Where launched servers run: a provisioner that is slow, fails, lies and hangs as the seed has it;
/// and the players whose number says how many there shall be. It looks at the world from outside, so
/// it knows how things are.
final class Cloud {
    /// What becomes of a call.
    enum Fate: CaseIterable {
        case works, fails, worksAndSaysNot, saysAndWorksNot, hangs, worksAndHangs

        var works: Bool { self == .works || self == .worksAndSaysNot || self == .worksAndHangs }
        var answers: Bool { self != .hangs && self != .worksAndHangs }
        var isDone: Bool { self == .works || self == .saysAndWorksNot }
    }

    private struct Call {
        let at: Instant
        let action: Action
        let fate: Fate
        let desk: ScalerDesk
    }

    private struct Question {
        let at: Instant
        let request: UInt64
        let works: Bool
        let desk: ScalerDesk
    }

    let policy: ScalingPolicy
    let settings: ScalerSettings
    let mistake: ClusterMistake
    let oracle: ScalingOracle
    /// Players of the whole cluster.
    private(set) var players = 20.0
    private(set) var now = Instant.origin
    private(set) var isAuditWritable = true
    /// Whether scalers do nothing: while others look whether all agree.
    private(set) var isClosed = false
    /// What scalers keep in their state directories, by their nodes.
    private var kept: [Int: ScalerState] = [:]
    private(set) var desks: [Int: ScalerDesk] = [:]
    /// The nodes of instances, by name; of one that was begun and never started, nil.
    private(set) var instances: [String: Int?] = [:]
    private var calls: [Call] = []
    private var questions: [Question] = []
    private var random: Randomness
    private var changeAt = Instant.origin
    private var isCalm = false
    /// Chances: of a call to go wrong, of an instance to never start, of one that died to be gone.
    private let callFaults: Double
    private let hangs: Double
    private let deaths: Double
    private let keepsState: Bool
    /// Nodes of which it is decided that they come back.
    private var returning: Set<Int> = []
    private(set) var serving = 1
    /// How many rooms a node runs, as it is.
    private let roomCount: (Int) -> Int

    private static let interval = Duration.milliseconds(100)

    init(seed: UInt64, mistake: ClusterMistake, roomCount: @escaping (Int) -> Int) {
        random = Randomness(seed: seed)
        self.roomCount = roomCount
        self.mistake = mistake
        policy = Self.policy()
        var settings = ScalerSettings()
        settings.listEvery = .seconds(1)
        settings.outcomeWithin = .seconds(8)
        settings.meetWithin = .seconds(6)
        self.settings = settings
        callFaults = [0, 0, 0.1, 0.4][random.pick(0...3)]
        hangs = [0, 0, 0.1, 0.3][random.pick(0...3)]
        deaths = [0, 0.5, 1][random.pick(0...2)]
        keepsState = random.chance(0.5)
        oracle = ScalingOracle(policy)
    }

    /// 50 players a server, and quick to go: 10 s after it is not needed.
    private static func policy() -> ScalingPolicy {
        let text = """
            apiVersion: hokmd/v1
            kind: ScalingPolicy
            policy: few
            limits: {min: 1, max: 4, maxUp: 2, maxDown: 1}
            capacity: {playersPerInstance: 50, startTime: 5s}
            guards:
              missingMetrics: {staleAfter: 5s, quorum: 60%}
              failedAction: {readyWithin: 12s, backoff: 1s..4s}
            policies: {few: {buffer: {of: players, free: 10, hold: 10s}}}
            """
        do {
            return try ScalingPolicy(Array(text.utf8).span, file: "policy", zone: { _ in nil })
        } catch {
            preconditionFailure("\(error)")
        }
    }

    // MARK: Scalers

    func desk(at index: Int, id: NodeID, name: String, now: Instant) -> ScalerDesk {
        let desk = ScalerDesk(
            index: index, id: id, name: name, cloud: self,
            restoring: keepsState ? kept[index] : nil, now: now)
        desks[index] = desk
        return desk
    }

    func keep(_ state: ScalerState, of index: Int) { kept[index] = state }

    /// What a server says that it carries of the players.
    func share(isDraining: Bool) -> Double { isDraining ? 0 : players / Double(max(serving, 1)) }

    func ask(_ action: Action, for desk: ScalerDesk) {
        let faults = Fate.allCases.dropFirst()
        let fate =
            !isCalm && random.chance(callFaults)
            ? faults.randomElement(using: &random) ?? .fails : .works
        let isSlow = !isCalm && action.id.kind == .launch && random.chance(callFaults / 2)
        let wait = random.pick(isSlow ? 1_000...9_000 : 10...800)
        calls.append(
            Call(
                at: now.advanced(by: .milliseconds(wait)), action: action, fate: fate, desk: desk))
    }

    func list(_ request: UInt64, for desk: ScalerDesk) {
        let isBad = !isCalm && random.chance(callFaults / 2)
        if isBad, random.chance(0.5) { return }
        let wait = Duration.milliseconds(random.pick(5...500))
        questions.append(
            Question(at: now.advanced(by: wait), request: request, works: !isBad, desk: desk))
    }

    // MARK: Attending

    /// - Parameter isCalm: faults have ended, and others look whether all agree: scalers rest, as
    ///   though they were asleep.
    func attend(_ world: inout World, isCalm: Bool) -> Instant {
        now = world.now
        isClosed = isCalm && !self.isCalm
        serving = world.nodes.count { node in
            node.isUp && node.course == .staying && node.modes.contains(.server)
        }
        change()
        bury(in: &world)
        answerCalls(in: &world)
        answerQuestions(in: world)
        desks = desks.filter { world.nodes[$0.key].isAlive }
        oracle.look(at: self, in: world)
        if let fault = oracle.fault { world.object(.scaling, fault) }
        return now.advanced(by: Self.interval)
    }

    /// All goes well from here on, and scalers go on.
    func calm() {
        (isClosed, isCalm, isAuditWritable, players) = (false, true, true, 80)
    }

    /// Until all is as it should be: back-offs, holds, drains, one after the other.
    static let calmTime = Duration.seconds(150)

    func conclude(in world: inout World) {
        oracle.conclude(self, in: world)
        if let fault = oracle.fault { world.object(.scaling, fault) }
    }

    var figures: ScalingFigures {
        ScalingFigures(
            launches: oracle.counts[.launch] ?? 0, drains: oracle.counts[.drain] ?? 0,
            terminations: oracle.counts[.terminate] ?? 0, spared: oracle.spared,
            instances: instances.count)
    }

    private func change() {
        guard !isCalm, now >= changeAt else { return }
        changeAt = now.advanced(by: .milliseconds(random.pick(2_000...9_000)))
        players = random.chance(0.1) ? 0 : Double(random.pick(0...230))
        if random.chance(0.1) { isAuditWritable.toggle() } else { isAuditWritable = true }
    }

    /// Some instances that die come back, by whoever watches over them; others are gone. In the end
    /// those come back that the cluster could not do without for good.
    private func bury(in world: inout World) {
        for (_, index) in instances.sorted(by: { $0.key < $1.key }) {
            guard let index, !isGone(index, in: world), case .down = world.nodes[index].state
            else { continue }
            if !isCalm {
                guard !returning.contains(index) else { continue }
                guard random.chance(deaths) else {
                    returning.insert(index)
                    continue
                }
            }
            if !world.retire(index), isCalm { world.start(index) }
        }
        returning = returning.filter { !world.nodes[$0].isAlive }
    }

    /// What the provisioner has, by name.
    func present(in world: World) -> [String] {
        instances.keys.sorted().filter { name in
            guard let index = instances[name] ?? nil else { return true }
            return !isGone(index, in: world)
        }
    }

    func describe(_ name: String, in world: World) -> String {
        guard let index = instances[name] ?? nil else { return "\(name), never started" }
        let node = world.nodes[index]
        return "\(name) (n\(index), \(node.state), \(node.course))"
    }

    private func isGone(_ index: Int, in world: World) -> Bool {
        world.nodes[index].hasGone && !world.nodes[index].isAlive
    }

    private func answerCalls(in world: inout World) {
        let due = calls.filter { $0.at <= now }
        calls.removeAll { $0.at <= now }
        for call in due {
            var isDone = call.fate.isDone
            if call.fate.works { isDone = execute(call.action, in: &world) && isDone }
            guard call.fate.answers, desks[call.desk.index] === call.desk else { continue }
            call.desk.answers.append(
                .outcome(call.action.id, isDone ? .done : .failed("no luck")))
        }
    }

    private func execute(_ action: Action, in world: inout World) -> Bool {
        let name = action.id.subject
        guard action.id.kind == .launch else {
            guard let found = instances[name] else { return true }
            guard let index = found else {
                instances.removeValue(forKey: name)
                return true
            }
            if isGone(index, in: world) { return true }
            oracle.noteEnd(of: name, at: index, holding: roomCount(index))
            return world.retire(index)
        }
        guard instances[name] == nil else { return true }
        guard !random.chance(isCalm ? 0 : hangs) else {
            instances[name] = .some(nil)
            return true
        }
        let index = world.addNode(founders: 0, modes: .server, name: name)
        instances[name] = index
        world.start(index)
        return true
    }

    private func answerQuestions(in world: World) {
        let due = questions.filter { $0.at <= now }
        questions.removeAll { $0.at <= now }
        for question in due where desks[question.desk.index] === question.desk {
            guard question.works else {
                question.desk.answers.append(.listFailed(request: question.request))
                continue
            }
            let listed = present(in: world).map { ListedInstance(id: InstanceID($0)) }
            question.desk.answers.append(.listed(listed, request: question.request))
        }
    }
}

/// What scalers did in a run.
package struct ScalingFigures: Sendable {
    package let launches: Int
    package let drains: Int
    package let terminations: Int
    /// Drains since fewer were wanted.
    package let spared: Int
    package let instances: Int
}
