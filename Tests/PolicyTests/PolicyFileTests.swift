import Testing
import YAML

@testable import Policy

@Suite struct PolicyFileTests {
    @Test func `the shipped file says what its comments say`() throws {
        let policy = try shipped()
        #expect(policy.active == "predictive" && policy.mode == .act)
        #expect(policy.limits == InstanceLimits(min: 2, max: 20, maxUp: 3, maxDown: 2))
        #expect(
            policy.policies.map(\.name) == [
                "thresholds", "target", "buffer", "predictive", "evening",
            ])
        #expect(policy.capacity.startTime == nil && policy.provisioner.type == .process)
        #expect(abs((policy.cost?.blendedPrice ?? 0) - 0.032) < 1e-12)
    }

    @Test func `the shipped thresholds ratchet, and lint says where`() throws {
        let reasons = try shipped().warnings.map(\.description)
        #expect(reasons.count == 2)
        #expect(reasons.contains { $0.contains("crowded and idle-players: after a peak") })
        #expect(reasons.contains { $0.contains("creations: more instances do not lower") })
        #expect(reasons.allSatisfy { $0.hasPrefix("policy.yaml:") })
    }

    private static let buffer = "  buffer: {of: players, free: max(20%, 60)}"

    @Test func `a call within braces keeps its commas`() throws {
        let policy = try read(file(Self.buffer, active: "buffer"))
        guard case .buffer(let buffer) = policy.policies[0].body else {
            Issue.record("not a buffer")
            return
        }
        #expect(buffer.free == .largest([.share(0.2), .number(60)]))
    }

    @Test(arguments: [
        ("", "p:1:1: there is nothing in it"), ("[]", "p:1:1: a list where keys with values"),
        ("apiVersion: hokmd/v2", "p:1:1: key 'kind' is missing"),
        ("foo: 1", "p:1:1: unknown key 'foo'"), ("polcy: 1", "did you mean policy?"),
    ])
    func `a file that is no policy is refused`(text: String, reason: String) throws {
        let found = try #require(problem(text))
        // Without the version a file is refused for that first.
        #expect(
            found.contains(reason) || found.contains("'apiVersion' is missing")
                || found.contains("hokmd/v1 belongs"), "\(found)")
    }

    @Test(arguments: [
        (
            "  buffer: {of: players, free: 20%, fre: 1}",
            "p:8:36: unknown key 'fre'; did you mean free?"
        ),
        ("  buffer: {of: players}", "p:8:11: key 'free' is missing"),
        (
            "  buffer: {of: playrs, free: 1}",
            "p:8:16: unknown figure 'playrs'; did you mean players?"
        ),
        ("  buffer: {of: avg(cpu), free: 1}", "p:8:16: a share where a number of players"),
        ("  buffer: {of: players, free: 5m}", "p:8:31: a time where"),
        ("  buffer: {of: players, free: 1, hold: 5}", "p:8:40: '5' where a time"),
        ("  buffer: {of: players, free: 1, hold: 900d}", "is not from 0 to 400d"),
        ("  other: {fixed: 2}", "p:3:9: no policy 'buffer'"),
        ("  buffer: {of: \"players +\", free: 1}", "p:8:26: the end where"),
    ])
    func `what is wrong is said with its line and column`(policies: String, reason: String) throws {
        let found = try #require(problem(file(policies, active: "buffer")))
        #expect(found.contains(reason), "\(found)")
    }

    @Test(arguments: [
        ("{min: 5, max: 2}", "min 5 is above max 2"), ("{min: 0}", "0 is not from 1 to 10000"),
        ("{min: 2, max: 20, maxup: 3}", "did you mean maxUp?"), ("{max: 1e9}", "a whole number"),
    ])
    func `impossible limits are refused`(limits: String, reason: String) throws {
        let found = try #require(problem(file(Self.buffer, active: "buffer", limits: limits)))
        #expect(found.hasPrefix("p:4:") && found.contains(reason), "\(found)")
    }

    @Test(arguments: [
        ("guards: {collapse: {drop: 250%, within: 1m, freezeScaleIn: 1m}}", "250% is not from 1%"),
        ("guards: {missingMetrics: {then: zero}}", "holdIn"),
        ("guards: {failedAction: {backoff: 15m..1m}}", "two times with .. between"),
        ("guards: {badRelease: {then: ignore}}", "rollback, the only answer to a bad release"),
        ("guards: {badRelease: {watch: 0s}}", "1"),
        ("guards: {badRelease: {errors: 0%}}", "0% is not from 1%"),
        ("guards: {flap: {budget: 0, per: 1h}}", "0 is not from 1 to 1000"),
        ("guards: {flap: {budget: 6, per: 1h, then: panic}}", "known here: widen, freeze"),
        ("cost: {spotPrice: 1}", "'pricePerInstanceHour' is missing"),
        ("cost: {pricePerInstanceHour: -1}", "is not from 0.0"),
        ("mode: dryrun", "did you mean dry-run?"), ("provisioner: {type: magic}", "unknown word"),
    ])
    func `bad guards, costs and modes are refused`(more: String, reason: String) throws {
        let found = try #require(problem(file(Self.buffer, active: "buffer", more: more)))
        #expect(found.hasPrefix("p:6:") && found.contains(reason), "\(found)")
    }

    @Test(arguments: [
        ("[{name: a, when: players > 1, do: up 0}]", "from 1 to 10000"),
        ("[{name: a, when: players > 1, do: left 1}]", "'up' or 'down'"),
        (
            "[{name: a, when: players > 1, do: down 1, ignoreCooldown: true}]",
            "only a rule that goes up"
        ),
        (
            "[{name: a, when: players > 1, do: up 1}, {name: a, when: players > 2, do: up 1}]",
            "a second rule"
        ),
        ("[{name: 'a b', when: players > 1, do: up 1}]", "a name of letters"),
        ("[]", "not from 1 to 100 rules"),
        (
            "[{name: up, when: players / instances > 50, do: up 1}, {name: down, when: players / instances < 60, do: down 1}]",
            "guaranteed flapping"
        ),
    ])
    func `bad rules are refused`(rules: String, reason: String) throws {
        let text = file("  thresholds: {rules: \(rules)}", active: "thresholds")
        let found = try #require(problem(text))
        #expect(found.hasPrefix("p:8:") && found.contains(reason), "\(found)")
    }

    @Test(arguments: [
        (
            "[{id: a, use: {fixed: 3}, schedule: {cron: '0 25 * * *', duration: 1h}}, {id: b, use: {fixed: 2}}]",
            "five fields"
        ),
        (
            "[{id: a, use: {fixed: 3}, schedule: {cron: '0 1 * * *', duration: 1h}}]",
            "nothing decides"
        ),
        ("[{id: a, use: c}]", "leads back to itself"),
        ("[{id: a, use: nobody}]", "no policy 'nobody'"),
        ("[{id: a, use: {fixed: 21}}]", "21 is not from 2 to 20"),
        (
            "[{id: a, use: {fixed: 3}, schedule: {between: [2027-01-02T00:00Z, 2027-01-01T00:00Z]}}, {id: b, use: {fixed: 2}}]",
            "ends before"
        ),
        (
            "[{id: a, use: {fixed: 3}, schedule: {between: [2027-02-30T00:00Z, 2027-03-01T00:00Z]}}, {id: b, use: {fixed: 2}}]",
            "whole minute"
        ),
        (
            "[{id: a, use: {fixed: 3}, schedule: {cron: '0 1 * * *', duration: 1h, timezone: Mars/Base}}, {id: b, use: {fixed: 2}}]",
            "no time zone 'Mars/Base'"
        ),
        (
            "[{id: a, use: {fixed: 3}, schedule: {cron: '0 1 * * *', duration: 1h, timezone: ../../etc/passwd}}, {id: b, use: {fixed: 2}}]",
            "no time zone"
        ),
    ])
    func `bad chains are refused`(links: String, reason: String) throws {
        let found = try #require(problem(file("  c: {chain: \(links)}", active: "c")))
        #expect(found.contains(reason), "\(found)")
    }

    @Test(arguments: [
        (
            "  thresholds: {cooldown: {up: 10s}, rules: [{name: a, when: max(cpu) > 50%, do: up 1}]}",
            "thresholds", "shorter than the start time"
        ),
        (
            "  thresholds: {rules: [{name: a, when: max(cpu) > 50%, do: down 1}]}", "thresholds",
            "the wrong way round?"
        ),
        (
            "  thresholds: {rules: [{name: a, when: max(cpu) > 50%, do: up 5}]}", "thresholds",
            "the limit is 3"
        ),
        (
            "  thresholds: {rules: [{name: a, when: players > 500, do: up 1}]}", "thresholds",
            "ratchets to the maximum"
        ),
        (
            "  thresholds: {rules: [{name: a, when: avg(cpu) > 60%, do: up 2}, {name: b, when: avg(cpu) < 40%, do: down 1}]}",
            "thresholds", "flapping"
        ),
        (
            "  target: {targets: [{metric: players / instances, value: 200}]}", "target",
            "above the 150"
        ),
        ("  c: {chain: [{id: a, use: {fixed: 3}}, {id: b, use: {fixed: 2}}]}", "c", "never is"),
        (
            "  predictive: {forecast: {metric: players}, lead: {out: 10s, in: 15m}, fallback: {fixed: 2}}",
            "predictive", "come too late"
        ),
        (
            "  predictive: {forecast: {metric: players}, lead: {out: start+60s, in: 15m}, floor: {buffer: {of: players, free: 20%}}}",
            "predictive", "hardly ever decides"
        ),
    ])
    func `what will not do what its author wants is warned of`(
        policies: String, active: String, reason: String
    ) throws {
        let warnings = try read(file(policies, active: active)).warnings
        #expect(warnings.contains { $0.reason.contains(reason) }, "\(warnings)")
        #expect(warnings.allSatisfy { $0.mark.line >= 3 })
    }

    @Test func `a file beyond the limit is refused by its size`() {
        let bytes = [UInt8](repeating: UInt8(ascii: " "), count: 100 << 20)
        #expect(throws: YAMLError.self) {
            _ = try ScalingPolicy(bytes.span, file: "p", zone: tehran)
        }
    }
}
