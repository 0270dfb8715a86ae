import ClusterSimulation
import Glibc
import Simulation
import Testing

/// Whole clusters with rooms, gateways and players.
@Suite struct ClusterSeedTests {
    @Test func `fresh seeds of clusters with players keep every invariant`() {
        let given = getenv("SEED").flatMap { UInt64(String(cString: $0)) }
        let first = given ?? UInt64.random(in: 1...(1 << 40))
        for seed in first..<(given == nil ? first + 6 : first + 1) {
            var run = ClusterRun(seed: seed, minutes: 0.5)
            let outcome = run.go()
            #expect(outcome.violation == nil, "SEED=\(seed)")
            #expect(outcome.run.injectedCount > 0)
        }
    }
}
