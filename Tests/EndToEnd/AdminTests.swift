import Glibc
import JSON
import Testing

extension EndToEnd {
    /// The admin port and the operators' commands, as operators meet them.
    @Suite struct AdminTests {
        private func hokmd(
            _ arguments: [String], environment: [String] = []
        ) async throws -> (ending: ServerProcess.Ending, output: String, errors: [String]) {
            let process = try await ServerProcess.spawn(arguments, environment: environment)
            let ending = try await process.ended()
            return (ending, try await process.allOutput(), try await process.remainingErrors())
        }

        private func json(_ path: String, port: Int) async throws -> JSONValue {
            let answer = try await RawConnection.get(path, port: port)
            #expect(answer.status == 200)
            return try JSONValue.parse(Array(answer.body.utf8))
        }

        @Test func `status says which ports were taken, and what is played`() async throws {
            try await withServer { server in
                let mailbox = Mailbox<ProtocolClient.Arrival>()
                let player = try await ProtocolClient.connect(
                    port: server.port, path: "/v1/play", subprotocol: "hokm.v1", into: mailbox)
                player.send(["type": "create", "id": 1, "name": "Ada"])
                guard case .message(let joined) = try await mailbox.next().incoming else {
                    Issue.record("no message")
                    return
                }
                let code = try #require(joined["room"]?.string)

                let status = try await json("/v1/status", port: server.adminPort)
                #expect(status["ready"] == true && status["players"] == 1)
                #expect(status["addresses"]?["players"] == .string("127.0.0.1:\(server.port)"))
                #expect(status["addresses"]?["admin"] == .string("127.0.0.1:\(server.adminPort)"))
                #expect(status["alarms"]?[0]?["name"] == "rooms_unreplicated")
                let room = try await json("/v1/rooms/\(code)", port: server.adminPort)
                #expect(room["phase"] == "waiting" && room["players"] == 1)
                #expect(room["owner"] == status["self"] && room["successor"] == .null)
                let rooms = try await json("/v1/rooms", port: server.adminPort)
                #expect(rooms["total"] == 1 && rooms["rooms"]?[0] == room)
                let metrics = try await RawConnection.get("/metrics", port: server.adminPort).text
                #expect(metrics.contains("\nhokmd_rooms 1\n"))
                #expect(metrics.contains("\nhokmd_players 1\n"))
                #expect(metrics.contains("\nhokmd_gateway_upgrades_total 1\n"))

                let admin = ["--admin", "127.0.0.1:\(server.adminPort)"]
                let announced = try await hokmd(["announce", "Tea at five"] + admin)
                #expect(announced.ending == .exit(0))
                guard case .message(let notice) = try await mailbox.next().incoming else {
                    Issue.record("no notice")
                    return
                }
                #expect(notice["type"] == "notice" && notice["text"] == "Tea at five")
                player.drop()
            }
        }

        @Test func `commands print for people and for programs, and end as they should`()
            async throws
        {
            try await withServer { server in
                let admin = ["HOKMD_ADMIN=127.0.0.1:\(server.adminPort)"]
                let status = try await hokmd(["status"], environment: admin)
                #expect(status.ending == .exit(0) && status.output.hasPrefix("node     "))
                #expect(!status.output.contains("\u{1B}"))
                let live = try await hokmd(["top", "--count", "1"], environment: admin)
                #expect(live.ending == .exit(0) && live.output.hasPrefix("node     "))
                for command in [["status"], ["members"], ["rooms"], ["keys"], ["log-level"]] {
                    let answer = try await hokmd(command + ["--json"], environment: admin)
                    #expect(answer.ending == .exit(0))
                    let value = try JSONValue.parse(Array(answer.output.utf8))
                    #expect(value.kind == .object, "\(command)")
                }
                for command in [
                    ["drain"], ["forget", "s9"], ["keys", "use", "01"], ["rooms", "0A1B2C"],
                ] {
                    let refused = try await hokmd(command, environment: admin)
                    #expect(refused.ending == .exit(1), "\(command)")
                    #expect(refused.errors.count == 1 && refused.errors[0].hasPrefix("hokmd: "))
                    #expect(refused.output == "")
                }
            }
        }

        @Test(arguments: [
            ["status", "--admin", "nonsense"], ["status", "--admin", "127.0.0.1:0"],
            ["status", "--wrong"], ["announce"], ["announce", ""], ["forget"], ["rooms", "ABC"],
            ["log-level", "loud"], ["keys", "add", "/nonexistent"], ["top", "--interval", "0"],
            ["status", "--admin-token-file", "/nonexistent"],
        ])
        func `a command that makes no sense ends with 64`(arguments: [String]) async throws {
            let answer = try await hokmd(arguments)
            #expect(answer.ending == .exit(64))
            #expect(answer.errors.first?.hasPrefix("hokmd: ") == true, "\(answer.errors)")
        }

        @Test func `without a daemon a command ends with 69`() async throws {
            let port = try await withServer { $0.adminPort }
            for command in [["status"], ["top"], ["drain"], ["keys", "list"]] {
                let answer = try await hokmd(command + ["--admin", "127.0.0.1:\(port)"])
                #expect(answer.ending == .exit(69))
                #expect(answer.errors.count == 1)
            }
        }

        @Test func `an admin port that is taken, or open to the world, ends the start`()
            async throws
        {
            try await withServer { server in
                let taken = "127.0.0.1:\(server.adminPort)"
                let second = try await hokmd(["--players", "127.0.0.1:0", "--admin", taken])
                #expect(second.ending == .exit(69))
                #expect(second.errors.last?.contains(taken) == true)
                let open = try await hokmd(["--players", "127.0.0.1:0", "--admin", "0.0.0.0:0"])
                #expect(open.ending == .exit(78))
                #expect(
                    open.errors.last?.contains("admin-token-file and tls-cert must be set") == true)
            }
        }

        @Test func `the log's level changes while it runs`() async throws {
            try await withServer { server in
                let admin = ["--admin", "127.0.0.1:\(server.adminPort)"]
                let before = try await hokmd(["log-level"] + admin)
                #expect(before.output == "info\n")
                let change = try await hokmd(["log-level", "error"] + admin)
                #expect(change.ending == .exit(0))
                let after = try await hokmd(["log-level"] + admin)
                #expect(after.output == "error\n")
            }
        }

        @Test func `actions and views are on record, and the record is checked`() async throws {
            var template = Array("/tmp/hokmd-audit-XXXXXX".utf8CString)
            try #require(mkdtemp(&template) != nil)
            let folder = String(
                decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
            let file = "\(folder)/audit.log"
            defer {
                for name in [file, "\(file).key", "\(file).head"] { unlink(name) }
                rmdir(folder)
            }
            try await withServer(["--audit-log", file]) { server in
                let admin = ["--admin", "127.0.0.1:\(server.adminPort)"]
                let refused = try await hokmd(["forget", "s9"] + admin)
                #expect(refused.ending == .exit(1))
            }
            let good = try await hokmd(["audit", "verify", file])
            #expect(good.ending == .exit(0) && good.output.contains("whole and as written"))
            let stream = try #require(fopen(file, "r+"))
            fseek(stream, 40, SEEK_SET)
            fputs("X", stream)
            fclose(stream)
            let bad = try await hokmd(["audit", "verify", file])
            #expect(bad.ending == .exit(1) && bad.output.contains("audit.log:1: changed"))
        }
    }
}
