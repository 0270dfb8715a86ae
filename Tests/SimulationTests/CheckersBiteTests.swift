import Gossip
import Testing

@testable import Simulation

/// A check that finds nothing proves nothing, unless it finds what was put there.
@Suite struct CheckersBiteTests {
    /// Runs seeds with a mistake until one is caught.
    private func caught(_ mistake: Mistake, seeds: Range<UInt64>) -> Violation.Invariant? {
        for seed in seeds {
            var run = SeedRun(seed: seed, nodesMax: 5, minutes: 0.5, mistake: mistake)
            if let violation = run.run().violation { return violation.invariant }
        }
        return nil
    }

    @Test func `a voter that keeps no promise makes two documents of one number`() {
        // Two who do not hear each other want different views at one moment.
        var world = Scenario.cluster(of: 5, seed: 2)
        world.mistake = .voteTwice
        world.network.conditions.delay = .milliseconds(400)...(.milliseconds(500))
        let order = (0..<5).sorted { world.nodes[$0].id < world.nodes[$1].id }
        _ = world.network.cut(.between(order[0], order[1]))
        world.dismiss(order[2], at: order[0])
        world.dismiss(order[3], at: order[1])
        world.run(for: .seconds(6))
        #expect(world.violation?.invariant == .oneDocument)
    }

    @Test func `a node that comes back from a backup goes back in number`() {
        var world = Scenario.cluster(of: 4, seed: 3)
        world.crash(3)
        world.saveBackup(3)
        world.start(3)
        world.run(for: .seconds(8))
        world.crash(3)
        world.restoreBackup(3)
        world.start(3)
        #expect(world.violation?.invariant == .numberNeverFalls)
    }

    @Test func `voters out of nowhere are noticed`() {
        #expect(caught(.forgeVoters, seeds: 1..<10) == .quorumsMeet)
    }

    @Test func `an incarnation that its subject never had is noticed`() {
        var world = Scenario.cluster(of: 4, seed: 4)
        world.forgeIncarnation(of: 1, by: 2, to: 3)
        #expect(world.violation?.invariant == .ownIncarnation)
    }

    @Test func `a machine that forgets a failure is noticed`() {
        var world = Scenario.cluster(of: 4, seed: 5)
        world.mistake = .rollBack
        world.run(for: .seconds(1))
        world.crash(3)
        world.run(for: .seconds(8))
        #expect(world.violation?.invariant == .deadStayDead)
    }

    @Test func `a leave that nobody was told of becomes a failure, and is noticed`() {
        var world = Scenario.cluster(of: 4, seed: 6)
        world.mistake = .leaveUnsaid
        world.leave(2)
        world.run(for: .seconds(8))
        #expect(world.violation?.invariant == .leaveIsNoFailure)
    }

    @Test func `a queue that is not emptied is noticed`() {
        var world = Scenario.cluster(of: 7, seed: 7)
        world.mistake = .neverDrain
        world.run(for: .seconds(600))
        #expect(world.violation?.invariant == .bounds)
    }

    @Test func `a packet to an address that nobody named is noticed`() {
        var world = Scenario.cluster(of: 3, seed: 8)
        world.mistake = .strayAddress
        world.run(for: .seconds(20))
        #expect(world.violation?.invariant == .thirdAddress)
    }

    @Test func `an answer that is larger than its question is noticed`() {
        var world = Scenario.cluster(of: 5, seed: 9)
        world.mistake = .answerTwice
        world.network.conditions.replay = 0.5
        // Who has just started asks everyone for proof, also those who only seem to write.
        for _ in 0..<20 where world.violation == nil {
            world.run(for: .seconds(3))
            world.crash(0)
            world.start(0)
        }
        #expect(world.violation?.invariant == .amplification)
    }

    @Test func `a node that hears of no view is noticed`() {
        #expect(caught(.deafViews, seeds: 1..<4) == .agreement)
    }

    @Test func `a view without a member that is there is noticed`() {
        #expect(caught(.hideMember, seeds: 1..<4) == .agreement)
    }

    @Test func `a run that injected nothing is a failure`() {
        #expect(caught(.idle, seeds: 1..<2) == .injectedNothing)
    }
}
