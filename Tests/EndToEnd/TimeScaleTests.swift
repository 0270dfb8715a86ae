import JSON
import Load
import NIOCore
import Testing

extension EndToEnd {
    /// `--time-scale`, by which tests make a node's time faster or slower.
    @Suite struct TimeScaleTests {
        private static let isTest = ["HOKMD_TESTING=1"]

        @Test func `it is refused outside of tests, and no list of options has it`() async throws {
            for environment in [[], ["HOKMD_TESTING=0"]] {
                let process = try await ServerProcess.spawn(
                    ["--time-scale", "0.2"], environment: environment)
                #expect(try await process.ended() == .exit(64))
                let lines = try await process.remainingErrors()
                #expect(lines.count == 1 && lines[0].contains("HOKMD_TESTING"), "\(lines)")
            }
            let none = try await ServerProcess.spawn(
                ["--time-scale", "0"], environment: Self.isTest)
            #expect(try await none.ended() == .exit(64))
            let help = try await ServerProcess.spawn(["--help"])
            #expect(try await help.ended() == .exit(0))
            let text = try await help.allOutput()
            #expect(text.contains("--hold") && !text.contains("time-scale"))
        }

        @Test(.tags(.slow)) func `turns of five minutes run out in three seconds`() async throws {
            let flags = ["--time-scale", "0.01"]
            try await withServer(flags, environment: Self.isTest) { server in
                var party = Party(port: server.port)
                let host = try await party.arrive()
                _ = try await party.ask(
                    host, ["type": "create", "name": "p0", "options": ["turn_seconds": 300]])
                _ = try await party.ask(host, ["type": "bots"])
                // Nobody of them would wait so long.
                try await party.wait(host, for: "a card that he did not play") { message in
                    message.events("played").contains { $0["seat"] == 0 }
                }
                try await party.expectNoFaults()
            }
        }

        @Test(.tags(.slow)) func `with four times the time a sleeper is missed four times as late`()
            async throws
        {
            let fleet = try await Fleet(binary: ServerProcess.binary, timeScale: 4)
            do {
                try await fleet.start(balancers: 1, servers: 2)
                let sleeper = try #require(fleet.servers.first)
                let start = NIODeadline.now()
                sleeper.suspend()
                try await until("a view without it", within: patience) {
                    fleet.balancers[0].view?.servers == 1
                }
                // Voters wait for a second of silence, in their time.
                #expect(NIODeadline.now() - start > .seconds(3))
            } catch {
                try await fleet.end()
                throw error
            }
            try await fleet.end()
        }
    }
}
