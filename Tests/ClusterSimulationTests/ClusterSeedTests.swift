import ClusterSimulation
import Glibc
import Simulation
import Testing

/// Whole clusters with rooms, gateways and players.
@Suite struct ClusterSeedTests {
    /// The same ones each time; `make simulate` takes fresh ones.
    @Test func `clusters with players keep every invariant`() {
        let first = getenv("SEED").flatMap { UInt64(String(cString: $0)) } ?? 1
        for seed in first..<first + 6 {
            var run = ClusterRun(seed: seed, minutes: 0.5)
            let outcome = run.go()
            #expect(outcome.violation == nil, "SEED=\(seed)")
            #expect(outcome.run.injectedCount > 0)
        }
    }
}
