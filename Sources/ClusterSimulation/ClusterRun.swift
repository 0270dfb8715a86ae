internal import Gossip
package import Simulation

/// One seed's run of a whole cluster: servers with rooms, gateways, and players at their tables, under
/// all faults at once, and then calm.
package struct ClusterRun {
    package struct Outcome: Sendable {
        package let run: SeedRun.Outcome
        package let players: HallFigures
        /// Faults that were done at a moment, without what the network did all the time.
        package let strikes: Int
        /// How long faults were let loose: the rest is calm, and waiting for what may be lost.
        package let chaos: Duration
        /// Frames to players that were looked through for cards that they may not know.
        package let framesChecked: Int
        package let scaling: ScalingFigures?
        package let violation: Violation?

        package var hours: Double { run.simulated / .seconds(3_600) }
    }

    private var run: SeedRun
    private let hall: Hall
    private let cloud: Cloud?

    /// The most nodes that a cluster starts with.
    package static let nodesMax = 5

    /// - Parameters:
    ///   - interval: between two faults, where it is not to be the plan's.
    ///   - scales: whether scalers launch servers and end them.
    package init(
        seed: UInt64, minutes: Double = 1, interval: Duration? = nil, scales: Bool = false,
        mistake: ClusterMistake = .none, reader: ((String) -> Void)? = nil
    ) {
        var random = Randomness(seed: seed)
        let hall = Hall(
            seed: random.next(), tables: random.pick(1...4), mistake: mistake, reader: reader)
        self.hall = hall
        let cloud =
            scales || mistake.isOfScalers
            ? Cloud(seed: random.next(), mistake: mistake) { hall.roomCount(at: $0) } : nil
        self.cloud = cloud
        run = SeedRun(
            seed: seed, nodesMax: Self.nodesMax, minutes: minutes, interval: interval,
            mistake: mistake == .voteNotWritten ? .promiseUnwritten : .none, reader: reader
        ) { world in
            world.makeActors = { index in
                let node = NodeActor(index: index, hall: hall)
                guard let cloud else { return [node] }
                return [node, ScalingActor(index: index, node: node, cloud: cloud)]
            }
            world.actorsSayReady = true
            world.linkPatience = .milliseconds(600)
            world.linksArePinged = true
            world.outside = hall
            world.act(hall.wake(now: world.now))
            if let cloud { world.attend { cloud.attend(&$0, isCalm: hall.calmSince != nil) } }
        }
    }

    package mutating func go() -> Outcome {
        let outcome = run.run()
        let strikes = outcome.injected.filter { !$0.key.isCondition }.values.reduce(0, +)
        if let cloud, outcome.violation == nil, outcome.isSurvivable {
            cloud.calm()
            run.goOn(for: Cloud.calmTime)
            run.judge { cloud.conclude(in: &$0) }
        }
        return Outcome(
            run: outcome, players: hall.figures, strikes: strikes,
            chaos: min(run.plan.chaos, outcome.simulated),
            framesChecked: hall.oracle.deck.checked, scaling: cloud?.figures,
            violation: run.world.violation)
    }
}
