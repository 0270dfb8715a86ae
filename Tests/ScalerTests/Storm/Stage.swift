import Gossip
import Policy
import Random

@testable import Scaler

/// Scalers over a plant, in virtual seconds. What they ask for comes late, wrong or not at all.
final class Stage {
    struct Node {
        let number: UInt64
        var machine: ScalerMachine
        /// Tells its lives apart: an answer to a former one is dropped.
        var life = 0
        var isUp = true
        /// Since when it is down or cut off.
        var goneSince: Moment?
        var isCut = false
        var disk: ScalerState?
        var audited: Set<Action.ID> = []
        var auditWorks = true
        /// What its clock is off by.
        var skew = Duration.zero
        var asleepUntil: Moment?
    }

    enum Event {
        case audited(Action.ID, Bool)
        case call(Action, Call)
        case outcome(Action.ID, Action.Outcome)
        case listed(request: UInt64, works: Bool)
        case shared(ScalerState, from: NodeID)
    }

    /// What becomes of a call to the provisioner.
    enum Call { case works, fails, worksAndSaysNot, lies, hangs, worksAndHangs }

    private struct Message {
        let at: Moment
        let node: Int
        let life: Int
        let event: Event
    }

    let policy: ScalingPolicy
    let mistake: Mistake?
    private let settings: ScalerSettings
    var generator: SplitMix64
    var plant = Plant()
    var nodes: [Node] = []
    private var messages: [Message] = []
    var now = monday
    /// Percent of the calls that go wrong in some way, and slow ones.
    var callFaults = 0
    var oracle: Oracle

    init(scalers: Int, seed: UInt64, mistake: Mistake?) throws {
        generator = SplitMix64(seed: seed)
        self.mistake = mistake
        policy = try testPolicy()
        var settings = ScalerSettings()
        settings.choosesVersion = true
        settings.listEvery = .seconds(3)
        settings.listStaleAfter = .seconds(15)
        settings.outcomeWithin = .seconds(8)
        settings.meetWithin = .seconds(5)
        (settings.retryFirst, settings.retryMax) = (.seconds(1), .seconds(8))
        settings.lostFor = mistake == .lostNotWaitedFor ? .seconds(1) : .seconds(80)
        self.settings = settings
        oracle = Oracle(policy: policy)
        // One that nobody provisioned, as with `--mode all`.
        var own = Plant.Server(name: "all", version: "1.0", bornAt: now)
        (own.phase, own.isManaged, own.isListed, own.readySince) = (.ready, false, false, now)
        plant.servers["all"] = own
        for number in 0..<scalers { nodes.append(newNode(UInt64(number) + 1)) }
    }

    private func newNode(_ number: UInt64) -> Node {
        Node(number: number, machine: ScalerMachine(policy, settings: settings, at: now))
    }

    func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &generator) < percent }

    // MARK: A second

    func turn() {
        now = now + .seconds(1)
        plant.progress(to: now, using: &generator)
        deliver()
        for index in nodes.indices.shuffled(using: &generator) where nodes[index].isUp {
            if let until = nodes[index].asleepUntil {
                guard until <= now else { continue }
                (nodes[index].asleepUntil, nodes[index].goneSince) = (nil, nil)
            }
            turn(of: index)
        }
        oracle.look(at: self)
    }

    private func turn(of index: Int) {
        let picture = picture(for: nodes[index])
        nodes[index].machine.note(mistake?.changed(picture, at: self) ?? picture)
        let serving = plant.sorted.filter { $0.phase == .ready && $0.cutSince == nil }
        for server in serving where !nodes[index].isCut {
            nodes[index].machine.receive(
                [
                    .players: Double(plant.players) / Double(serving.count), .cpu: 0.5,
                    .requests: server.requests, .errors: server.errors,
                ], from: server.name, at: now + nodes[index].skew)
        }
        mistake?.beforeTurn(&nodes[index].machine, at: self)
        let effects = nodes[index].machine.advance(to: now + nodes[index].skew)
        for effect in effects { carryOut(effect, of: index) }
    }

    private func picture(for node: Node) -> ClusterPicture {
        let own = scaler(node.number)
        let isAlone = node.isCut && node.goneSince.map { now - $0 >= Plant.noticed } ?? false
        guard !isAlone else {
            var servers = plant.picture(at: now).filter { $0.name != "all" }
            for index in servers.indices {
                (servers[index].state, servers[index].isInView) = (.failed, false)
            }
            return ClusterPicture(own: own, seesMajority: false, scalers: [own], servers: servers)
        }
        let scalers = nodes.filter { other in
            other.number == node.number || other.goneSince.map { now - $0 < Plant.noticed } ?? true
        }
        return ClusterPicture(
            own: own, seesMajority: true, scalers: scalers.map { scaler($0.number) },
            servers: plant.picture(at: now))
    }

    // MARK: Effects

    private func carryOut(_ effect: ScalerEffect, of index: Int) {
        let node = nodes[index]
        switch effect {
        case .audit(let action):
            oracle.noteAudit(action, by: node, at: self)
            if node.auditWorks, mistake != .notAudited { nodes[index].audited.insert(action.id) }
            send(.audited(action.id, node.auditWorks), to: index, within: 1)
        case .perform(let action): perform(mistake?.changed(action) ?? action, of: index)
        case .list(let request):
            let isBad = chance(callFaults / 2)
            if isBad, chance(50) { return }
            send(.listed(request: request, works: !isBad), to: index, within: 1)
        case .share(let state):
            nodes[index].disk = state
            guard !node.isCut, mistake != .allAct else { return }
            for other in nodes.indices
            where other != index && nodes[other].isUp && !nodes[other].isCut {
                send(.shared(state, from: NodeID(rawValue: node.number)), to: other, within: 0)
            }
        case .record(let decision): oracle.note(decision, by: node, at: self)
        case .weigh, .keep, .alarm: break
        }
    }

    private func perform(_ action: Action, of index: Int) {
        oracle.note(action, by: nodes[index], at: self)
        if action.id.kind == .drain {
            // Over gossip: it may get lost, and nobody would know.
            if !nodes[index].isCut, !chance(callFaults / 2) {
                plant.drain(action.id.subject, at: now)
            }
            send(.outcome(action.id, .done), to: index, within: 1)
            return
        }
        let faults: [Call] = [.fails, .worksAndSaysNot, .lies, .hangs, .worksAndHangs]
        let call = chance(callFaults) ? faults.randomElement(using: &generator)! : .works
        send(
            .call(action, call), to: index,
            within: action.id.kind == .launch && chance(callFaults / 3) ? 12 : 1)
    }

    private func send(_ event: Event, to index: Int, within seconds: Int) {
        let at = now + .seconds(Int.random(in: 0...seconds, using: &generator))
        messages.append(Message(at: at, node: index, life: nodes[index].life, event: event))
    }

    private func deliver() {
        let due = messages.filter { $0.at <= now }
        messages.removeAll { $0.at <= now }
        for message in due {
            // A call goes on whatever becomes of the caller.
            if case .call(let action, let call) = message.event {
                execute(action, call, of: message)
            } else if nodes[message.node].isUp, nodes[message.node].life == message.life {
                answer(message.event, at: message.node)
            }
        }
    }

    private func execute(_ action: Action, _ call: Call, of message: Message) {
        if call != .fails, call != .lies, call != .hangs {
            if action.id.kind == .terminate {
                oracle.noteEnd(of: plant.servers[action.id.subject], at: self)
                plant.terminate(action.id.subject, at: now)
            } else {
                plant.launch(
                    action.id.subject, version: action.version, at: now, using: &generator)
            }
        }
        guard call != .hangs, call != .worksAndHangs, nodes[message.node].life == message.life
        else { return }
        let isBad = call == .fails || call == .worksAndSaysNot
        send(.outcome(action.id, isBad ? .failed("no luck") : .done), to: message.node, within: 0)
    }

    private func answer(_ event: Event, at index: Int) {
        switch event {
        case .audited(let id, let works): nodes[index].machine.noteAudited(id, works)
        case .outcome(let id, let outcome):
            nodes[index].machine.noteOutcome(of: id, outcome)
        case .shared(let state, let from): nodes[index].machine.noteShared(state, from: from)
        case .listed(let request, let works):
            guard works else {
                nodes[index].machine.noteListFailed("no luck", request: request)
                return
            }
            var listed = plant.sorted.filter(\.isListed).map {
                ListedInstance(
                    id: InstanceID($0.name), launchedAt: $0.bornAt + nodes[index].skew,
                    version: $0.version)
            }
            listed.append(ListedInstance(id: InstanceID("database")))
            nodes[index].machine.noteListed(listed, request: request)
        case .call: break
        }
    }

    // MARK: Scalers that come and go

    func stop(_ index: Int) {
        nodes[index].isUp = false
        nodes[index].life += 1
        nodes[index].goneSince = now
    }

    func start(_ index: Int, keepsDisk: Bool) {
        let old = nodes[index]
        var node = newNode(old.number)
        node.life = old.life + 1
        if keepsDisk, let state = old.disk {
            node.machine.restore(state)
            node.disk = state
        }
        nodes[index] = node
    }

    func sleep(_ index: Int, for span: Duration) {
        (nodes[index].asleepUntil, nodes[index].goneSince) = (now + span, now)
    }

    func cut(_ index: Int, _ isCut: Bool) {
        nodes[index].isCut = isCut
        nodes[index].goneSince = isCut ? now : nil
    }
}
