import CAllocations
import Gossip
import Testing

@testable import Simulation

/// Small versions of the scenarios whose full figures stand in docs/simulation.md.
@Suite struct ScenarioTests {
    @Test func `the last survivor knows of a killed node within 3 s`() {
        let kill = Kill(nodes: 12, trials: 4, seed: 1)
        #expect(kill.violation == nil)
        #expect(kill.failed.quantile(1) <= .seconds(3))
        #expect(kill.falseDeaths == 0)
    }

    @Test func `with a link open it is suspected within 0.6 s and out of the view within 2 s`() {
        let kill = Kill(nodes: 12, trials: 4, seed: 2, links: true)
        #expect(kill.violation == nil)
        #expect(kill.suspected.quantile(1) <= .milliseconds(600))
        #expect(kill.view.quantile(1) <= .seconds(2))
    }

    @Test func `many that start at once see each other within a second`() throws {
        #expect(try #require(Crowd.start(nodes: 20, loss: 0, seed: 3)) <= .seconds(1))
        #expect(try #require(Crowd.start(nodes: 20, loss: 0.3, seed: 3)) <= .seconds(2))
    }

    @Test func `a leave is known to all within 0.3 s and is no failure`() {
        let leave = Crowd.leave(nodes: 12, trials: 4, seed: 4)
        #expect(leave.violation == nil)
        #expect(leave.known.quantile(1) <= .milliseconds(300))
        #expect(leave.failures == 0)
    }

    @Test func `nobody is held dead with a fifth of all lost`() {
        let endurance = Endurance.loss(0.2, nodes: 6, hours: 0.05, seed: 5)
        #expect(endurance.violation == nil)
        #expect(endurance.falseDeaths == 0)
    }

    @Test func `those who sleep hold no healthy one dead`() {
        let endurance = Endurance.pauses(nodes: 8, rounds: 3, seed: 6)
        #expect(endurance.violation == nil)
        #expect(endurance.falseDeaths == 0)
        #expect(endurance.pausedDeaths > 0)
    }

    @Test func `two halves notice within 4 s and are one again within 2 s`() throws {
        let split = Split(nodes: 8, length: .seconds(20), seed: 7)
        #expect(split.violation == nil)
        #expect(try #require(split.detected) <= .seconds(4))
        #expect(try #require(split.healed) <= .seconds(2))
    }

    @Test func `an idle node sends at most 1200 bytes a second`() {
        let few = Traffic(nodes: 4, seconds: 10, seed: 8) { hokmd_allocations() }
        let more = Traffic(nodes: 12, seconds: 10, seed: 8) { hokmd_allocations() }
        #expect(few.whole <= 1_200)
        #expect(more.whole <= 1_200)
    }

    @Test func `an idle tick allocates nothing of its own`() {
        let traffic = Traffic(nodes: 4, seconds: 30, seed: 9) { hokmd_allocations() }
        #expect(traffic.meter.calls.allSatisfy { $0 > 100 })
        // Unoptimised code has its closures on the heap, two or three a tick; `hokmd-simulate
        // --scenario traffic` has the figure of the optimised code, which is 0.01.
        #expect(traffic.allocationsPerHundred(.advance) < 300)
    }
}
