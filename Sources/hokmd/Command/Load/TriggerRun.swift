import JSON
import Load
import NIOCore
import Policy
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
    /// Players that may come, at most.
    let most: Int
    /// Lets a server stand still for a while; nil where servers are not ours.
    let disturb: (() async throws -> Void)?

    /// How often the scaler is asked.
    private static let interval = TimeAmount.milliseconds(500)
    /// Tables that play while servers stand still.
    private static let tablesDisturbed = 12
    /// What was measured is some seconds old, so that few come at a time.
    private static let seekersAtOnce = 10

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
            progress.tell(
                "\(rule): \(step.condition.text) for \(step.hold.text): \(step.load.text)")
            if step.load == .players(0) {
                if let present = crowd { _ = try await LoadRun.conclude(present) }
                crowd = nil
            } else if case .waiting = step.load {
                // Who waits comes in a crowd of its own.
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
        var (tables, sought, grown) = (before, 0, start)
        let seekers = try await Seekers(door)
        defer { seekers.leave() }
        while true {
            let now = NIODeadline.now()
            let seconds = Int((now - start).nanoseconds / 1_000_000_000)
            switch step.load {
            case .players(let count): try await crowd?.grow(to: self.tables(for: count))
            case .rooms(let perMinute):
                // One more each time, so that the rate is above the threshold and not at it.
                try await crowd?.grow(to: before + 1 + perMinute * (seconds + 1) / 60)
            case .growing where tables < self.tables(for: most):
                tables = min(self.tables(for: most), max(tables + 1, tables * 6 / 5))
                grown = now
                try await crowd?.grow(to: tables)
            case .waiting(let count):
                // Who found a seat does not wait: further ones come.
                let missing = count - TriggerReading(try await ask()).waiting
                let further = min(missing, most - sought, Self.seekersAtOnce)
                if further > 0 {
                    seekers.come(further)
                    (sought, grown) = (sought + further, now)
                }
            case .faults:
                try await crowd?.grow(to: max(before, Self.tablesDisturbed))
                try await disturb?()
            case .growing, .other: break
            }
            let report = try await ask()
            let outcome = TriggerOutcome(
                report, rule: step.rule, change: step.change,
                seconds: Int((NIODeadline.now() - start).nanoseconds / 1_000_000_000))
            if let outcome { return outcome }
            guard now - grown < time, !isStopped() else {
                return conclusion(step, report, seconds: seconds)
            }
            try await pause(Self.interval)
        }
    }

    /// What it means that nothing was decided.
    private func conclusion(
        _ step: TriggerPlan.Step, _ report: JSONValue, seconds: Int
    ) -> TriggerOutcome {
        let reading = TriggerReading(report)
        switch step.load {
        case .growing, .waiting, .faults:
            guard !reading.holds(step.condition) else { break }
            return .unreached(
                "\(reading.text(step.condition.figures)) after \(seconds) s; --most \(most)")
        case .players, .rooms, .other: break
        }
        return .silent(
            seconds: seconds, last: report["decisions"]?[0]?["reason"]?.string ?? "none")
    }

    private func tables(for players: Int) -> Int {
        (players + options.players - 1) / options.players
    }

    private func servers() async throws -> Int { TriggerReading(try await ask()).servers }
}
