import Policy
import Testing
import YAML

@Suite struct EngineTests {
    private static let rules = """
          thresholds:
            cooldown: {up: 5m, down: 15m}
            rules:
            - {name: emergency, when: max(cpu) > 90%, for: 1m, do: up 3, ignoreCooldown: true}
            - {name: crowded, when: players / instances > 100, for: 3m, do: up 1}
            - {name: idle, when: players / instances < 20, for: 15m, do: down 2}
        """

    private func thresholds() throws -> ScalingPolicy {
        try read(file(Self.rules, active: "thresholds"))
    }

    @Test func `a rule acts when it has held for its time, and then cools down`() throws {
        var stage = Stage(try thresholds(), ready: 4)
        #expect(stage.run(.seconds(180), players: 1000).target == 4)
        let decision = stage.run(.seconds(15), players: 1000)
        #expect(decision.target == 5 && decision.current == 4 && decision.missing == 1)
        #expect(
            decision.line.contains(
                "out 4 → 5 (+1): rule crowded (players / instances > 100, it is 250)"))
        // Held again after 3 minutes, but the cooldown has 5.
        let limited = stage.run(.seconds(285), players: 1000)
        #expect(limited.target == 5 && limited.outcome.limits.map(\.step) == [.cooldown])
        #expect(stage.run(.seconds(15), players: 1000).target == 6)
    }

    @Test func `a rule that stops holding begins anew`() throws {
        var stage = Stage(try thresholds(), ready: 4)
        stage.run(.seconds(170), players: 1000)
        stage.run(.seconds(15), players: 300)
        #expect(stage.run(.seconds(180), players: 1000).target == 4)
    }

    @Test func `an idle cluster shrinks by steps to the minimum and not below`() throws {
        var stage = Stage(try thresholds(), ready: 7)
        stage.run(.seconds(3 * 3600), players: 10)
        #expect(stage.targets.last == 2)
        #expect(Set(stage.targets) == [7, 5, 3, 2])
    }

    @Test func `instances go only if no rule wants more`() throws {
        let both = """
              thresholds:
                cooldown: {up: 1m, down: 1m}
                rules:
                - {name: queue, when: queue_length > 20, for: 1h, do: up 2}
                - {name: idle, when: players / instances < 20, for: 1m, do: down 1}
            """
        var stage = Stage(try read(file(both, active: "thresholds")), ready: 6)
        let decision = stage.run(.seconds(600), players: 10) {
            $0[.queueLength] = .even(30, servers: 1)
        }
        #expect(decision.target == 6)
        #expect(stage.run(.seconds(600), players: 10).target < 6)
    }

    @Test func `instances go only if all rules that go in agree`() throws {
        var stage = Stage(try shipped("thresholds"), ready: 6)
        let opposed = stage.run(.seconds(3600), players: 125, cpu: 0.1)
        #expect(opposed.target == 6 && opposed.line.contains("rule idle-players does not agree"))
        #expect(stage.run(.seconds(16 * 60), players: 110, cpu: 0.1).target == 5)
    }

    @Test(arguments: ["thresholds", "buffer", "predictive", "evening"])
    func `emergencies act under every policy`(active: String) throws {
        var stage = Stage(try shipped(active), ready: 4)
        let decision = stage.run(.seconds(90), players: 300, cpu: 0.95)
        #expect(stage.targets.contains(7), "\(decision.line)")
        // Until help can have come, it does not call again.
        #expect(stage.targets.max() == 7)
        #expect(stage.run(.seconds(60), players: 300, cpu: 0.95).target == 10)
    }

    @Test func `the largest of the targets wins`() throws {
        var stage = Stage(try shipped("target"), ready: 5)
        let decision = stage.run(.seconds(15), players: 560, cpu: 0.95)
        #expect(decision.target == 7 && decision.outcome.proposals.map(\.wish).contains(5))
        #expect(stage.run(.seconds(240), players: 560, cpu: 0.1).target == 7)
        #expect(stage.run(.seconds(120), players: 560, cpu: 0.1).target == 5)
    }

    @Test func `a buffer keeps its room`() throws {
        var stage = Stage(try shipped("buffer"), ready: 4)
        // 900 + 20 % = 1080 = 7.2 instances; 100 + 60 = 160.
        #expect(stage.run(.seconds(30), players: 900).target == 8)
        #expect(stage.run(.seconds(3600), players: 100).target == 2)
    }

    @Test func `a chain follows its schedule`() throws {
        var stage = Stage(try shipped("evening"), ready: 2)
        stage.now = try #require(Moment(text: "2027-07-18T17:59:30Z"))
        #expect(stage.run(.seconds(15), players: 100).target == 2)
        #expect(stage.run(.seconds(90), players: 100).input.links == ["cup-final"])
        #expect(stage.targets.suffix(6) == [5, 8, 11, 14, 17, 18])
    }

    @Test func `a missing figure lets the cluster grow and never shrink`() throws {
        var stage = Stage(try shipped("buffer"), ready: 8)
        let held = stage.run(.seconds(3600), players: 100) { $0[.memory] = .missing }
        #expect(held.target == 8)
        #expect(held.outcome.limits.map(\.step) == [.missingFigures])
        #expect(held.outcome.alerts.contains(.noPlayers))
        let grown = stage.run(.seconds(15), players: 1300) { $0[.memory] = .missing }
        #expect(grown.target == 11)
        let blind = stage.run(.seconds(3600), players: 0) { $0[.players] = .missing }
        #expect(blind.target == 11)
    }

    @Test func `a quorum of servers is enough, and the silent are taken to be alike`() throws {
        for (fresh, target) in [(6, 4), (5, 10)] {
            var stage = Stage(try shipped("buffer"), ready: 10)
            let decision = stage.run(.seconds(3600), players: 500) {
                $0[.players] = .even(50, servers: fresh)
                $0[.players].expected = 10
            }
            #expect(decision.target == target)
        }
    }

    @Test func `a collapse freezes scale-in until the herd is back`() throws {
        var stage = Stage(try shipped("buffer"), ready: 14)
        stage.run(.seconds(1800), players: 1700)
        let size = stage.ready
        let frozen = stage.run(.seconds(45 * 60), players: 300)
        #expect(frozen.target == size)
        #expect(frozen.outcome.limits.map(\.step) == [.collapse])
        #expect(frozen.outcome.alerts == [.collapsed])
        // If it does not come back, the instances go after all.
        #expect(stage.run(.seconds(3600), players: 300).target < size)
    }

    @Test func `failed launches roll back, wait longer each time, and then go on`() throws {
        var stage = Stage(try shipped("buffer"), ready: 4)
        #expect(stage.run(.seconds(15), players: 900).target == 7)
        stage.ready = 4
        stage.engine.launchFailed(present: 4, at: stage.now)
        let waiting = stage.run(.seconds(45), players: 900)
        #expect(waiting.target == 4 && waiting.outcome.limits.map(\.step) == [.failedAction])
        #expect(stage.run(.seconds(15), players: 900).target == 7)
        stage.ready = 4
        for _ in 0..<2 { stage.engine.launchFailed(present: 4, at: stage.now) }
        #expect(stage.run(.seconds(225), players: 900).target == 4)
        #expect(stage.decisions.last?.outcome.alerts.contains(.launchesFail) == true)
        stage.engine.launchSucceeded()
        #expect(stage.run(.seconds(15), players: 900).target == 7)
    }

    @Test func `a server that died is missing at once`() throws {
        var stage = Stage(try thresholds(), ready: 4)
        stage.run(.seconds(60), players: 200)
        let decision = stage.engine.decide(figures: figures(players: 200, ready: 3), at: stage.now)
        #expect(decision.target == 4 && decision.missing == 1)
        let starting = figures(players: 200, ready: 3, starting: 1)
        #expect(stage.engine.decide(figures: starting, at: stage.now).missing == 0)
    }

    @Test func `too many changes of direction widen the hold`() throws {
        let buffer = "  buffer: {of: players, free: 0, hold: 30s}"
        let guarded = "guards: {flap: {budget: 3, per: 1h, then: widen}}"
        var free = Stage(try read(file(buffer, active: "buffer")), ready: 4)
        var widened = Stage(try read(file(buffer, active: "buffer", more: guarded)), ready: 4)
        for _ in 0..<12 {
            for players in [900.0, 600] {
                free.run(.seconds(45), players: players)
                widened.run(.seconds(45), players: players)
            }
        }
        func changes(_ stage: Stage) -> Int { stage.decisions.count { $0.target != $0.current } }
        #expect(changes(free) == 24)
        #expect(changes(widened) <= 5)
        #expect(widened.decisions.last?.outcome.alerts == [.flapping])
    }

    @Test(arguments: [("hold", 7), ("cap", 4), ("alert", 10)])
    func `a budget is kept as the file says`(reaction: String, target: Int) throws {
        let more = "cost: {pricePerInstanceHour: 1, budgetPerDay: 96, onBudget: \(reaction)}"
        var stage = Stage(
            try read(file("  buffer: {of: players, free: 0}", active: "buffer", more: more)),
            ready: 4)
        stage.run(.seconds(60), players: 1000)
        // 7 instances spend 96 in some 14 hours.
        stage.run(.seconds(16 * 3600), players: 1000)
        let decision = stage.run(.seconds(60), players: 1500)
        #expect(decision.target == target, "\(decision.line)")
        #expect(decision.outcome.alerts.contains(.overBudget) == (reaction != "cap"))
    }

    @Test func `a dry run decides and changes nothing`() throws {
        var policy = try shipped("buffer")
        policy.mode = .dryRun
        var engine = PolicyEngine(policy)
        for tick in 1...10 {
            let decision = engine.decide(
                figures: figures(players: 900, ready: 4), at: monday + .seconds(15 * tick))
            #expect(decision.target == 7 && decision.current == 4 && !decision.outcome.acts)
        }
        policy.mode = .off
        engine.reload(policy)
        let off = engine.decide(
            figures: figures(players: 900, ready: 4), at: monday + .seconds(200))
        #expect(off.target == 4 && off.outcome.limits.map(\.step).contains(.mode))
    }

    @Test func `a clock that is put back does not end the world`() throws {
        var stage = Stage(try shipped("buffer"), ready: 4)
        stage.run(.seconds(600), players: 900)
        stage.now = monday - .seconds(86_400)
        #expect(stage.run(.seconds(15), players: 2000).target > 8)
        #expect(stage.run(.seconds(3600), players: 100).target == 2)
    }
}
