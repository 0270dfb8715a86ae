import Glibc
import Testing

@testable import Simulation

/// Fresh seeds in a fixed number, and every seed that ever failed.
@Suite struct SeedTests {
    /// Seeds that found a mistake once, with the greatest cluster and the time they were run with:
    /// the lines of the file beside this one.
    private static var failed: [(seed: UInt64, nodes: Int, minutes: Double)] {
        let folder = #filePath.split(separator: "/").dropLast().map { "/\($0)" }.joined()
        guard let file = fopen("\(folder)/failed-seeds", "r") else { return [] }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        bytes.removeLast(bytes.count - fread(&bytes, 1, bytes.count, file))
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            guard words.count > 3, let seed = UInt64(words[0]), let nodes = Int(words[1]),
                let minutes = Double(words[2])
            else { return nil }
            return (seed, nodes, minutes)
        }
    }

    @Test func `the list of seeds that failed is there`() {
        #expect(Self.failed.count >= 3)
    }

    private func outcome(_ seed: UInt64, nodes: Int, minutes: Double) -> SeedRun.Outcome {
        var run = SeedRun(seed: seed, nodesMax: nodes, minutes: minutes)
        return run.run()
    }

    @Test func `fresh seeds keep every invariant`() throws {
        let given = getenv("SEED").flatMap { UInt64(String(cString: $0)) }
        let first = given ?? UInt64.random(in: 1...(1 << 40))
        for seed in first..<(given == nil ? first + 12 : first + 1) {
            let outcome = outcome(seed, nodes: 7, minutes: 0.3)
            #expect(outcome.violation == nil, "SEED=\(seed): \(String(describing: outcome))")
            #expect(outcome.injectedCount > 0)
        }
    }

    @Test(arguments: failed)
    func `a seed that failed once fails no more`(seed: UInt64, nodes: Int, minutes: Double) {
        let outcome = outcome(seed, nodes: nodes, minutes: minutes)
        #expect(outcome.violation == nil, "seed \(seed)")
    }

    @Test func `one seed is one run, and another seed another`() {
        let runs = [77, 77, 78].map { outcome($0, nodes: 5, minutes: 0.1) }
        #expect(runs[0].traceHash == runs[1].traceHash)
        #expect(runs[0].steps == runs[1].steps)
        #expect(runs[0].traceHash != runs[2].traceHash)
    }
}
