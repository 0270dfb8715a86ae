import Glibc
import JSON
import Load
import NIOCore
import Testing

extension EndToEnd {
    /// `hokmd load`, small.
    @Suite(.serialized) struct LoadTests {
        private struct Outcome {
            let ending: ServerProcess.Ending
            let output: String
            let errors: [String]

            var report: JSONValue { (try? JSONValue.parse(Array(output.utf8))) ?? .null }
        }

        private func load(_ words: [String], environment: [String] = []) async throws -> Outcome {
            let process = try await ServerProcess.spawn(["load"] + words, environment: environment)
            let ending = try await process.ended(within: .minutes(3))
            return Outcome(
                ending: ending, output: try await process.allOutput(),
                errors: try await process.remainingErrors())
        }

        private func target(_ server: ServerProcess) -> [String] {
            [
                "--url", "ws://127.0.0.1:\(server.port)", "--think", "20ms..60ms", "--seed",
                "\(seed)",
            ]
        }

        @Test func `a ramp is played, judged and drawn`() async throws {
            let folder = try Folder()
            try await withServer { server in
                let picture = "\(folder.path)/ramp.svg"
                let outcome = try await load(
                    ["ramp", "--players", "4-12", "--duration", "2s", "--json", "--plot", picture]
                        + target(server))
                #expect(outcome.ending == .exit(0), "SEED=\(seed) \(outcome)")
                let report = outcome.report
                #expect(report["passed"] == true && report["players"] == 12)
                #expect(report["moves"]?.int ?? 0 > 0 && report["faults"] == 0)
                // Each of the four hears of each move, but for those that were under way at the end.
                let heard = report["latency"]?["event"]?["count"]?.int ?? 0
                #expect(heard >= 3 * (report["moves"]?.int ?? 0), "\(report)")
                #expect(report["latency"]?["connect"]?["count"]?.int ?? 0 >= 12)
                #expect(report["samples"]?.array?.isEmpty == false)
                #expect(folder.text("ramp.svg").contains("move to event"))
            }
        }

        @Test func `a burst with bots is told to people, and leaves no player behind`()
            async throws
        {
            try await withServer { server in
                let outcome = try await load(
                    ["burst", "--size", "10", "--bots", "--duration", "1s"] + target(server))
                #expect(outcome.ending == .exit(0), "SEED=\(seed) \(outcome)")
                for word in ["10 players at once", "move to event", "result    passed"] {
                    #expect(outcome.output.contains(word), "\(outcome.output)")
                }
                #expect(!outcome.output.contains("\u{1B}"))
            }
        }

        @Test func `wss is played where the certificate is good, or nobody asks`() async throws {
            let folder = try Folder()
            let (certificate, key) = ("\(folder.path)/cert.pem", "\(folder.path)/key.pem")
            let made = try Child.start([
                "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=hokmd test",
                "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate,
            ])
            try await until("a certificate") { made.ending != nil }
            try #require(made.ending == .exit(0), "\(made.lines)")
            try await withServer(["--tls-cert", certificate, "--tls-key", key]) { server in
                let words = [
                    "burst", "--size", "4", "--duration", "500ms", "--think", "20ms..60ms", "--url",
                    "wss://127.0.0.1:\(server.port)",
                ]
                let unknown = try await load(words)
                #expect(unknown.ending == .exit(69), "\(unknown)")
                #expect(unknown.errors.last?.contains("certificate verify failed") == true)
                let trusted = try await load(words, environment: ["SSL_CERT_FILE=\(certificate)"])
                #expect(trusted.ending == .exit(0), "\(trusted)")
                let named = words.dropLast() + ["wss://localhost:\(server.port)"]
                let foreign = try await load(
                    Array(named), environment: ["SSL_CERT_FILE=\(certificate)"])
                #expect(foreign.ending == .exit(69), "\(foreign)")
                let careless = try await load(words + ["--insecure"])
                #expect(careless.ending == .exit(0), "\(careless)")
            }
        }

        @Test func `a bound that is passed ends with 1 and the reason, the report all the same`()
            async throws
        {
            try await withServer { server in
                let outcome = try await load(
                    ["burst", "--size", "4", "--duration", "500ms", "--max-p99", "1us", "--json"]
                        + target(server))
                #expect(outcome.ending == .exit(1))
                #expect(outcome.errors.last?.contains("--max-p99") == true, "\(outcome.errors)")
                #expect(outcome.report["passed"] == false)
            }
        }

        @Test func `players whom the server has no seat for fail the run`() async throws {
            try await withServer(["--capacity", "4"]) { server in
                let outcome = try await load(
                    ["burst", "--size", "8", "--duration", "1s", "--json"] + target(server))
                #expect(outcome.ending == .exit(1))
                #expect(outcome.report["unseated"]?.int ?? 0 >= 3, "\(outcome)")
                #expect(outcome.report["refusals"]?["overloaded"]?.int ?? 0 > 0, "\(outcome)")
            }
        }

        @Test func `where nobody plays it ends with 69, and what makes no sense with 64`()
            async throws
        {
            let (port, admin) = try await withServer { ($0.port, $0.adminPort) }
            let nobody = try await load(
                ["burst", "--size", "4", "--url", "ws://127.0.0.1:\(port)"])
            #expect(nobody.ending == .exit(69) && nobody.errors.count == 1, "\(nobody)")
            #expect(admin != port)
            for words in [
                ["ramp"], ["ramp", "--players", "10"], ["ramp", "--players", "9-3"],
                ["burst", "--size", "0"], ["burst", "--size", "4", "--url", "http://x"],
                ["burst", "--size", "4", "--insecure"],
                ["burst", "--size", "4", "--think", "soon"],
                ["continuity", "--rounds", "0"],
            ] {
                let outcome = try await load(words)
                #expect(outcome.ending == .exit(64), "\(words): \(outcome)")
            }
        }

        @Test func `an admin port hosts no players, and load says so`() async throws {
            try await withServer { server in
                let outcome = try await load(
                    ["burst", "--size", "4", "--url", "ws://127.0.0.1:\(server.adminPort)"])
                #expect(outcome.ending == .exit(69))
                #expect(outcome.errors.last?.contains("the answer was") == true, "\(outcome)")
            }
        }

        @Test func `triggers tell what each rule takes, and drive those that players can`()
            async throws
        {
            let folder = try Folder()
            let policy = folder.watched(
                """
                    - {name: crowded, when: players / instances > 3, for: 0s, do: up 1}
                    - {name: hot, when: max(cpu) > 90%, for: 0s, do: up 1}
                    - {name: new, when: rate(rooms_created) > 30/min, for: 0s, do: up 1}
                """)
            let plan = try await load(["triggers", "--policy", policy, "--plan"])
            #expect(plan.ending == .exit(0), "\(plan)")
            for word in ["4 players", "players until cpu is over it", "31 new rooms a minute"] {
                #expect(plan.output.contains(word), "\(plan.output)")
            }
            let nobody = try await withServer { "127.0.0.1:\($0.adminPort)" }
            let gone = try await load(["triggers", "--policy", policy, "--admin", nobody])
            #expect(gone.ending == .exit(69), "\(gone)")
            try await withServer { server in
                // A scaler that names the first rule once it was asked a few times, and no other.
                let scaler = try await FakeScaler.start(
                    naming: "crowded", action: "add", afterRequests: 4)
                let words =
                    [
                        "triggers", "--policy", policy, "--admin", "127.0.0.1:\(scaler.port)",
                        "--patience", "1500ms", "--most", "24", "--json",
                    ] + target(server)
                let outcome = try await load(words)
                #expect(outcome.ending == .exit(1), "\(outcome)")
                #expect(
                    outcome.errors.last
                        == "hokmd: no decision named new; not driven over its threshold: hot")
                let outcomes = outcome.report.array?.map { $0["outcome"]?.string }
                #expect(outcomes == ["acted", "silent", "unreached"], "\(outcome.output)")
                let one = try await load(words + ["--rule", "crowded"])
                #expect(one.ending == .exit(0), "\(one)")
                try await scaler.stop()
            }
        }

        @Test func `a real scaler is seen to decide as its rule says`() async throws {
            let folder = try Folder()
            let policy = folder.watched(
                """
                    - {name: crowded, when: players / instances > 7, for: 1s, do: up 1}
                """)
            try await withServer(["--policy", policy]) { server in
                let outcome = try await load(
                    [
                        "triggers", "--policy", policy, "--admin", "127.0.0.1:\(server.adminPort)",
                        "--json",
                    ] + target(server))
                #expect(outcome.ending == .exit(0), "SEED=\(seed) \(outcome)")
                #expect(outcome.report[0]?["load"] == "8 players")
                let seen = outcome.report[0]?["seen"]?.string ?? ""
                #expect(seen.contains("rule crowded (players / instances > 7"), "\(seen)")
            }
        }

        @Test(
            .tags(.slow),
            arguments: [
                // Each wants more than those that hold with it, so that it is the one that decides.
                """
                    - {name: crowded, when: players / instances > 3, for: 0s, do: up 1}
                    - {name: creations, when: rate(rooms_created) > 60/min, for: 0s, do: up 2}
                    - {name: errors, when: rate(errors) > 0.01%, for: 0s, do: up 3}
                    - {name: queue, when: queue_length > 2, for: 0s, do: up 4}
                    - {name: idle, when: players / instances < 1, for: 0s, do: down 1}
                """,
                """
                    - {name: busy, when: max(cpu) > 3%, for: 0s, do: up 1}
                """,
                """
                    - {name: large, when: max(memory) > 0.01%, for: 0s, do: up 1}
                """,
            ])
        func `in a cluster of its own every kind of rule is driven and heard`(
            rules: String
        ) async throws {
            let folder = try Folder()
            let policy = folder.write(
                "policy.yaml",
                """
                apiVersion: hokmd/v1
                kind: ScalingPolicy
                policy: thresholds
                limits: {min: 1, max: 20, maxUp: 10, maxDown: 10}
                capacity: {playersPerInstance: 1000}
                policies:
                  thresholds:
                    cooldown: {up: 0s, down: 0s}
                    rules:
                \(rules)
                """)
            let outcome = try await load([
                "triggers", "--own", "--policy", policy, "--capacity", "32", "--most", "200",
                "--think", "200ms..600ms", "--json", "--seed", "\(seed)",
            ])
            #expect(outcome.ending == .exit(0), "SEED=\(seed) \(outcome)")
            let outcomes = outcome.report.array?.compactMap { $0["outcome"]?.string } ?? []
            #expect(
                !outcomes.isEmpty && outcomes.allSatisfy { ["acted", "held_back"].contains($0) })
        }

        @Test(.tags(.slow))
        func `continuity kills, drains, adds and scales servers, and nothing is lost`()
            async throws
        {
            let outcome = try await load([
                "continuity", "--players", "16", "--rounds", "1", "--json", "--seed", "\(seed)",
            ])
            #expect(outcome.ending == .exit(0), "SEED=\(seed) \(outcome)")
            let report = outcome.report
            #expect(report["lost_moves"] == 0 && report["closed_sockets"] == 0)
            let blows = report["blows"]?.array?.compactMap { $0["name"]?.string }
            #expect(blows == ["kill -9", "drain", "join", "scale out", "scale in"])
        }
    }
}

/// A folder for one test, gone with it.
private final class Folder {
    let path: String

    init() throws {
        var template = Array("/tmp/hokmd-load-XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// - Returns: the file's path.
    func write(_ name: String, _ text: String) -> String {
        let file = "\(path)/\(name)"
        guard let stream = fopen(file, "w") else { return file }
        fputs(text + "\n", stream)
        fclose(stream)
        return file
    }

    /// A policy of these rules, by which nothing is done.
    ///
    /// - Returns: the file's path.
    func watched(_ rules: String) -> String {
        write(
            "policy.yaml",
            """
            apiVersion: hokmd/v1
            kind: ScalingPolicy
            policy: thresholds
            mode: dry-run
            limits: {min: 1, max: 4, maxUp: 1, maxDown: 1}
            capacity: {playersPerInstance: 150, startTime: auto}
            policies:
              thresholds:
                cooldown: {up: 5m, down: 15m}
                rules:
            \(rules)
            """)
    }

    func text(_ name: String) -> String {
        guard let file = fopen("\(path)/\(name)", "r") else { return "" }
        defer { fclose(file) }
        var text: [UInt8] = []
        while case let byte = fgetc(file), byte != EOF {
            text.append(UInt8(truncatingIfNeeded: byte))
        }
        return String(decoding: text, as: UTF8.self)
    }

    deinit {
        for name in ["ramp.svg", "cert.pem", "key.pem", "policy.yaml"] { unlink("\(path)/\(name)") }
        rmdir(path)
    }
}
