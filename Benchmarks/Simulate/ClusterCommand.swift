import ArgumentParser
import ClusterSimulation
import Glibc
import Simulation

/// `hokmd-simulate --cluster` and `--mistakes`: whole clusters with rooms, gateways and players.
struct ClusterCommand {
    let seeds: UInt64?
    let first: UInt64
    let seconds: Int?
    let minutes: Double
    let interval: Duration?
    let scales: Bool
    let mistake: String?
    let isTraced: Bool

    /// A mistake is to be found within five minutes of one core.
    private static let mistakeSecondsMax = 300.0

    func run(isForMistakes: Bool) throws {
        if isForMistakes { return try findMistakes() }
        let chosen = mistake.flatMap(ClusterMistake.init(rawValue:)) ?? .none
        let start = Cores.seconds
        var (runs, failed, strikes) = (0, 0, 0)
        var (hours, chaos, hash) = (0.0, 0.0, UInt64(0))
        let count = seeds ?? (isTraced ? 1 : seconds == nil ? 100 : .max - first)
        for seed in first..<first + count {
            if let seconds, Cores.seconds - start > Double(seconds) { break }
            let reader: ((String) -> Void)? = isTraced ? { print($0) } : nil
            var run = ClusterRun(
                seed: seed, minutes: minutes, interval: interval, scales: scales,
                mistake: chosen, reader: reader)
            let outcome = run.go()
            runs += 1
            hours += outcome.hours
            strikes += outcome.strikes
            chaos += outcome.chaos / .seconds(1)
            hash = hash &* 31 &+ outcome.run.traceHash
            if count == 1 { print(outcome.line) }
            guard let violation = outcome.violation else { continue }
            failed += 1
            print("seed=\(seed) FAILED \(violation)")
            print(outcome.line)
            fflush(nil)
        }
        let took = Cores.seconds - start
        print(
            """
            seeds=\(runs) first=\(first) failed=\(failed) cluster_hours=\(Self.text(hours)) \
            core_seconds=\(Self.text(took)) \
            cluster_hours_per_core_minute=\(Self.text(hours * 60 / took)) \
            faults_per_simulated_second=\(Self.text(Double(strikes) / (hours * 3_600))) \
            before_calm=\(Self.text(Double(strikes) / chaos)) \
            hash=\(String(hash, radix: 16))
            """)
        if failed > 0 { throw ExitCode.failure }
    }

    private func findMistakes() throws {
        var missed = 0
        for each in ClusterMistake.allCases where each != .none {
            if let mistake, mistake != each.rawValue { continue }
            let start = Cores.seconds
            var seed = first
            var found: Violation?
            while found == nil, Cores.seconds - start < Self.mistakeSecondsMax {
                // More faults than elsewhere: a mistake shows when things go wrong.
                var run = ClusterRun(seed: seed, minutes: minutes, mistake: each)
                found = run.go().violation
                if found != nil {
                    // What goes wrong without the mistake says nothing of it.
                    var plain = ClusterRun(
                        seed: seed, minutes: minutes, scales: each.isOfScalers)
                    if plain.go().violation != nil { found = nil }
                }
                seed += 1
            }
            let took = Self.text(Cores.seconds - start)
            if found == nil { missed += 1 }
            print(
                """
                mistake=\(each.rawValue) seeds=\(seed - first) core_seconds=\(took) \
                \(found.map { "found: \($0)" } ?? "NOT FOUND")
                """)
            fflush(nil)
        }
        if missed > 0 { throw ExitCode.failure }
    }

    private static func text(_ number: Double) -> String {
        let scaled = Int((number * 1_000).rounded())
        let rest = String(scaled % 1_000)
        return "\(scaled / 1_000)." + String(repeating: "0", count: 3 - rest.count) + rest
    }
}

extension ClusterRun.Outcome {
    var line: String {
        let figures = players
        let scaled =
            scaling.map {
                " launches=\($0.launches) drains=\($0.drains) ended=\($0.terminations)"
                    + " spared=\($0.spared) instances=\($0.instances)"
            } ?? ""
        return """
            \(run.line)\(scaled) messages=\(figures.messages) acknowledged=\(figures.acknowledged) \
            matches=\(figures.matches) resumed=\(figures.resumed) dropped=\(figures.dropped) \
            held=\(figures.held) lost=\(figures.lost)
            """
    }
}
