package import Gossip

/// The measurements of `hokmd-simulate --scenario NAME`: what issue 3 asks for, on virtual time.
package enum Scenario: String, CaseIterable, Sendable {
    case kill
    case killHost = "kill-host"
    case killLink = "kill-link"
    case start
    case leave
    case loss
    case pause
    case split
    case traffic

    package var purpose: String {
        switch self {
        case .kill: "one of N is killed: until the last survivor holds it failed"
        case .killHost: "the same, and its machine no longer answers at all"
        case .killLink: "the same, with links open: until it is suspected, until the view changes"
        case .start: "N nodes start at once: until all see all"
        case .leave: "one of N leaves: until all know, and how often that was seen as a failure"
        case .loss: "false deaths with a fifth of all packets and segments lost"
        case .pause: "false deaths of healthy nodes while a quarter of all is paused for 8 s"
        case .split: "two halves: until each holds the other failed, until all is healed"
        case .traffic: "what an idle node sends"
        }
    }

    /// A founded cluster of `count` in which all agree. Five nodes found it, the others join.
    package static func cluster(
        of count: Int, seed: UInt64, loss: Double = 0,
        actors: @escaping (Int) -> [any SimulatedActor] = { _ in [] }
    ) -> World {
        var world = World(seed: seed)
        world.makeActors = actors
        world.network.conditions.loss = loss
        for index in 0..<count {
            _ = world.addNode(founders: index < 5 ? min(5, count) / 2 + 1 : 0)
        }
        for index in 0..<count { world.start(index) }
        _ = world.run(atMost: .seconds(30), step: .milliseconds(50)) { $0.disagreement == nil }
        return world
    }
}

extension World {
    /// Whether each node that runs holds `subject` to be so.
    package func all(see subject: Int, as isSo: (MemberStatus?) -> Bool) -> Bool {
        let id = nodes[subject].id
        return nodes.allSatisfy { node in
            !node.isUp || node.index == subject || isSo(node.swim.table[id]?.member.status)
        }
    }

    /// Whether each that runs sees each that runs alive.
    package var allSeeAll: Bool {
        let count = nodes.count(where: \.isUp)
        return nodes.allSatisfy { node in
            !node.isUp
                || node.swim.table.presentCount == count && node.swim.table.suspects.isEmpty
        }
    }
}
