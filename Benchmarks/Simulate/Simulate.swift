import ArgumentParser
import Glibc
import Gossip
import Simulation

/// Runs simulated clusters: `swift run -c release hokmd-simulate --seeds 1000`.
@main
struct Simulate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hokmd-simulate",
        abstract: "Runs whole clusters on virtual time, with faults, and checks their invariants.")

    @Option(help: "How many seeds to run: 100 unless given, 10 for a scenario.")
    var seeds: UInt64?

    @Option(help: "The first seed; without it one is drawn.")
    var seed: UInt64?

    @Flag(help: "Tell every step. One seed unless --seeds says more.")
    var trace = false

    @Option(help: "The most nodes that a cluster starts with; in a scenario, how many.")
    var nodes: Int?

    @Option(help: "How long the faults of a seed last at most, in simulated minutes.")
    var minutes = 1.0

    @Option(help: "Stop after so many seconds, whatever is left.")
    var seconds: Int?

    @Option(help: "A deliberate mistake, to see that it is caught.")
    var mistake: String?

    @Option(help: "Measure one scenario instead; 'list' names them.")
    var scenario: String?

    @Option(help: "In the scenario split: how long, instead of 30 s and an hour.")
    var hours: Double?

    @Flag(help: "Clusters with rooms, gateways and players, a fault every 5 simulated seconds.")
    var cluster = false

    @Flag(help: "With --cluster: scalers that launch servers and end them, too.")
    var scaling = false

    @Flag(help: "Look for each deliberate mistake of clusters with rooms until it is found.")
    var mistakes = false

    @Option(help: "Seconds between two faults in clusters with rooms, on average; 0: as drawn.")
    var interval = 5.0

    mutating func run() throws {
        if cluster || mistakes {
            try ClusterCommand(
                seeds: seeds, first: seed ?? UInt64.random(in: 1...(1 << 40)), seconds: seconds,
                minutes: minutes, interval: interval > 0 ? .seconds(interval) : nil,
                scales: scaling,
                mistake: mistake, isTraced: trace
            ).run(isForMistakes: mistakes)
            return
        }
        if let scenario {
            try ScenarioCommand(
                name: scenario, seeds: seeds ?? 10, first: seed ?? 1, nodes: nodes,
                hours: hours
            ).run()
            return
        }
        let mistake = mistake.flatMap(Mistake.init(rawValue:)) ?? .none
        let first = seed ?? UInt64.random(in: 1...(1 << 40))
        let clock = ContinuousClock()
        let start = clock.now
        var total = Totals()
        let count = seeds ?? (trace ? 1 : 100)
        var told = start
        if count > 1 { say("seeds from \(first); --seed N --trace replays one") }
        for number in first..<first + count {
            let at = clock.now
            if let seconds, start.duration(to: at) > .seconds(seconds) { break }
            // Should a seed trap, it is not far behind the last one told.
            if count > 1, told.duration(to: at) > .seconds(10) {
                told = at
                say("at seed \(number), \(total.runs) run, \(total.failed) failed")
            }
            let isTraced = trace
            var run = SeedRun(
                seed: number, nodesMax: nodes ?? 50, minutes: minutes, mistake: mistake,
                reader: isTraced ? { print($0) } : nil)
            let outcome = run.run()
            total.add(outcome)
            if count == 1 { print(outcome.line) }
            if !outcome.isSurvivable { say("seed=\(number) lost a quorum of its voters for good") }
            if let violation = outcome.violation {
                print("seed=\(number) FAILED \(violation)")
                print(outcome.line)
                say("replay: \(replay(number))")
                total.failed += 1
            }
        }
        print(total.line(took: start.duration(to: clock.now), first: first))
        if total.failed > 0 { throw ExitCode.failure }
    }
}

extension Simulate {
    /// Whoever reads through a pipe sees it when it is there.
    private func say(_ line: String) {
        print(line)
        fflush(nil)
    }

    private func replay(_ seed: UInt64) -> String {
        """
        swift run -c release hokmd-simulate --seed \(seed) --trace --nodes \(nodes ?? 50) \
        --minutes \(minutes)
        """
    }
}

/// What many seeds come to.
struct Totals {
    var runs = 0
    var failed = 0
    /// Runs that lost a quorum of their voters for good.
    var lost = 0
    var steps = 0
    var injected = 0
    var simulated: Duration = .zero
    var slowest: Duration = .zero
    var hash: UInt64 = 0

    mutating func add(_ outcome: SeedRun.Outcome) {
        runs += 1
        if !outcome.isSurvivable { lost += 1 }
        steps += outcome.steps
        injected += outcome.injectedCount
        simulated += outcome.simulated * outcome.nodes
        slowest = max(slowest, outcome.agreedAfter ?? .zero)
        hash = hash &* 31 &+ outcome.traceHash
    }

    func line(took: Duration, first: UInt64) -> String {
        """
        seeds=\(runs) first=\(first) failed=\(failed) lost_quorum=\(lost) steps=\(steps) injected=\(injected) \
        node_hours=\(Int(simulated / .seconds(3_600))) slowest_agreement=\(slowest) \
        seconds=\(Int(took / .seconds(1))) hash=\(String(hash, radix: 16))
        """
    }
}

extension SeedRun.Outcome {
    var line: String {
        let kinds = injected.sorted { $0.key.rawValue < $1.key.rawValue }
            .map { "\($0.key.rawValue):\($0.value)" }.joined(separator: ",")
        let agreed = agreedAfter.map { "\($0)" } ?? "never"
        return """
            seed=\(seed) nodes=\(nodes) steps=\(steps) views=\(views) simulated=\(simulated) \
            agreed_after=\(agreed) hash=\(String(traceHash, radix: 16)) injected=\(kinds)
            """
    }
}
