import JSON
import Testing
import YAML

@testable import Policy

@Suite struct ReloadTests {
    private func rules(_ crowded: String, more: String = "") -> String {
        """
          thresholds:
            cooldown: {up: 5m, down: 15m}
            rules:
            \(more)
            - {name: crowded, when: players / instances > \(crowded), for: 3m, do: up 1}
        """
    }

    @Test func `a rule that did not change keeps its timer, also in another place`() throws {
        var stage = Stage(try read(file(rules("100"), active: "thresholds")), ready: 4)
        stage.run(.seconds(150), players: 1000)
        let more = "- {name: queue, when: queue_length > 20, for: 1m, do: up 2}"
        stage.engine.reload(try read(file(rules("100", more: more), active: "thresholds")))
        #expect(stage.run(.seconds(45), players: 1000).target == 5)
    }

    @Test func `a rule that changed begins anew`() throws {
        var stage = Stage(try read(file(rules("100"), active: "thresholds")), ready: 4)
        stage.run(.seconds(150), players: 1000)
        stage.engine.reload(try read(file(rules("101"), active: "thresholds")))
        #expect(stage.run(.seconds(165), players: 1000).target == 4)
        #expect(stage.run(.seconds(30), players: 1000).target == 5)
    }

    @Test func `the cooldown goes on after a reload`() throws {
        let policy = try read(file(rules("100"), active: "thresholds"))
        var stage = Stage(policy, ready: 4)
        #expect(stage.run(.seconds(195), players: 2000).target == 5)
        stage.engine.reload(policy)
        #expect(stage.run(.seconds(270), players: 2000).target == 5)
    }

    @Test func `a forecast keeps what it learned unless its figure changed`() throws {
        var policy = try shipped()
        var engine = PolicyEngine(policy)
        for minute in 0..<3 * 1440 {
            engine.learn(
                figures: figures(players: 700, ready: 5), at: monday + .seconds(60 * minute))
        }
        let now = monday + .seconds(3 * 86_400)
        #expect(
            engine.decide(figures: figures(players: 700, ready: 5), at: now).input.forecast?.silence
                == nil)
        policy.limits.max = 15
        engine.reload(policy)
        #expect(
            engine.decide(figures: figures(players: 700, ready: 5), at: now).input.forecast?.silence
                == nil)
        let text = String(decoding: try repositoryFile("config/policy.yaml"), as: UTF8.self)
        let changed = Array(
            text.split(separator: "metric: players\n").joined(separator: "metric: connections\n")
                .utf8)
        engine.reload(try ScalingPolicy(changed.span, file: "p", zone: tehran))
        let decision = engine.decide(figures: figures(players: 700, ready: 5), at: now)
        #expect(decision.input.forecast?.silence == .shortHistory)
    }

    @Test func `another switch acts at once and waits its own hold`() throws {
        var stage = Stage(try shipped("buffer"), ready: 8)
        stage.run(.seconds(1200), players: 900)
        stage.engine.reload(try shipped("target"))
        #expect(stage.run(.seconds(15), players: 1200).target == 11)
    }

    @Test func `a new maximum holds with the next decision`() throws {
        var stage = Stage(try shipped("buffer"), ready: 14)
        stage.run(.seconds(60), players: 1700)
        var policy = try shipped("buffer")
        policy.limits.max = 10
        stage.engine.reload(policy)
        #expect(stage.run(.seconds(15), players: 1700).target == 10)
    }

    @Test func `another scaler goes on where the last decision ended`() throws {
        let policy = try read(file(rules("100"), active: "thresholds"))
        var stage = Stage(policy, ready: 4)
        let last = stage.run(.seconds(150), players: 1000)
        var other = PolicyEngine(policy)
        other.resume(after: last)
        #expect(other.state == stage.engine.state)
        stage.engine = other
        #expect(stage.run(.seconds(45), players: 1000).target == 5)
    }

    @Test func `what another scaler knew is gone on from, also under another policy`() throws {
        let policy = try read(file(rules("100"), active: "thresholds"))
        var stage = Stage(policy, ready: 4)
        stage.run(.seconds(195), players: 2000)
        var other = PolicyEngine(policy)
        other.resume(stage.engine.state)
        #expect(other.state == stage.engine.state)
        let more = "- {name: queue, when: queue_length > 20, for: 1m, do: up 2}"
        var changed = PolicyEngine(try read(file(rules("100", more: more), active: "thresholds")))
        changed.resume(stage.engine.state)
        #expect(changed.state.target == 5 && changed.state.lastOut == stage.engine.state.lastOut)
        #expect(changed.state.timers.count == 2)
        changed.launchFailed(present: 4, at: stage.now)
        let text = changed.state.json.description
        #expect(try EngineState(json: JSONValue.parse(Array(text.utf8))) == changed.state)
    }
}
