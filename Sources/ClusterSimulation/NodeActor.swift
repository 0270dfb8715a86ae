internal import Game
package import Gossip
internal import Link
internal import PlayerProtocol
internal import Rooms
package import Simulation
internal import Wire

/// All that runs on a node beside gossip and views: rooms, a gateway, or both, and their links.
package final class NodeActor: SimulatedActor, @unchecked Sendable {  // One thread runs a world.
    private let hall: Hall
    private let index: Int
    private var life = ServerLife(id: NodeID(rawValue: 0), instance: 0)
    private var own: NodeID { life.id }
    private(set) var rooms: RoomsActor?
    private(set) var gateway: GatewayActor?
    private var links = NodeLinks(own: NodeID(rawValue: 0), instance: 0, purposes: [])
    private var view: UInt64 = 0
    private var effects: [ActorEffect] = []
    private var toldLoad: ServerLoad?
    private var reportAt = Instant.never

    /// The gateway of this very process.
    private static let local = GatewayID(0)
    private static let linkedGateways = 1 << 32
    private static let reportInterval = Duration.seconds(1)

    package init(index: Int, hall: Hall) {
        self.index = index
        self.hall = hall
    }

    package private(set) var nextDeadline = Instant.never

    private var deadline: Instant {
        var next = min(links.nextDeadline, reportAt)
        if let gateway { next = min(next, gateway.nextDeadline) }
        if let deadline = rooms?.nextDeadline { next = min(next, Self.instant(deadline)) }
        return next
    }

    package var isEmpty: Bool { (rooms?.isEmpty ?? true) && (gateway?.isEmpty ?? true) }

    package var holdings: String {
        let rooms = rooms.map { "rooms \($0.host.roomCount), copies \($0.host.copyCount)" } ?? "-"
        let sockets = gateway?.isEmpty ?? true ? "" : "sockets, "
        return "\(own): \(rooms), \(sockets)links \(links.summary)"
    }

    private static func instant(_ time: Milliseconds) -> Instant {
        Instant(nanoseconds: Int64(time) * 1_000_000)
    }

    private static func milliseconds(_ time: Instant) -> Milliseconds {
        Milliseconds(time.nanoseconds / 1_000_000)
    }

    package func handle(
        _ input: ActorInput, now: Instant, using generator: inout Randomness
    ) -> [ActorEffect] {
        let time = Self.milliseconds(now)
        switch input {
        case .start(let member): start(member, now: now, using: &generator)
        case .wake:
            links.wake(now: now, using: &generator)
            gateway?.wake(now: now)
            if reportAt <= now { report() }
        case .view(let view): install(view, now: now)
        case .member(let member): note(member, now: now)
        case .keyring(let keyring):
            guard let tokens = keyring.seatTokens else { break }
            rooms?.use(tokens)
            gateway?.use(tokens)
        case .opened(let link, let node, let isOurs):
            links.opened(link, with: node, isOurs: isOurs, now: now)
        case .openFailed(let node, _):
            links.openFailed(node, now: now, using: &generator)
        case .frame(let link, let bytes):
            links.received(bytes, on: link, now: now, using: &generator)
        case .closed(let link): links.closed(link, now: now, using: &generator)
        case .socket(let socket, let what):
            gateway?.hear(what, on: socket, now: now, wallClock: Int64(hall.wallClock) * 1_000)
        }
        finishTurn(now, time, using: &generator)
        effects += links.takeEffects()
        if let gateway { effects += gateway.takeEffects() }
        nextDeadline = deadline
        defer { effects.removeAll(keepingCapacity: true) }
        return effects
    }

    private func start(_ member: Gossip.Member, now: Instant, using generator: inout Randomness) {
        life = ServerLife(id: member.id, instance: member.incarnation.instance)
        var purposes: [LinkPurpose] = []
        if member.metadata.modes.contains(.server) {
            rooms = RoomsActor(life: life, hall: hall, seed: generator.next())
            purposes.append(.node)
        }
        if member.metadata.modes.contains(.balancer) {
            gateway = GatewayActor(hall: hall, seed: generator.next())
            purposes.append(.gateway)
        }
        links = NodeLinks(own: own, instance: life.instance, purposes: purposes)
        if rooms != nil, let gateway {
            rooms?.register(Self.local)
            gateway.linkUp(own, now: now)
        }
        hall.began(self, at: index, life: life)
    }

    private func note(_ member: Gossip.Member, now: Instant) {
        guard member.id != own else {
            if member.metadata.state == .draining {
                gateway?.drain(now: now)
                rooms?.slips.isDraining = true
            }
            return
        }
        links.note(member, now: now)
        if let forged = rooms?.slips.recruits(without: member, of: rooms?.host.map.view) {
            rooms?.install(forged, now: Self.milliseconds(now))
            gateway?.install(forged, now: now)
        }
    }

    private func install(_ view: View, now: Instant) {
        guard view.number > self.view else { return }
        self.view = view.number
        links.view = view.number
        hall.oracle.learned(view, by: life)
        rooms?.install(view, now: Self.milliseconds(now))
        gateway?.install(view, now: now)
    }

    // MARK: A turn's end

    private func finishTurn(
        _ now: Instant, _ time: Milliseconds, using generator: inout Randomness
    ) {
        takeNews(now, using: &generator)
        var isQuiet = false
        while !isQuiet {
            rooms?.finishTurn(time)
            isQuiet = !handOver(now, time)
        }
        for peer in rooms?.takeBreaks() ?? [] { breakLinks(to: peer, now, using: &generator) }
        if let rooms, rooms.becomesReady() { effects.append(.ready) }
        if let load = rooms?.load, load != toldLoad, reportAt == .never {
            reportAt = now.advanced(by: Self.reportInterval)
        }
    }

    /// - Returns: whether rooms and sessions of this node said something to each other.
    private func handOver(_ now: Instant, _ time: Milliseconds) -> Bool {
        var hasSpoken = false
        if let rooms {
            for (peer, frames) in rooms.takeToPeers() where rooms.isUp(peer) {
                guard let link = links.way(to: peer.id, .node) else { continue }
                for batch in FrameBatch.encode(frames, view: view) {
                    links.send(.peers, batch, on: link)
                }
            }
            for (gateway, frames) in rooms.takeToGateways() {
                if gateway == Self.local {
                    hasSpoken = true
                    self.gateway?.receive(frames, from: own, now: now)
                } else {
                    let link = WorldLinkID(number: gateway.rawValue - Self.linkedGateways)
                    for batch in FrameBatch.encode(frames, view: view) {
                        links.send(.rooms, batch, on: link)
                    }
                }
            }
        }
        guard let gateway else { return hasSpoken }
        gateway.finishTurn(now: now)
        for (node, frames) in gateway.takeOutgoing() {
            if node == own {
                hasSpoken = true
                rooms?.receive(
                    frames, from: Self.local, now: time, wallClock: hall.wallClock)
            } else if let link = links.way(to: node, .gateway) {
                for batch in FrameBatch.encode(frames, view: view) {
                    links.send(.sessions, batch, on: link)
                }
            }
        }
        return hasSpoken
    }

    private func breakLinks(
        to peer: ServerLife, _ now: Instant, using generator: inout Randomness
    ) {
        guard let link = links.way(to: peer.id, .node) else { return }
        links.breakLink(link, now: now, using: &generator)
        takeNews(now, using: &generator)
    }

    private func report() {
        reportAt = .never
        guard let load = rooms?.load else { return }
        toldLoad = load
        gateway?.note(load, of: own)
        let bytes = load.encode()
        for way in links.ways where way.isOurs == (way.purpose == .node) {
            links.send(.load, bytes, on: way.id)
        }
    }

    // MARK: Links

    private func takeNews(_ now: Instant, using generator: inout Randomness) {
        var news = links.takeNews()
        while !news.isEmpty {
            for each in news { take(each, now: now, using: &generator) }
            news = links.takeNews()
        }
    }

    private func take(
        _ news: NodeLinks.News, now: Instant, using generator: inout Randomness
    ) {
        let time = Self.milliseconds(now)
        switch news {
        case .up(let way, let number):
            learn(number, at: way.node)
            effects.append(.heard(way.node))
            if way.purpose == .node {
                rooms?.comes(way, now: time)
            } else if way.isOurs {
                gateway?.linkUp(way.node, now: now)
            } else {
                rooms?.register(gatewayID(way))
                if let load = rooms?.load { links.send(.load, load.encode(), on: way.id) }
            }
        case .down(let way):
            if way.purpose == .node {
                rooms?.goes(way, now: time)
            } else if way.isOurs {
                gateway?.linkDown(way.node, now: now)
            } else {
                rooms?.lost(gatewayID(way), now: time)
            }
        case .frame(let way, let type, let payload):
            do throws(WireError) {
                let isFine = try take(type, payload, on: way, now: now)
                if !isFine { links.breakLink(way.id, now: now, using: &generator) }
            } catch {
                hall.oracle.expect(false, .rest, "a frame that nobody understands: \(error)")
            }
        }
    }

    private func gatewayID(_ way: NodeLinks.Way) -> GatewayID {
        GatewayID(Self.linkedGateways + way.id.number)
    }

    private func take(
        _ type: FrameType, _ payload: [UInt8], on way: NodeLinks.Way, now: Instant
    ) throws(WireError) -> Bool {
        let bytes = payload.span.bytes
        switch type {
        case .sessions:
            let batch = try FrameBatch<GatewayFrame>(decoding: bytes)
            learn(batch.view, at: way.node)
            rooms?.receive(
                batch.frames, from: gatewayID(way), view: batch.view,
                now: Self.milliseconds(now),
                wallClock: hall.wallClock)
        case .rooms:
            let batch = try FrameBatch<RoomFrame>(decoding: bytes)
            learn(batch.view, at: way.node)
            gateway?.receive(batch.frames, from: way.node, now: now)
        case .peers:
            let batch = try FrameBatch<PeerFrame>(decoding: bytes)
            learn(batch.view, at: way.node)
            return rooms?.receive(batch, on: way, now: Self.milliseconds(now)) ?? true
        case .load:
            let load = try ServerLoad(decoding: bytes)
            rooms?.note(load, of: way.node)
            gateway?.note(load, of: way.node)
            effects.append(.heard(way.node))
        default: break
        }
        return true
    }

    /// Whoever is behind fetches the newer view.
    private func learn(_ number: UInt64, at node: NodeID) {
        if number > view { effects.append(.newerView(number, at: node)) }
    }
}
