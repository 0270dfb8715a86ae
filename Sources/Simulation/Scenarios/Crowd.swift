internal import Gossip

/// Many nodes start at the same moment.
package enum Crowd {
    /// Until all see all; nil if that took more than two minutes.
    package static func start(nodes count: Int, loss: Double, seed: UInt64) -> Duration? {
        var world = World(seed: seed)
        world.network.conditions.loss = loss
        for index in 0..<count { _ = world.addNode(founders: index < 5 ? 3 : 0) }
        for index in 0..<count { world.start(index) }
        return world.run(atMost: .seconds(120), step: .milliseconds(5)) { world in
            // Somebody may be under suspicion at any moment where so much is lost.
            world.nodes.allSatisfy { $0.swim.table.presentCount == count }
        }
    }

    package struct Leave: Sendable {
        package var known = Figures()
        /// How often a leaver was reported failed.
        package var failures = 0
        package var violation: Violation?

        package init() {}
    }

    /// One after the other leaves and comes back.
    package static func leave(
        nodes count: Int, trials: Int, loss: Double = 0, seed: UInt64
    ) -> Leave {
        var world = Scenario.cluster(of: count, seed: seed, loss: loss)
        var random = Randomness(seed: seed)
        var leave = Leave()
        world.run(for: .seconds(2))
        for _ in 0..<trials where world.violation == nil {
            let leaver = random.pick(0...count - 1)
            world.run(for: random.duration(in: .zero...(.seconds(1))))
            world.forgetSightings()
            let start = world.now
            world.leave(leaver)
            let took = world.run(atMost: .seconds(30), step: .milliseconds(1)) {
                $0.all(see: leaver) { $0 == .left }
            }
            leave.known.add(took == nil ? .seconds(30) : start.duration(to: world.now))
            world.run(for: .seconds(6))
            leave.failures += world.sightings.count {
                $0.status == .failed && $0.subject == leaver
            }
            world.crash(leaver)
            world.start(leaver)
            _ = world.run(atMost: .seconds(30), step: .milliseconds(100)) {
                $0.disagreement == nil
            }
        }
        leave.violation = world.violation
        return leave
    }
}
