import ClusterSimulation
import Glibc
import Simulation
import Testing

/// Whole clusters whose scalers launch servers and end them, with players on them, under all faults.
@Suite struct ScalingSeedTests {
    private let first = getenv("SEED").flatMap { UInt64(String(cString: $0)) } ?? 1

    @Test func `scalers keep as many servers as are wanted, and end nobody's room`() {
        var (launches, spared) = (0, 0)
        for seed in first..<first + 3 {
            var run = ClusterRun(seed: seed, minutes: 0.7, scales: true)
            let outcome = run.go()
            #expect(outcome.violation == nil, "SEED=\(seed)")
            launches += outcome.scaling?.launches ?? 0
            spared += outcome.scaling?.spared ?? 0
        }
        #expect(launches > 6 && spared > 0, "runs in which nothing happens show nothing")
    }

    /// Those that show soon; Tests/ClusterSimulationTests/run looks for all, with a fast build.
    @Test(arguments: [ClusterMistake.everyScalerActs])
    func `scalers that make a mistake are found out`(mistake: ClusterMistake) {
        for seed in first..<first + 20 {
            var run = ClusterRun(seed: seed, mistake: mistake)
            if run.go().violation != nil { return }
        }
        Issue.record("nobody noticed \(mistake)")
    }
}
