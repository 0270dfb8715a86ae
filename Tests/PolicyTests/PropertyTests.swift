import JSON
import Random
import Testing

@testable import Policy

/// What holds for every policy and every load.
@Suite struct PropertyTests {
    private static let conditions = [
        "max(cpu) > 80%", "avg(cpu) > 60%", "players / instances > 100", "queue_length > 20",
        "players > 900", "p95(memory) > 70%",
    ]
    private static let idle = [
        "avg(cpu) < 20%", "players / instances < 30", "max(cpu) < 10%", "players < 200",
    ]

    private func policy(
        collapse: Bool, using generator: inout SplitMix64
    ) throws -> ScalingPolicy {
        func pick<T>(_ list: [T]) -> T { list[Int.random(in: 0..<list.count, using: &generator)] }
        var rules: [String] = []
        for index in 0..<Int.random(in: 1...4, using: &generator) {
            let urgent = pick([true, false])
            rules.append(
                "{name: u\(index), when: \(pick(Self.conditions)), for: \(pick(["0", "30s", "3m"])), "
                    + "do: up \(pick([1, 2, 3])), ignoreCooldown: \(urgent)}")
        }
        for index in 0..<Int.random(in: 1...3, using: &generator) {
            rules.append(
                "{name: d\(index), when: \(pick(Self.idle)), for: \(pick(["0", "1m", "5m"])), "
                    + "do: down \(pick([1, 2]))}")
        }
        let free = pick(["20%", "max(10%, 50)", "0", "300"])
        let low = Int.random(in: 1...4, using: &generator)
        let high = low + Int.random(in: 0...20, using: &generator)
        let limits =
            "{min: \(low), max: \(high), maxUp: \(pick([1, 2, 3])), maxDown: \(pick([1, 2]))}"
        let policies = """
              thresholds:
                cooldown: {up: \(pick(["0", "2m"])), down: \(pick(["1m", "5m"]))}
                rules: [\(rules.joined(separator: ", "))]
              target:
                targets: [{metric: players / instances, value: \(pick([60, 112]))}, {metric: avg(cpu), value: 60%}]
                stabilise: {up: \(pick(["0", "30s"])), down: \(pick(["0", "2m"]))}
              buffer: {of: players, free: '\(free)', hold: \(pick(["0", "2m"]))}
              predictive:
                forecast: {metric: players, speaksAfter: \(pick(["0", "10m"]))}
                lead: {out: start+60s, in: 5m}
                hold: \(pick(["0", "2m"]))
                fallback: buffer
              night: {chain: [{id: n, schedule: {cron: '*/10 * * * *', duration: 3m}, use: target}, {id: d, use: buffer}]}
            """
        var more =
            "guards: {\(collapse ? "collapse: {drop: 25%, within: 10m, freezeScaleIn: 5m}, " : "")"
        more += "flap: {budget: 3, per: 30m, then: \(pick(["widen", "freeze"]))}}"
        if pick([true, false]) {
            more += "\ncost: {pricePerInstanceHour: 1, budgetPerDay: \(pick([1, 50, 500])), "
            more += "onBudget: \(pick(["hold", "cap", "alert"]))}"
        }
        let active = pick(["thresholds", "target", "buffer", "predictive", "night"])
        return try read(file(policies, active: active, limits: limits, more: more))
    }

    private func random(using generator: inout SplitMix64, ready: Int) -> Figures {
        var given = figures(
            players: .random(in: 0...3000, using: &generator), ready: ready,
            starting: .random(in: 0...2, using: &generator),
            cpu: .random(in: 0...1, using: &generator),
            memory: .random(in: 0...1, using: &generator),
            queue: .random(in: 0...60, using: &generator))
        if Int.random(in: 0..<8, using: &generator) == 0 { given[.players] = .missing }
        if Int.random(in: 0..<8, using: &generator) == 0 { given[.cpu].expected *= 3 }
        return given
    }

    @Test func `every decision keeps the limits, can be made again, and explains itself`() throws {
        var generator = SplitMix64(seed: seed)
        for _ in 0..<25 {
            let policy = try policy(collapse: true, using: &generator)
            var engine = PolicyEngine(policy)
            var (now, ready) = (monday, policy.limits.min)
            for _ in 0..<80 {
                now = now + .milliseconds(.random(in: 1...60_000, using: &generator))
                let decision = engine.decide(
                    figures: random(using: &generator, ready: ready), at: now)
                let hint: Comment = "SEED=\(seed) \(decision.line)"
                check(decision, policy, hint)
                let remade = try #require(decision.remade(by: policy))
                #expect(remade.decision == decision && remade.state == engine.state, hint)
                let text = decision.json.description
                let read = try Decision(json: JSONValue.parse(Array(text.utf8)), policy: policy)
                #expect(read == decision, hint)
                #expect(!decision.line.contains("\n"), hint)
                ready = decision.target
                if Int.random(in: 0..<20, using: &generator) == 0 {
                    engine.launchFailed(present: ready, at: now)
                }
            }
        }
    }

    private func check(_ decision: Decision, _ policy: ScalingPolicy, _ hint: Comment) {
        let limits = policy.limits
        #expect((limits.min...limits.max).contains(decision.target), hint)
        let step = decision.target - decision.current
        #expect(step <= limits.maxUp || decision.target == limits.min, hint)
        #expect(step >= -limits.maxDown || decision.target == limits.max, hint)
        let isMissing = decision.input.figures[.players].fresh == 0
        if isMissing, policy.active != "thresholds", policy.active != "night" {
            let isBudget = decision.outcome.limits.contains { $0.step == .budget }
            #expect(step >= 0 || isBudget || decision.current > limits.max, hint)
        }
        // The explanation: the largest wish, cut by each limit in turn, is the result.
        let outcome = decision.outcome
        let damping: Set<Limitation.Step> = [.hold, .cooldown]
        #expect(outcome.proposals.map(\.wish).max() == max(outcome.wanted, outcome.urgent), hint)
        var value = outcome.wanted
        for limitation in outcome.limits where damping.contains(limitation.step) {
            #expect(limitation.from == value, hint)
            value = limitation.to
        }
        value = max(value, outcome.urgent)
        for limitation in outcome.limits where !damping.contains(limitation.step) {
            #expect(limitation.from == value, hint)
            value = limitation.to
        }
        #expect(value == decision.target, hint)
    }

    @Test func `more load never means fewer instances`() throws {
        var generator = SplitMix64(seed: seed)
        for _ in 0..<50 {
            // A collapse is by its nature about less load; so without that guard.
            let policy = try policy(collapse: false, using: &generator)
            var engine = PolicyEngine(policy)
            var (now, ready) = (monday, policy.limits.min)
            for _ in 0..<25 {
                now = now + .seconds(Int.random(in: 1...60, using: &generator))
                let less = random(using: &generator, ready: ready)
                var more = less
                for figure in [Figure.players, .cpu, .memory, .queueLength] {
                    let factor = Double.random(in: 1...2, using: &generator)
                    more[figure].sum *= factor
                    more[figure].smallest *= factor
                    more[figure].largest *= factor
                    more[figure].p95 *= factor
                }
                var other = engine
                let one = engine.decide(figures: less, at: now)
                let two = other.decide(figures: more, at: now)
                #expect(two.target >= one.target, "SEED=\(seed)\n\(one.line)\n\(two.line)")
                ready = one.target
            }
        }
    }

    @Test func `the same figures make the same decisions`() throws {
        var generator = SplitMix64(seed: seed)
        for _ in 0..<8 {
            let policy = try policy(collapse: true, using: &generator)
            var (one, other) = (PolicyEngine(policy), PolicyEngine(policy))
            for tick in 1...100 {
                let given = random(using: &generator, ready: 3)
                let now = monday + .seconds(15 * tick)
                let decision = one.decide(figures: given, at: now)
                #expect(decision == other.decide(figures: given, at: now), "SEED=\(seed)")
            }
        }
    }

    @Test func `no mutation of the shipped file traps`() throws {
        var generator = SplitMix64(seed: seed)
        let original = try repositoryFile("config/policy.yaml")
        var taken = 0
        for _ in 0..<300 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: bytes[place] = .random(in: 32...126, using: &generator)
                case 1: bytes.removeSubrange(place..<min(bytes.count, place + 4))
                default: bytes.insert(contentsOf: "9%(".utf8, at: place)
                }
            }
            guard let policy = try? ScalingPolicy(bytes.span, file: "p", zone: tehran) else {
                continue
            }
            taken += 1
            var stage = Stage(policy, ready: policy.limits.min)
            stage.run(.seconds(60), players: 700)
            #expect(
                stage.targets.allSatisfy { (policy.limits.min...policy.limits.max).contains($0) },
                "SEED=\(seed)")
        }
        #expect(taken > 5, "SEED=\(seed): only \(taken) were taken")
    }
}
