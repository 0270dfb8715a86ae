internal import Gossip

/// One seed's run: a cluster is founded, goes through its faults, and then has calm, in which all
/// must come to agree.
package struct SeedRun {
    package struct Outcome: Sendable {
        package let seed: UInt64
        package let nodes: Int
        package let kinds: [FaultKind]
        package let violation: Violation?
        package let traceHash: UInt64
        package let steps: Int
        /// What was done, and how often; for the network's conditions, how many packets it met.
        package let injected: [FaultKind: Int]
        package let views: Int
        package let simulated: Duration
        /// How long after the faults' end all agreed.
        package let agreedAfter: Duration?
        /// Whether the faults left enough voters to decide anything: else no agreement is asked.
        package let isSurvivable: Bool

        package var injectedCount: Int { injected.values.reduce(0, +) }
    }

    /// All must agree within this after the last fault.
    package static let calmMax: Duration = .seconds(30)
    /// And go on to, for this long.
    package static let restAfter: Duration = .seconds(4)

    package let seed: UInt64
    package let plan: FaultPlan
    package private(set) var world: World
    private var injector: Injector
    private let mistake: Mistake

    /// - Parameters:
    ///   - interval: between two faults on average, where it is not to be the plan's.
    ///   - prepare: puts actors on the nodes, and somebody outside; before any of them starts.
    package init(
        seed: UInt64, nodesMax: Int = 50, minutes: Double = 1, interval: Duration? = nil,
        mistake: Mistake = .none, reader: ((String) -> Void)? = nil,
        prepare: ((inout World) -> Void)? = nil
    ) {
        self.seed = seed
        self.mistake = mistake
        var random = Randomness(seed: seed)
        plan = FaultPlan(
            nodesMax: nodesMax, minutes: minutes, interval: interval, using: &random)
        world = World(seed: random.next())
        world.mistake = mistake
        world.trace.reader = reader
        prepare?(&world)
        injector = Injector(plan, now: world.now, using: &random)
        for index in 0..<plan.nodes {
            let isFounder = index < plan.founders
            var modes: Metadata.Modes =
                random.chance(0.7) ? .all : random.chance(0.5) ? .server : .balancer
            // Somebody has to be there for the players.
            if prepare != nil, index < 2 { modes = .all }
            _ = world.addNode(
                founders: isFounder ? plan.founders / 2 + 1 : 0, modes: modes)
        }
        if mistake != .idle { world.network.conditions = plan.conditions }
        for index in 0..<plan.nodes { world.start(index) }
    }

    package mutating func run() -> Outcome {
        let start = world.now
        let end = start.advanced(by: plan.chaos)
        while world.now < end, world.violation == nil {
            world.run(until: mistake == .idle ? end : min(end, injector.nextDeadline))
            if mistake != .idle { injector.act(on: &world) }
        }
        let injected = injected
        if world.violation == nil, injected.values.reduce(0, +) == 0 {
            world.fail((.injectedNothing, "seed \(seed)"))
        }
        let agreedAfter = calm()
        return Outcome(
            seed: seed, nodes: plan.nodes, kinds: plan.kinds, violation: world.violation,
            traceHash: world.trace.hash, steps: world.trace.steps, injected: injected,
            views: world.viewCheck.documents.count, simulated: start.duration(to: world.now),
            agreedAfter: agreedAfter, isSurvivable: world.isSurvivable)
    }

    /// Goes on after the end, where somebody attends who still has something to do.
    package mutating func goOn(for duration: Duration) { world.run(for: duration) }

    /// A last look by who knows what must be so.
    package mutating func judge(_ body: (inout World) -> Void) { body(&world) }

    private mutating func calm() -> Duration? {
        guard world.violation == nil else { return nil }
        injector.calm(&world)
        // Pauses and packets that are under way are faults still.
        world.run(for: .seconds(13))
        world.act(world.outside?.calmBegan(now: world.now) ?? [])
        guard let first = agree() else { return nil }
        injector.bury(in: &world)
        guard let second = agree() else { return nil }
        world.run(for: SeedRun.restAfter)
        if let text = world.unsettled { world.fail((.agreement, "no longer: \(text)")) }
        if let doubt = world.outside?.doubt {
            world.run(for: doubt)
            if let text = world.unsettled { world.fail((.agreement, "in the end: \(text)")) }
        }
        return max(first, second)
    }

    private mutating func agree() -> Duration? {
        let agreed = world.run(atMost: SeedRun.calmMax, step: .milliseconds(250)) {
            $0.unsettled == nil
        }
        if agreed == nil, world.isSurvivable {
            world.fail((.agreement, world.unsettled ?? "it took too long"))
        }
        return agreed
    }

    private var injected: [FaultKind: Int] {
        var injected = injector.done
        let tally = world.network.tally
        for (kind, count) in [
            (FaultKind.loss, tally.lost), (.duplication, tally.duplicated),
            (.reordering, tally.delayed), (.corruption, tally.corrupted),
            (.streamReset, tally.reset), (.replay, world.adversaryCount),
        ] where count > 0 {
            injected[kind] = count
        }
        return injected
    }
}
