internal import Gossip
internal import Link
internal import Policy
internal import Scaler
internal import Simulation

/// One life of a scaler: the product's machine, with this in the part of `ScalerLoop`.
final class ScalerDesk {
    /// What is to be carried by the node.
    enum Order {
        case say([UInt8])
        case drain(NodeID, instance: UInt64)
    }

    /// What comes back from the audit log and the provisioner.
    enum Answer {
        case audited(Action.ID, Bool)
        case outcome(Action.ID, Action.Outcome)
        case listed([ListedInstance], request: UInt64)
        case listFailed(request: UInt64)
    }

    let index: Int
    let id: NodeID
    let name: String
    private(set) var machine: ScalerMachine
    private let cloud: Cloud
    /// In the order in which they came to be known.
    private var members: [NodeID: Gossip.Member] = [:]
    private var view: View?
    private var seesMajority = false
    private var isIsolated = false
    private var rooms: [NodeID: (count: Int, at: Instant)] = [:]
    /// What is to be told to the machine at its next turn.
    var answers: [Answer] = []
    private(set) var audited: Set<Action.ID> = []
    private(set) var performed: Set<Action.ID> = []
    /// Since when it acts without a break, in true time.
    private(set) var actingSince: Instant?

    /// The machine's time, by the node's own clock.
    private static func moment(_ now: Instant) -> Moment {
        Moment(milliseconds: 1_700_000_000_000 + now.nanoseconds / 1_000_000)
    }

    init(
        index: Int, id: NodeID, name: String, cloud: Cloud, restoring state: ScalerState?,
        now: Instant
    ) {
        self.index = index
        self.id = id
        self.name = name
        self.cloud = cloud
        machine = ScalerMachine(cloud.policy, settings: cloud.settings, at: Self.moment(now))
        if let state { machine.restore(state) }
    }

    // MARK: What comes

    func note(_ member: Gossip.Member) { members[member.id] = member }
    func note(_ view: View) { self.view = view }

    func note(seesMajority: Bool, isIsolated: Bool) {
        (self.seesMajority, self.isIsolated) = (seesMajority, isIsolated)
    }

    func note(_ load: ServerLoad, of node: NodeID, now: Instant) {
        rooms[node] = (load.rooms, now)
    }

    func note(_ figures: NodeFigures, now: Instant) {
        var values: [Figure: Double] = [:]
        for (number, value) in figures.values {
            if let figure = Figure(rawValue: number) { values[figure] = value }
        }
        machine.receive(values, from: figures.node, at: Self.moment(now))
    }

    func note(_ word: ScalerWord, now: Instant) {
        guard word.scaler != id, cloud.mistake != .everyScalerActs else { return }
        guard let state = ScalerState(decoding: word.bytes) else {
            return cloud.oracle.expect(false, "a state that nobody understands")
        }
        machine.noteShared(state, from: word.scaler)
    }

    /// The product's picture, of what its own node holds.
    private func picture(_ now: Instant) -> ClusterPicture {
        let own = ClusterPicture.Scaler(id: id, name: name)
        let isGoing = members[id]?.metadata.state == .draining
        let sorted = members.values.sorted { $0.id < $1.id }
        let scalers = sorted.filter { member in
            member.status.isPresent && member.metadata.modes.contains(.scaler)
                && member.metadata.state != .draining
        }
        let picture = ClusterPicture(
            own: own, seesMajority: seesMajority && !isIsolated && !isGoing,
            scalers: scalers.map { ClusterPicture.Scaler(id: $0.id, name: $0.name) },
            servers: sorted.filter { $0.metadata.modes.contains(.server) }.map { server($0, now) })
        return cloud.mistake.changed(picture)
    }

    private func server(_ member: Gossip.Member, _ now: Instant) -> ClusterPicture.Server {
        let load = rooms[member.id].flatMap { load in
            load.at.duration(to: now) <= ClusterPicture.loadAgeMax ? load.count : nil
        }
        return ClusterPicture.Server(
            name: member.name, version: member.metadata.version, status: member.status,
            isDraining: member.metadata.state == .draining,
            instance: member.incarnation.instance, named: view?.server(member.id), rooms: load)
    }

    // MARK: A turn

    func turn(now: Instant) -> [Order] {
        guard !cloud.isClosed else { return [] }
        machine.note(picture(now))
        for answer in answers {
            switch answer {
            case .audited(let id, let isWritten): machine.noteAudited(id, isWritten)
            case .outcome(let id, let outcome): machine.noteOutcome(of: id, outcome)
            case .listed(let instances, let request):
                machine.noteListed(instances, request: request)
            case .listFailed(let request): machine.noteListFailed("no luck", request: request)
            }
        }
        answers = []
        let effects = machine.advance(to: Self.moment(now))
        if !machine.isActing { actingSince = nil }
        if machine.isActing, actingSince == nil { actingSince = cloud.now }
        return effects.compactMap { carryOut($0) }
    }

    private func carryOut(_ effect: ScalerEffect) -> Order? {
        switch effect {
        case .audit(let action):
            let isWritten = cloud.isAuditWritable
            if isWritten { audited.insert(action.id) }
            cloud.oracle.noteAudit(action, by: self)
            answers.append(.audited(action.id, isWritten))
        case .perform(let action): return perform(cloud.mistake.changed(action))
        case .list(let request): cloud.list(request, for: self)
        case .share(let state):
            cloud.keep(state, of: index)
            return .say(state.encode())
        case .record(let decision): cloud.oracle.note(decision, by: self)
        case .weigh, .keep, .alarm: break
        }
        return nil
    }

    private func perform(_ action: Action) -> Order? {
        cloud.oracle.note(action, by: self, in: cloud)
        performed.insert(action.id)
        guard action.id.kind == .drain else {
            cloud.ask(action, for: self)
            return nil
        }
        answers.append(.outcome(action.id, .done))
        let target = NodeID(name: action.id.subject)
        return members[target].map { .drain(target, instance: $0.incarnation.instance) }
    }
}
