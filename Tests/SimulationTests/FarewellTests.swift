import Gossip
import Testing

@testable import Simulation

/// Who goes, and what others know of it.
@Suite struct FarewellTests {
    /// The good-bye is said once for all, so the check must know who heard it: a node that restarts
    /// meanwhile has forgotten it, and may be told by another that the leaver had failed.
    @Test func `a good-bye is not held against the next life of one that heard it`() {
        var world = Scenario.cluster(of: 5, seed: 21)
        let leaver = world.nodes[3].id
        let cut = world.network.cut(.split([true, false, false, false, true]))
        world.run(for: .seconds(8))
        #expect(world.nodes[0].swim.table[leaver]?.member.status == .failed)
        // One does not answer, so that the good-bye takes its time.
        world.pause(2, for: .seconds(3))
        world.leave(3)
        world.run(for: .milliseconds(50))
        #expect(world.nodes[1].swim.table[leaver]?.member.status == .left)
        world.crash(1)
        world.network.mend(cut)
        for other in [0, 1, 4] { _ = world.network.cut(.between(other, 3)) }
        world.start(1)
        world.run(for: .seconds(2))
        #expect(world.nodes[3].course == .departed)
        #expect(world.nodes[1].swim.table[leaver]?.member.status == .failed)
        world.run(for: .seconds(4))
        #expect(world.violation == nil)
    }

    /// It votes no more in this life, and nobody knew: a cluster could lose more than it thought.
    @Test func `a voter whose disk fails is replaced`() throws {
        var world = Scenario.cluster(of: 4, seed: 22)
        let before = try #require(world.viewCheck.latest)
        let voter = try #require(before.voters.members.last)
        let index = try #require(world.index(of: voter.node))
        world.nodes[index].disk.isBroken = true
        world.drain(try #require((0..<4).first { !before.voters.contains(world.nodes[$0].id) }))
        world.start(world.addNode(founders: 0))
        world.run(for: .seconds(10))
        let after = try #require(world.viewCheck.latest)
        #expect(after.number > before.number)
        #expect(!after.voters.contains(voter.node))
        #expect(world.violation == nil)
    }
}
