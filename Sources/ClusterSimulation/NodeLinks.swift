internal import Gossip
internal import Link
internal import Simulation
internal import Wire

/// The link of a hub, as the machines know it: `LinkID` is the simulator's own, too.
typealias WorldLinkID = Simulation.LinkID

/// The links of one node, as the product's `LinkHub` keeps them: to every server there is, dialled
/// anew when they break; and those that others dialled. The hello names the dialler's purpose.
struct NodeLinks {
    /// A link that is up.
    struct Way: Equatable {
        let id: WorldLinkID
        let node: NodeID
        let isOurs: Bool
        let purpose: LinkPurpose
        /// The peer's life.
        let instance: UInt64

        var number: Int { id.number }
    }

    enum News: Equatable {
        case up(Way, view: UInt64)
        case down(Way)
        case frame(Way, FrameType, [UInt8])
    }

    private struct Errand: Hashable, Comparable {
        let node: NodeID
        let purpose: LinkPurpose

        static func < (one: Errand, other: Errand) -> Bool {
            (one.node, one.purpose.rawValue) < (other.node, other.purpose.rawValue)
        }
    }

    private struct Dial {
        var redial: Redial
        var link: WorldLinkID?
        /// When an attempt that has not come to a link that is up is given up.
        var until = Instant.never
    }

    private enum Stage {
        /// Dialled, and the hello is out.
        case greeting(Errand)
        /// Accepted, and no hello has come.
        case accepted
        case up(Way)
    }

    private let own: NodeID
    private var instance: UInt64
    private let purposes: [LinkPurpose]
    private let timing = LinkTiming()
    private var dials: [Errand: Dial] = [:]
    /// Openings that are not answered, in the order of asking.
    private var opening: [NodeID: [LinkPurpose]] = [:]
    private var links: [WorldLinkID: (node: NodeID, stage: Stage)] = [:]
    private(set) var effects: [ActorEffect] = []
    private(set) var news: [News] = []
    /// The newest view here, for hellos.
    var view: UInt64 = 0

    init(own: NodeID, instance: UInt64, purposes: [LinkPurpose]) {
        self.own = own
        self.instance = instance
        self.purposes = purposes
    }

    mutating func takeEffects() -> [ActorEffect] {
        defer { effects.removeAll(keepingCapacity: true) }
        return effects
    }

    mutating func takeNews() -> [News] {
        defer { news.removeAll(keepingCapacity: true) }
        return news
    }

    var nextDeadline: Instant {
        var next = Instant.never
        for dial in dials.values { next = min(next, dial.redial.deadline, dial.until) }
        return next
    }

    /// The node goes on as a later life, and its links with it.
    mutating func begin(_ instance: UInt64, now: Instant, using generator: inout Randomness) {
        self.instance = instance
        for link in links.keys.sorted(by: { $0.number < $1.number }) {
            breakLink(link, now: now, using: &generator)
        }
    }

    /// Keeps a link to every server that is there, and to nobody else.
    mutating func note(_ member: Gossip.Member, now: Instant) {
        guard member.id != own else { return }
        let isThere = member.status.isPresent && member.metadata.modes.contains(.server)
        for purpose in purposes {
            let errand = Errand(node: member.id, purpose: purpose)
            if isThere, dials[errand] == nil {
                dials[errand] = Dial(redial: Redial(timing: timing, now: now))
            } else if !isThere, let dial = dials.removeValue(forKey: errand) {
                if let link = dial.link { close(link) }
            }
        }
    }

    mutating func wake(now: Instant, using generator: inout Randomness) {
        for errand in dials.keys.sorted() {
            guard var dial = dials[errand] else { continue }
            if dial.until <= now {
                // Neither refused nor answered.
                opening[errand.node]?.removeAll { $0 == errand.purpose }
                if let link = dial.link { close(link) }
                dial = Dial(redial: dial.redial)
                dial.redial.ended(now: now, using: &generator)
            } else if dial.redial.begin(now: now) {
                dial.until = now.advanced(by: timing.connectMax + timing.handshakeMax)
                opening[errand.node, default: []].append(errand.purpose)
                effects.append(.open(errand.node))
            }
            dials[errand] = dial
        }
    }

    mutating func opened(_ link: WorldLinkID, with node: NodeID, isOurs: Bool, now: Instant) {
        guard isOurs else {
            links[link] = (node, .accepted)
            return
        }
        guard let purpose = opening[node]?.first else { return effects.append(.close(link)) }
        opening[node]?.removeFirst()
        let errand = Errand(node: node, purpose: purpose)
        guard let dial = dials[errand], dial.link == nil else {
            return effects.append(.close(link))
        }
        dials[errand]?.link = link
        dials[errand]?.until = now.advanced(by: timing.helloMax)
        links[link] = (node, .greeting(errand))
        sayHello(purpose, on: link)
    }

    mutating func openFailed(_ node: NodeID, now: Instant, using generator: inout Randomness) {
        guard let purpose = opening[node]?.first else { return }
        opening[node]?.removeFirst()
        end(Errand(node: node, purpose: purpose), nil, now: now, using: &generator)
    }

    mutating func closed(_ link: WorldLinkID, now: Instant, using generator: inout Randomness) {
        guard let entry = links.removeValue(forKey: link) else { return }
        switch entry.stage {
        case .greeting(let errand): end(errand, link, now: now, using: &generator)
        case .accepted: break
        case .up(let way):
            news.append(.down(way))
            guard way.isOurs else { return }
            end(Errand(node: way.node, purpose: way.purpose), link, now: now, using: &generator)
        }
    }

    /// An attempt of ours came to nothing, or a link of ours is no more. What is left of an attempt
    /// that was given up before is none of the present one's.
    private mutating func end(
        _ errand: Errand, _ link: WorldLinkID?, now: Instant, using generator: inout Randomness
    ) {
        guard dials[errand]?.link == link else { return }
        dials[errand]?.link = nil
        dials[errand]?.until = .never
        dials[errand]?.redial.ended(now: now, using: &generator)
    }

    // MARK: Frames

    mutating func received(
        _ bytes: [UInt8], on link: WorldLinkID, now: Instant, using generator: inout Randomness
    ) {
        guard let type = bytes.first, let entry = links[link] else { return }
        switch entry.stage {
        case .up(let way):
            news.append(.frame(way, FrameType(rawValue: type), Array(bytes.dropFirst())))
        case .greeting(let errand):
            guard let hello = SimulatedHello(bytes) else { return }
            dials[errand]?.redial.succeeded(now: now)
            dials[errand]?.until = .never
            rise(
                Way(
                    id: link, node: errand.node, isOurs: true, purpose: errand.purpose,
                    instance: hello.instance), hello)
        case .accepted:
            guard let hello = SimulatedHello(bytes) else { return }
            accept(hello, link, entry.node, now: now, using: &generator)
        }
    }

    /// An older life of a peer loses its links, and so does its link from before.
    private mutating func accept(
        _ hello: SimulatedHello, _ link: WorldLinkID, _ node: NodeID, now: Instant,
        using generator: inout Randomness
    ) {
        for other in links.keys.sorted(by: { $0.number < $1.number }) {
            guard case .up(let way) = links[other]?.stage, way.node == node else { continue }
            if way.instance > hello.instance { return close(link) }
            let isSame = !way.isOurs && way.purpose == hello.purpose
            guard way.instance < hello.instance || isSame else { continue }
            effects.append(.close(other))
            closed(other, now: now, using: &generator)
        }
        sayHello(.node, on: link)
        rise(
            Way(
                id: link, node: node, isOurs: false, purpose: hello.purpose,
                instance: hello.instance), hello)
    }

    private mutating func rise(_ way: Way, _ hello: SimulatedHello) {
        links[way.id] = (way.node, .up(way))
        news.append(.up(way, view: hello.view))
    }

    private mutating func sayHello(_ purpose: LinkPurpose, on link: WorldLinkID) {
        let hello = SimulatedHello(purpose: purpose, instance: instance, view: view)
        effects.append(.send(link, hello.bytes))
    }

    mutating func send(_ type: FrameType, _ payload: [UInt8], on link: WorldLinkID) {
        guard case .up = links[link]?.stage else { return }
        effects.append(.send(link, [type.rawValue] + payload))
    }

    /// The link of ours to a node.
    func way(to node: NodeID, _ purpose: LinkPurpose) -> WorldLinkID? {
        guard let link = dials[Errand(node: node, purpose: purpose)]?.link,
            case .up = links[link]?.stage
        else { return nil }
        return link
    }

    /// Those that are up, in the order in which they were opened.
    var ways: [Way] {
        links.keys.sorted { $0.number < $1.number }.compactMap { id in
            if case .up(let way) = links[id]?.stage { way } else { nil }
        }
    }

    /// For the trace: which of our own links are up, and how the others stand.
    var summary: [String] {
        dials.sorted { $0.key < $1.key }.map { errand, dial in
            let isUp = way(to: errand.node, errand.purpose) != nil
            return "\(errand.node).\(errand.purpose.rawValue) "
                + (isUp ? "up" : "\(dial.redial.state) \(dial.until.nanoseconds)")
        }
    }

    /// Ends a link of our own will.
    mutating func close(_ link: WorldLinkID) {
        guard let entry = links.removeValue(forKey: link) else { return }
        effects.append(.close(link))
        if case .up(let way) = entry.stage { news.append(.down(way)) }
    }

    /// Ends a link that brought too much; it is dialled anew.
    mutating func breakLink(
        _ link: WorldLinkID, now: Instant, using generator: inout Randomness
    ) {
        effects.append(.close(link))
        closed(link, now: now, using: &generator)
    }
}

/// What nodes say first on a link.
private struct SimulatedHello {
    var purpose: LinkPurpose
    var instance: UInt64
    var view: UInt64

    init(purpose: LinkPurpose, instance: UInt64, view: UInt64) {
        self.purpose = purpose
        self.instance = instance
        self.view = view
    }

    init?(_ frame: [UInt8]) {
        var reader = WireReader(frame.span.bytes)
        do throws(WireError) {
            guard try reader.byte() == 0 else { return nil }
            purpose = LinkPurpose(rawValue: try reader.byte())
            instance = try reader.varint()
            view = try reader.varint()
        } catch { return nil }
    }

    var bytes: [UInt8] {
        var writer = WireWriter(reserving: 24)
        writer.byte(0)
        writer.byte(purpose.rawValue)
        writer.varint(instance)
        writer.varint(view)
        return writer.bytes
    }
}
