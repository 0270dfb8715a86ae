internal import Gossip
internal import Link
internal import Policy
internal import Rooms
internal import Simulation
internal import Wire

/// Scaling's part of a node. A server tells the scalers that have dialled it what it carries, and
/// passes the words of each on to the others; a scaler dials all servers and runs the product's
/// machine on what it hears from them.
final class ScalingActor: SimulatedActor, @unchecked Sendable {  // One thread runs a world.
    let index: Int
    let node: NodeActor
    private let cloud: Cloud
    private(set) var desk: ScalerDesk?
    private var own = NodeID(rawValue: 0)
    private var name = ""
    private var instance: UInt64 = 0
    private var isServer = false
    private var isDraining = false
    private var links = NodeLinks(own: NodeID(rawValue: 0), instance: 0, purposes: [])
    private var effects: [ActorEffect] = []
    private var tellAt = Instant.never
    private var turnAt = Instant.never

    private static let tellInterval = Duration.seconds(1)
    private static let turnInterval = Duration.milliseconds(250)
    /// Servers that a word to other scalers goes by.
    private static let carriersCount = 2

    init(index: Int, node: NodeActor, cloud: Cloud) {
        self.index = index
        self.node = node
        self.cloud = cloud
    }

    var nextDeadline: Instant { min(links.nextDeadline, tellAt, turnAt) }

    func handle(
        _ input: ActorInput, now: Instant, using generator: inout Randomness
    ) -> [ActorEffect] {
        switch input {
        case .start(let member): start(member, now: now)
        case .wake: links.wake(now: now, using: &generator)
        case .view(let view):
            links.view = view.number
            desk?.note(view)
        case .member(let member):
            if member.id == own {
                isDraining = member.metadata.state == .draining
            } else {
                links.note(member, now: now)
            }
            desk?.note(member)
        case .sight(let seesMajority, let isIsolated):
            desk?.note(seesMajority: seesMajority, isIsolated: isIsolated)
        case .opened(let link, let node, let isOurs):
            links.opened(link, with: node, isOurs: isOurs, now: now)
        case .openFailed(let node, _): links.openFailed(node, now: now, using: &generator)
        case .frame(let link, let bytes):
            links.received(bytes, on: link, now: now, using: &generator)
        case .closed(let link): links.closed(link, now: now, using: &generator)
        case .keyring, .socket: break
        }
        takeNews(now)
        if tellAt <= now { tell(now) }
        if turnAt <= now { turn(now) }
        effects += links.takeEffects()
        defer { effects.removeAll(keepingCapacity: true) }
        return effects
    }

    private func start(_ member: Gossip.Member, now: Instant) {
        (own, name) = (member.id, member.name)
        instance = member.incarnation.instance
        isServer = member.metadata.modes.contains(.server)
        let isScaler = member.metadata.modes.contains(.scaler)
        links = NodeLinks(own: own, instance: instance, purposes: isScaler ? [.scaler] : [])
        if isServer { tellAt = now }
        guard isScaler else { return }
        desk = cloud.desk(at: index, id: own, name: name, now: now)
        desk?.note(member)
        turnAt = now
    }

    // MARK: What a server tells

    private func tell(_ now: Instant) {
        tellAt = now.advanced(by: Self.tellInterval)
        let load = ServerLoad(
            players: 0, capacity: 0, rooms: node.rooms.map(\.host.roomCount) ?? 0)
        let figures = NodeFigures(
            node: name, instance: instance,
            values: [Policy.Figure.players.rawValue: cloud.share(isDraining: isDraining)])
        desk?.note(load, of: own, now: now)
        desk?.note(figures, now: now)
        for way in links.ways where !way.isOurs {
            links.send(.load, load.encode(), on: way.id)
            links.send(.figures, figures.encode(), on: way.id)
        }
    }

    /// A scaler's word, to all that this server knows but its speaker.
    private func passOn(_ word: ScalerWord, _ now: Instant) {
        if word.scaler != own { desk?.note(word, now: now) }
        for way in links.ways where !way.isOurs && way.node != word.scaler {
            links.send(.scaler, word.encode(), on: way.id)
        }
    }

    // MARK: What a scaler hears and does

    private func takeNews(_ now: Instant) {
        for news in links.takeNews() {
            guard case .frame(let way, let type, let payload) = news else { continue }
            do throws(WireError) {
                try take(type, payload.span.bytes, on: way, now)
            } catch {
                cloud.oracle.expect(false, "a frame that nobody understands: \(error)")
            }
        }
    }

    private func take(
        _ type: FrameType, _ bytes: RawSpan, on way: NodeLinks.Way, _ now: Instant
    ) throws(WireError) {
        switch type {
        case .load: desk?.note(try ServerLoad(decoding: bytes), of: way.node, now: now)
        case .figures: desk?.note(try NodeFigures(decoding: bytes), now: now)
        case .scaler:
            let word = try ScalerWord(decoding: bytes)
            if way.isOurs { desk?.note(word, now: now) } else { passOn(word, now) }
        default: break
        }
    }

    private func turn(_ now: Instant) {
        turnAt = now.advanced(by: Self.turnInterval)
        guard let desk else { return }
        for order in desk.turn(now: now) {
            switch order {
            case .say(let bytes): say(ScalerWord(scaler: own, bytes: bytes), now)
            case .drain(let id, let instance):
                effects.append(.orderDrain(id, instance: instance))
            }
        }
    }

    private func say(_ word: ScalerWord, _ now: Instant) {
        if isServer { passOn(word, now) }
        for way in links.ways.filter(\.isOurs).prefix(Self.carriersCount) {
            links.send(.scaler, word.encode(), on: way.id)
        }
    }
}
