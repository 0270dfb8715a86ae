internal import Gossip

/// Kills nodes of one cluster, one after the other, each once all is well again.
package struct Kill {
    /// Until the last survivor held the victim failed.
    package var failed = Figures()
    /// Until the last one at least suspected it.
    package var suspected = Figures()
    /// Until the last one had a view without it.
    package var view = Figures()
    /// Members that were held failed and ran.
    package var falseDeaths = 0
    package var violation: Violation?

    package init(
        nodes count: Int, trials: Int, seed: UInt64, isHostUp: Bool = true, links: Bool = false
    ) {
        var world = Scenario.cluster(of: count, seed: seed) { _ in
            links ? [LinkKeeper()] : []
        }
        var random = Randomness(seed: seed)
        world.run(for: .seconds(2))
        for _ in 0..<trials where world.violation == nil {
            let victim = random.pick(0...count - 1)
            let id = world.nodes[victim].id
            world.run(for: random.duration(in: .zero...(.seconds(2))))
            world.crash(victim, isHostUp: isHostUp)
            let start = world.now
            Kill.measure(&world, &suspected, from: start) {
                $0.all(see: victim) { $0 == .suspect || $0 == .failed }
            }
            Kill.measure(&world, &failed, from: start) { $0.all(see: victim) { $0 == .failed } }
            Kill.measure(&world, &view, from: start) { world in
                world.nodes.allSatisfy {
                    !$0.isUp || $0.views.installed?.server(id) == nil
                }
            }
            falseDeaths += world.sightings.count {
                $0.status == .failed && $0.subject != victim
            }
            world.forgetSightings()
            world.start(victim)
            let isWell = world.run(atMost: .seconds(30), step: .milliseconds(100)) {
                $0.disagreement == nil
            }
            if isWell == nil {
                world.fail((.agreement, world.disagreement ?? "after a kill"))
            }
            world.run(for: .seconds(1))
        }
        violation = world.violation
    }

    private static func measure(
        _ world: inout World, _ figures: inout Figures, from start: Instant,
        until isReached: (World) -> Bool
    ) {
        let took = world.run(atMost: .seconds(60), step: .milliseconds(5), until: isReached)
        figures.add(took == nil ? .seconds(60) : start.duration(to: world.now))
    }
}
