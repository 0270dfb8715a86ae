import ClusterSimulation
import Glibc
import Simulation
import Testing

/// Whole clusters with rooms, gateways and players.
@Suite struct ClusterSeedTests {
    /// The same ones each time; `make simulate-clusters` takes fresh ones.
    @Test func `clusters with players keep every invariant`() {
        let first = getenv("SEED").flatMap { UInt64(String(cString: $0)) } ?? 1
        for seed in first..<first + 6 {
            var run = ClusterRun(seed: seed, minutes: 0.5)
            let outcome = run.go()
            #expect(outcome.violation == nil, "SEED=\(seed)")
            #expect(outcome.run.injectedCount > 0)
            #expect(outcome.framesChecked > 0)
        }
    }

    /// Sets and dictionaries of one process keep things in orders of their own too, by their sizes
    /// and places; two processes are compared by the script beside this file.
    @Test func `one seed of a cluster is one run, and another seed another`() {
        let outcomes = [UInt64(5), 5, 6].map { seed in
            var run = ClusterRun(seed: seed, minutes: 0.2)
            return run.go()
        }
        #expect(outcomes[0].run.traceHash == outcomes[1].run.traceHash)
        #expect(outcomes[0].run.steps == outcomes[1].run.steps)
        #expect(outcomes[0].players == outcomes[1].players)
        #expect(outcomes[0].run.traceHash != outcomes[2].run.traceHash)
    }

    @Test func `each seed that failed once has a line that can be run again`() {
        let folder = #filePath.split(separator: "/").dropLast().map { "/\($0)" }.joined()
        guard let file = fopen("\(folder)/failed-seeds", "r") else {
            Issue.record("no list")
            return
        }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        bytes.removeLast(bytes.count - fread(&bytes, 1, bytes.count, file))
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
            .filter { !$0.hasPrefix("#") }
        #expect(lines.count >= 8)
        for line in lines {
            let words = line.split(separator: " ")
            #expect(
                words.count > 3 && UInt64(words[0]) != nil && Double(words[1]) != nil
                    && Double(words[2]) != nil, "\(line)")
        }
    }
}
