package import Gossip

/// Keeps a link to every member with a greater id, as the product's nodes do, and says nothing
/// over it.
package struct LinkKeeper: SimulatedActor {
    private var own = NodeID(rawValue: 0)
    private var links: [NodeID: LinkID] = [:]
    private var wanted: [NodeID: Instant] = [:]

    package init() {}

    package var nextDeadline: Instant { wanted.values.min() ?? .never }

    package mutating func handle(
        _ input: ActorInput, now: Instant, using generator: inout Randomness
    ) -> [ActorEffect] {
        switch input {
        case .start(let member): own = member.id
        case .view, .frame, .keyring, .sight, .socket: break
        case .member(let member):
            guard member.id > own, member.status == .alive, links[member.id] == nil else {
                if !member.status.isPresent { wanted[member.id] = nil }
                break
            }
            wanted[member.id] = wanted[member.id] ?? now
        case .opened(let link, let other, let isOurs):
            if isOurs { links[other] = link }
        case .openFailed(let id, _):
            wanted[id] = now.advanced(
                by: generator.duration(in: .milliseconds(200)...(.seconds(1))))
        case .closed(let link):
            guard let id = links.first(where: { $0.value == link })?.key else { break }
            links[id] = nil
            wanted[id] = now.advanced(by: .milliseconds(200))
        case .wake:
            let due = wanted.filter { $0.value <= now }.keys.sorted()
            for id in due { wanted[id] = nil }
            return due.map { .open($0) }
        }
        return []
    }
}
