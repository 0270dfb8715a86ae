import ArgumentParser
import JSON
import Load
import NIOCore
import NIOPosix
import Policy
import YAML

/// Drives the rules of a policy over their thresholds.
struct LoadTriggersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "triggers",
        abstract: "Drives each rule of a policy over its threshold and watches the decision.",
        discussion: """
            What players can bring about is worked out from the policy's rules: so many players, so \
            many new rooms a minute, so many who wait; for CPU, memory and times players come until \
            the scaler measures it. With --plan it is only told. Otherwise it is done until the \
            scaler's decisions, at the admin port, name the rule; one rule after the other. With \
            --own all of it happens in a cluster that is started for it, whose servers also stand \
            still for the sake of rules about errors. Ends with 1 where a rule was not heard of.
            """)

    @Option(help: "The policy file; the same that the scaler has.")
    var policy: String

    @Flag(help: "Only tell which load each rule takes.")
    var plan = false

    @Flag(help: "Starts a balancer, servers and a scaler of its own on free ports, and ends them.")
    var own = false

    @Option(help: "Servers that serve, for --plan (else the scaler says it) and --own (else 2).")
    var servers: Int?

    @Option(help: "With --own: players that each server may have.")
    var capacity = 100

    @Option(name: .long, parsing: .upToNextOption, help: "Only these rules.")
    var rule: [String] = []

    @Option(help: "Players that may come, at most.")
    var most = 1_000

    @Option(help: "How long to wait for a decision, beyond the time that the rule must hold.")
    var patience = TimeArgument(.seconds(60))

    /// One that was just started looks around first.
    private static let scalerTimeMax = TimeAmount.seconds(15)
    private static let ownServersMax = 20

    @OptionGroup var target: TargetOptions
    @OptionGroup var play: PlayOptions
    @OptionGroup var options: OperatorOptions

    func validate() throws {
        guard (1...100_000).contains(most) else {
            throw ValidationError("--most is from 1 to 100000")
        }
        guard servers.map({ (1...1_000).contains($0) }) ?? true else {
            throw ValidationError("--servers is from 1 to 1000")
        }
        guard (4...100_000).contains(capacity) else {
            throw ValidationError("--capacity is from 4 to 100000")
        }
        guard !own || servers ?? 2 <= Self.ownServersMax else {
            throw ValidationError("--own takes at most \(Self.ownServersMax) servers")
        }
    }

    func run() async throws {
        let policy: ScalingPolicy
        do throws(Failure) {
            policy = try PolicyFile.read(self.policy)
        } catch { throw Failure(.failed, error.reason) }
        guard !plan else {
            let plan = steps(policy, servers: servers ?? policy.limits.min)
            let rows = plan.map { ($0, Optional<TriggerOutcome>.none) }
            return tell(rows)
        }
        _ = DescriptorLimit.raise(to: most * 2 + 256)
        guard own else {
            return try await drive(policy, at: try await target.door(), try options.client(), nil)
        }
        let cluster: TriggerCluster
        do {
            cluster = try await TriggerCluster.start(
                policy: self.policy, servers: servers ?? 2, capacity: capacity)
        } catch {
            Child.killAll()
            throw Failure(.failed, "no cluster to play in: \(error)")
        }
        let outcome: Result<Void, any Error>
        do {
            try await drive(
                policy, at: cluster.door, AdminClient(address: cluster.admin, token: nil), cluster)
            outcome = .success(())
        } catch { outcome = .failure(error) }
        try await cluster.end()
        try outcome.get()
    }

    private func drive(
        _ policy: ScalingPolicy, at door: Door, _ client: AdminClient, _ cluster: TriggerCluster?
    ) async throws {
        do {
            try await until("a scaler that acts", within: Self.scalerTimeMax) {
                try await Self.ask(client)["active"] == true
            }
        } catch is Overdue {
            throw Failure(.unavailable, "no scaler acts at \(client.address.text)")
        }
        let run = TriggerRun(
            door: door, options: play.options(think: target.think), patience: patience.amount,
            ask: { try await Self.ask(client) },
            steps: { self.steps(policy, servers: $0) }, most: most,
            disturb: cluster.map { cluster in { try await cluster.disturb() } })
        let (stop, progress) = (await StopRequest.watch(), LoadProgress())
        let rows = try await run.run(isStopped: { stop.isMade }, progress)
        progress.end()
        tell(rows)
        let unseen = rows.filter { $0.1?.isSeen != true }
        let silent = unseen.filter { if case .silent = $0.1 { true } else { false } }
        let others = unseen.filter { if case .silent = $0.1 { false } else { true } }
        let reasons = [
            silent.isEmpty ? nil : "no decision named \(Self.names(silent))",
            others.isEmpty ? nil : "not driven over its threshold: \(Self.names(others))",
        ]
        guard unseen.isEmpty else {
            throw Failure(.failed, reasons.compactMap { $0 }.joined(separator: "; "))
        }
    }

    private static func names(_ rows: [Row]) -> String {
        rows.map(\.0.rule).joined(separator: ", ")
    }

    private func steps(_ policy: ScalingPolicy, servers: Int) -> [TriggerPlan.Step] {
        TriggerPlan(
            policy, servers: servers, playersAtATable: play.bots ? 1 : 4, most: most, isOurs: own
        ).steps.filter { rule.isEmpty || rule.contains($0.rule) }
    }

    /// The client blocks, so it waits on a thread that may.
    private static func ask(_ client: AdminClient) async throws -> JSONValue {
        try await NIOThreadPool.singleton.runIfActive { try client.get("/v1/scaling").value }
    }

    private typealias Row = (TriggerPlan.Step, TriggerOutcome?)

    private func tell(_ rows: [Row]) {
        print(options.json ? Self.json(rows).description : Self.text(rows))
    }

    private static func text(_ rows: [Row]) -> String {
        guard !rows.isEmpty else { return "no rules: the policy in force has none" }
        var table = TextTable([
            .init("RULE"), .init("WHEN"), .init("FOR"), .init("DO"), .init("LOAD"), .init("SEEN"),
        ])
        for (step, outcome) in rows {
            let change = step.change > 0 ? "up \(step.change)" : "down \(-step.change)"
            table.rows.append([
                .init(step.rule), .init(step.condition.text), .init(step.hold.text), .init(change),
                .init(step.load.text), .init(outcome?.text ?? ""),
            ])
        }
        return table.lines(.standardOutput).joined(separator: "\n")
    }

    private static func json(_ rows: [Row]) -> JSONValue {
        .array(
            rows.map { step, outcome in
                var value: JSONValue = [
                    "rule": .string(step.rule), "when": .string(step.condition.text),
                    "for_ms": .int(Int64(step.hold / .milliseconds(1))),
                    "change": .int(Int64(step.change)), "load": .string(step.load.text),
                ]
                value["outcome"] = outcome.map { .string($0.name) } ?? .null
                value["seen"] = outcome.map { .string($0.text) } ?? .null
                return value
            })
    }
}

extension TriggerPlan.Load {
    var text: String {
        switch self {
        case .players(0): "nobody plays"
        case .players(let count): Quantities.counted(count, "player")
        case .rooms(let perMinute): "\(perMinute) new rooms a minute"
        case .waiting(let count): "\(Quantities.counted(count, "player")) without a seat"
        case .growing(let figures):
            "players until \(figures.map(\.name).joined(separator: ", ")) is over it"
        case .faults: "servers that stand still"
        case .other(let reason): reason
        }
    }
}
