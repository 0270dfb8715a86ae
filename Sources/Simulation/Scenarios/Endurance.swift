internal import Gossip

/// Long runs in which nobody dies: who is held failed is so wrongly.
package struct Endurance: Sendable {
    /// Reports of a healthy member as failed.
    package var falseDeaths = 0
    /// Members that healthy ones were held to have suspected, for how close a call it was.
    package var suspicions: UInt64 = 0
    /// Reports of one that was paused, or had been until less than 5 s before.
    package var pausedDeaths = 0
    package var nodeHours = 0.0
    package var violation: Violation?

    /// A share of all datagrams, and of the segments of all streams, is lost.
    package static func loss(
        _ share: Double, nodes count: Int, hours: Double, seed: UInt64
    ) -> Endurance {
        var endurance = Endurance()
        var world = Scenario.cluster(of: count, seed: seed)
        world.network.conditions.loss = share
        world.forgetSightings()
        for _ in 0..<Int(hours * 60) where world.violation == nil {
            world.run(for: .seconds(60))
        }
        endurance.falseDeaths = world.sightings.count { $0.status == .failed }
        endurance.close(world, nodes: count, hours: hours)
        return endurance
    }

    /// A quarter of the nodes, drawn anew each time, is paused for 8 s.
    package static func pauses(
        nodes count: Int, rounds: Int, rest: Duration = .seconds(4), seed: UInt64
    ) -> Endurance {
        var endurance = Endurance()
        var world = Scenario.cluster(of: count, seed: seed)
        var random = Randomness(seed: seed)
        let start = world.now
        var pausedUntil = [Instant](repeating: .origin, count: count)
        for _ in 0..<rounds where world.violation == nil {
            world.forgetSightings()
            for index in (0..<count).shuffled(using: &random).prefix(count / 4) {
                world.pause(index, for: .seconds(8))
                pausedUntil[index] = world.now.advanced(by: .seconds(8))
            }
            world.run(for: .seconds(8) + rest)
            for sighting in world.sightings where sighting.status == .failed {
                let until = pausedUntil[sighting.subject].advanced(by: .seconds(5))
                if sighting.at < until {
                    endurance.pausedDeaths += 1
                } else {
                    endurance.falseDeaths += 1
                }
            }
        }
        let hours = Double(start.duration(to: world.now).nanoseconds) / 3.6e12
        endurance.close(world, nodes: count, hours: hours)
        return endurance
    }

    private mutating func close(_ world: World, nodes count: Int, hours: Double) {
        nodeHours = Double(count) * hours
        suspicions = world.nodes.map(\.swim.counters.suspicions).reduce(0, +)
        violation = world.violation
    }
}

/// The cluster falls in two and comes together again.
package struct Split: Sendable {
    /// Until each of one half held each of the other failed.
    package var detected: Duration?
    /// Until all saw all again after the network healed.
    package var healed: Duration?
    /// Until all had one view again.
    package var agreed: Duration?
    package var violation: Violation?

    package init(nodes count: Int, length: Duration, seed: UInt64) {
        var world = Scenario.cluster(of: count, seed: seed)
        world.run(for: .seconds(2))
        let half = (0..<count).map { $0 % 2 == 0 }
        let cut = world.network.cut(.split(half))
        let start = world.now
        detected = world.run(atMost: .seconds(60), step: .milliseconds(10)) { world in
            world.nodes.allSatisfy { $0.swim.table.failedCount == count / 2 }
        }
        world.run(until: start.advanced(by: length))
        world.network.mend(cut)
        healed = world.run(atMost: .seconds(120), step: .milliseconds(10), until: \.allSeeAll)
        let rest = world.run(atMost: .seconds(60), step: .milliseconds(50)) {
            $0.disagreement == nil
        }
        if let healed, let rest { agreed = healed + rest }
        violation = world.violation
    }
}
