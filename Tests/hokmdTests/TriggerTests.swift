import JSON
import Policy
import Testing

@testable import hokmd

@Suite struct TriggerTests {
    private func policy() throws -> ScalingPolicy {
        var policy = try PolicyFile.read(
            #filePath.split(separator: "/").dropLast(3).map { "/\($0)" }.joined()
                + "/config/policy.yaml")
        policy.active = "thresholds"
        return policy
    }

    private func plan(
        servers: Int = 2, playersAtATable: Int = 4, most: Int = 1_000, isOurs: Bool = false
    ) throws -> [String: TriggerPlan.Load] {
        let plan = TriggerPlan(
            try policy(), servers: servers, playersAtATable: playersAtATable, most: most,
            isOurs: isOurs)
        return Dictionary(uniqueKeysWithValues: plan.steps.map { ($0.rule, $0.load) })
    }

    @Test func `each rule of the shipped policy takes its load, or says why none does`() throws {
        let plan = try plan()
        #expect(plan.count == 8)
        // More than 100 a server, four at a table.
        #expect(plan["crowded"] == .players(204))
        #expect(plan["idle-players"] == .players(0))
        #expect(plan["creations"] == .rooms(perMinute: 11))
        #expect(plan["queue"] == .waiting(21))
        #expect(plan["cpu-emergency"] == .growing([.cpu]))
        #expect(plan["memory-emergency"] == .growing([.memory]))
        #expect(plan["idle-cpu"] == .players(0))
        guard case .other(let reason) = plan["errors"] else {
            Issue.record("errors: \(String(describing: plan["errors"]))")
            return
        }
        #expect(reason.contains("--own"), "\(reason)")
        #expect(try self.plan(isOurs: true)["errors"] == .faults)
        #expect(
            try self.plan(most: 20)["queue"]
                == .other("not even 20 who wait are enough; --most allows more"))
        #expect(try self.plan(servers: 3)["crowded"] == .players(304))
        #expect(try self.plan(playersAtATable: 1)["crowded"] == .players(201))
        #expect(
            try self.plan(most: 200)["crowded"]
                == .other("not even 200 players are enough; --most allows more"))
    }

    @Test func `the smallest load comes first, and nobody plays in the end`() throws {
        let plan = TriggerPlan(try policy(), servers: 2, playersAtATable: 4, most: 1_000)
        let driven = plan.steps.filter { if case .other = $0.load { false } else { true } }
        #expect(
            driven.map(\.rule) == [
                "crowded", "creations", "cpu-emergency", "memory-emergency", "queue", "idle-cpu",
                "idle-players",
            ])
    }

    @Test func `of a policy that is not in force only the emergencies count`() throws {
        var policy = try policy()
        policy.active = "buffer"
        let plan = TriggerPlan(policy, servers: 2, playersAtATable: 4, most: 1_000)
        #expect(Set(plan.steps.map(\.rule)) == ["cpu-emergency", "memory-emergency"])
    }

    private func report(_ decisions: JSONValue...) -> JSONValue { ["decisions": .array(decisions)] }

    private func decision(
        _ rule: String, _ action: String, _ reason: String, age: Int64
    ) -> JSONValue {
        [
            "rule": .string(rule), "action": .string(action), "reason": .string(reason),
            "age_seconds": .int(age),
        ]
    }

    @Test func `what was measured says whether a rule should have spoken`() throws {
        let rules = TriggerPlan(try policy(), servers: 2, playersAtATable: 4, most: 1_000).steps
        let report: JSONValue = [
            "decisions": [["figures": ["instances": 2, "cpu": 0.93, "memory": 0.5, "players": 40]]]
        ]
        let reading = TriggerReading(report)
        func holds(_ name: String) -> Bool? {
            rules.first { $0.rule == name }.map { reading.holds($0.condition) }
        }
        #expect(reading.servers == 2)
        #expect(holds("cpu-emergency") == true && holds("memory-emergency") == false)
        // 40 players of two servers are 20 each, which is not fewer than 20.
        #expect(holds("idle-players") == false && holds("queue") == false)
        #expect(reading.text([.players, .cpu]) == "cpu 93.0 %, players 40.0")
        #expect(reading.text([.errors]) == "errors unknown")
    }

    @Test func `a decision counts for the rule that made it, since the load began`() {
        let report = report(
            decision("crowded", "none", "rule crowded (players > 3, it is 4) wants 3", age: 1),
            decision("creations", "add", "out 2 → 3", age: 2),
            decision("idle", "none", "rule idle wants more, not for long enough yet", age: 2),
            decision("late", "add", "out", age: 60))
        func outcome(_ rule: String, _ change: Int = 1) -> TriggerOutcome? {
            TriggerOutcome(report, rule: rule, change: change, seconds: 10)
        }
        #expect(outcome("creations") == .acted(seconds: 10, reason: "out 2 → 3"))
        #expect(outcome("creations", -1) == nil)
        #expect(
            outcome("crowded")
                == .heldBack(seconds: 10, reason: "rule crowded (players > 3, it is 4) wants 3"))
        #expect(outcome("idle") == nil && outcome("late") == nil && outcome("other") == nil)
        #expect(TriggerOutcome(.null, rule: "crowded", change: 1, seconds: 10) == nil)
    }
}
