import JSON
import Load
import NIOCore
import YAML

/// Brings the load of one rule after the other about, until the scaler's decisions name it.
struct TriggerRun {
    let door: Door
    let options: Crowd.Options
    let patience: TimeAmount
    /// The scaler's report.
    let ask: () async throws -> JSONValue
    /// The rules with the load that each takes, among so many servers.
    let steps: (_ servers: Int) -> [TriggerPlan.Step]

    /// How often the scaler is asked.
    private static let interval = TimeAmount.milliseconds(500)

    func run(
        isStopped: () -> Bool, _ progress: LoadProgress
    ) async throws -> [(TriggerPlan.Step, TriggerOutcome?)] {
        var rows: [(TriggerPlan.Step, TriggerOutcome?)] = []
        var crowd: Crowd?
        let rules = steps(try await servers()).map(\.rule)
        for rule in rules where !isStopped() {
            // The scaler has acted since: the load is worked out anew.
            guard let step = steps(try await servers()).first(where: { $0.rule == rule }) else {
                continue
            }
            if case .other(let reason) = step.load {
                rows.append((step, .notDriven(reason)))
                continue
            }
            progress.tell("\(rule): \(step.condition) for \(step.hold.text): \(step.load.text)")
            if step.load == .players(0) {
                if let present = crowd { _ = try await LoadRun.conclude(present) }
                crowd = nil
            } else if crowd == nil {
                let fresh = try await Crowd(options) { progress.show($0) }
                try await fresh.meet([door])
                crowd = fresh
            }
            let outcome = try await drive(step, crowd, isStopped)
            progress.tell("\(rule): \(outcome.text)")
            rows.append((step, outcome))
        }
        if let crowd { _ = try await LoadRun.conclude(crowd) }
        return rows
    }

    private func drive(
        _ step: TriggerPlan.Step, _ crowd: Crowd?, _ isStopped: () -> Bool
    ) async throws -> TriggerOutcome {
        let start = NIODeadline.now()
        let time = TimeAmount(step.hold) + patience
        let before = try await crowd?.figures.tables ?? 0
        while true {
            let passed = NIODeadline.now() - start
            let seconds = Int(passed.nanoseconds / 1_000_000_000)
            switch step.load {
            case .players(let count):
                try await crowd?.grow(to: (count + options.players - 1) / options.players)
            case .rooms(let perMinute):
                // One more each time, so that the rate is above the threshold and not at it.
                try await crowd?.grow(to: before + 1 + perMinute * (seconds + 1) / 60)
            case .other: return .silent(seconds: seconds)
            }
            let outcome = TriggerOutcome(
                try await ask(), rule: step.rule, change: step.change, seconds: seconds)
            if let outcome { return outcome }
            guard passed < time, !isStopped() else { return .silent(seconds: seconds) }
            try await pause(Self.interval)
        }
    }

    private func servers() async throws -> Int {
        let report = try await ask()
        // What the rules divide by, as the scaler last counted it.
        let counted = report["decisions"]?[0]?["figures"]?["instances"]?.double.map { Int($0) }
        let ready = report["instances"]?.array?.count { $0["state"]?.string == "ready" }
        return max(1, counted ?? ready ?? 1)
    }
}
