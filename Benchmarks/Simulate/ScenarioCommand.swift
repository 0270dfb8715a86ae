import ArgumentParser
import CAllocations
import CMalloc
import Glibc
import Gossip
import Simulation

/// `hokmd-simulate --scenario NAME`: prints the figures of one scenario.
struct ScenarioCommand {
    let name: String
    /// How many seeds, each with another cluster.
    let seeds: UInt64
    let first: UInt64
    let nodes: Int?
    /// How long a split lasts.
    let hours: Double?

    func run() throws {
        guard let scenario = Scenario(rawValue: name) else {
            for scenario in Scenario.allCases {
                print("\(scenario.rawValue): \(scenario.purpose)")
            }
            throw name == "list" ? ExitCode.success : ExitCode.validationFailure
        }
        for count in nodes.map({ [$0] }) ?? sizes(of: scenario) {
            measure(scenario, nodes: count)
        }
    }

    private func sizes(of scenario: Scenario) -> [Int] {
        switch scenario {
        case .kill, .killHost, .killLink, .leave: [20, 50]
        case .start, .loss, .pause, .split: [50]
        case .traffic: [10, 50, 100, 200]
        }
    }

    private func report(_ what: String, _ figures: String, _ violation: Violation?) {
        print("scenario=\(name) \(what) \(figures)")
        if let violation { print("VIOLATION \(violation)") }
        // Whoever reads through a pipe sees each figure when it is there.
        fflush(nil)
    }

    private func measure(_ scenario: Scenario, nodes count: Int) {
        let range = first..<first + seeds
        switch scenario {
        case .kill, .killHost, .killLink:
            var total = Kill(nodes: 3, trials: 0, seed: first)
            for seed in range {
                let kill = Kill(
                    nodes: count, trials: 20, seed: seed, isHostUp: scenario != .killHost,
                    links: scenario == .killLink)
                total.suspected.add(kill.suspected)
                total.failed.add(kill.failed)
                total.view.add(kill.view)
                total.falseDeaths += kill.falseDeaths
                total.violation = total.violation ?? kill.violation
            }
            report("nodes=\(count) until=suspected", total.suspected.line, nil)
            report("nodes=\(count) until=failed", total.failed.line, nil)
            report(
                "nodes=\(count) until=view", "\(total.view.line) false_deaths=\(total.falseDeaths)",
                total.violation)
        case .start:
            for loss in [0, 0.3] {
                var figures = Figures()
                for seed in range {
                    figures.add(
                        Crowd.start(nodes: count, loss: loss, seed: seed) ?? .seconds(120))
                }
                report("nodes=\(count) loss=\(loss)", figures.line, nil)
            }
        case .leave:
            for loss in [0, 0.2] {
                var total = Crowd.Leave()
                for seed in range {
                    let leave = Crowd.leave(nodes: count, trials: 10, loss: loss, seed: seed)
                    total.known.add(leave.known)
                    total.failures += leave.failures
                    total.violation = total.violation ?? leave.violation
                }
                report(
                    "nodes=\(count) loss=\(loss)", "\(total.known.line) failed=\(total.failures)",
                    total.violation)
            }
        case .loss:
            for seed in range {
                endurance(Endurance.loss(0.2, nodes: count, hours: 1, seed: seed), count, seed)
            }
        case .pause:
            for seed in range {
                endurance(Endurance.pauses(nodes: count, rounds: 50, seed: seed), count, seed)
            }
        case .split:
            let lengths = hours.map { [Duration.seconds($0 * 3_600)] }
            for length in lengths ?? [.seconds(30), .seconds(3_600)] {
                var detected = Figures()
                var healed = Figures()
                var agreed = Figures()
                for seed in range {
                    let split = Split(nodes: count, length: length, seed: seed)
                    detected.add(split.detected ?? .seconds(60))
                    healed.add(split.healed ?? .seconds(120))
                    agreed.add(split.agreed ?? .seconds(180))
                    if let violation = split.violation { report("", "", violation) }
                }
                let what = "nodes=\(count) length=\(length)"
                report("\(what) until=detected", detected.line, nil)
                report("\(what) until=healed", healed.line, nil)
                report("\(what) until=one_view", agreed.line, nil)
            }
        case .traffic:
            let traffic = Traffic(
                nodes: count, seconds: 100, seed: first, allocations: { hokmd_allocations() },
                heap: { Int(mallinfo2().uordblks) }, cores: { Cores.seconds })
            let heap = AllocationMeter.Call.allCases.map { call in
                "\(call)_allocations_per_hundred=\(Int(traffic.allocationsPerHundred(call)))"
            }
            report(
                "nodes=\(count)",
                """
                bytes_per_second=\(Int(traffic.payload)) with_headers=\(Int(traffic.whole)) \
                heap_bytes=\(traffic.memory) \
                processor_ms_a_minute=\(Int(traffic.processor * 1_000)) \
                \(heap.joined(separator: " "))
                """, nil)
        }
    }

    private func endurance(_ endurance: Endurance, _ count: Int, _ seed: UInt64) {
        report(
            "nodes=\(count) seed=\(seed)",
            """
            node_hours=\(Int(endurance.nodeHours)) false_deaths=\(endurance.falseDeaths) \
            suspicions=\(endurance.suspicions) deaths_of_paused=\(endurance.pausedDeaths)
            """, endurance.violation)
    }
}
