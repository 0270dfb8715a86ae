import ClusterSimulation
import Glibc
import Simulation
import Testing

/// A few of the deliberate mistakes, each found within some seeds; `hokmd-simulate --mistakes` looks
/// for all.
@Suite struct ClusterMistakeTests {
    @Test(arguments: [
        ClusterMistake.acknowledgedAndNotKept, .answeredAtOnce, .cardsToAll, .committedAlone,
        .inputDroppedAtReattach, .replayAppliedTwice, .strangersCardInField,
    ])
    func `a cluster that makes a mistake is found out`(mistake: ClusterMistake) {
        let first = getenv("SEED").flatMap { UInt64(String(cString: $0)) } ?? 1
        for seed in first..<first + 60 {
            var run = ClusterRun(seed: seed, mistake: mistake)
            if let violation = run.go().violation, isSoundWithout(seed) {
                print("\(mistake): found by seed \(seed): \(violation)")
                return
            }
        }
        Issue.record("nobody noticed \(mistake)")
    }

    private func isSoundWithout(_ seed: UInt64) -> Bool {
        var run = ClusterRun(seed: seed)
        return run.go().violation == nil
    }
}
