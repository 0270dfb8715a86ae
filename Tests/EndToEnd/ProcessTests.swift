import Glibc
import JSON
import Testing

extension EndToEnd {
    /// The program as its operators and its HTTP callers meet it.
    @Suite struct ProcessTests {
        @Test(arguments: [
            ["--nonsense"], ["--mode", "castle"], ["--players", "nonsense"],
            ["--players", "127.0.0.1:99999"], ["--players"], ["--bots", "perfect"],
            ["--capacity", "0"], ["--config", "/nonexistent/hokmd.yaml", "--oops"], ["oops"],
        ])
        func `bad flags end with 64 and one line that names them`(flags: [String]) async throws {
            let process = try await ServerProcess.spawn(flags)
            #expect(try await process.ended() == .exit(64))
            let lines = try await process.remainingErrors()
            #expect(lines.count == 1 && lines[0].hasPrefix("hokmd: "), "\(lines)")
            #expect(
                lines.first?.contains(flags.last { $0.hasPrefix("--") } ?? flags[0]) == true,
                "\(lines)")
            #expect(try await process.allOutput() == "")
        }

        @Test func `a bad variable ends with 64 and one line that names it`() async throws {
            let process = try await ServerProcess.spawn([], environment: ["HOKMD_PLAYERS=here"])
            #expect(try await process.ended() == .exit(64))
            let lines = try await process.remainingErrors()
            #expect(lines.count == 1 && lines[0].contains("HOKMD_PLAYERS"), "\(lines)")
        }

        @Test func `a taken port ends with one line that names it`() async throws {
            try await withServer { server in
                let address = "127.0.0.1:\(server.port)"
                let second = try await ServerProcess.spawn([
                    "--players", address, "--admin", "127.0.0.1:0",
                ])
                let ending = try await second.ended()
                #expect(ending != .exit(0) && ending != .exit(64))
                let errors = try await second.remainingErrors().filter {
                    $0.hasPrefix("hokmd: ")
                }
                #expect(errors.count == 1 && errors[0].contains(address), "\(errors)")
            }
        }

        @Test(arguments: [
            ("/healthz", 200), ("/readyz", 200), ("/", 200), ("/nothing", 404), ("/v1/echo", 404),
            ("/v1/status", 404), ("/../etc/passwd", 404), ("/%2e%2e/etc/passwd", 404),
            ("//healthz", 404),
        ])
        func `the player port answers HTTP as PROTOCOL.md says`(
            path: String, status: Int
        ) async throws {
            try await withServer { server in
                let answer = try await RawConnection.get(path, port: server.port)
                #expect(answer.status == status)
            }
        }

        @Test func `an upgrade is refused for another subprotocol, and granted for ours or none`()
            async throws
        {
            let upgrade = [
                "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            ]
            try await withServer { server in
                let refused = try await RawConnection.get(
                    "/v1/play", port: server.port,
                    headers: upgrade + ["Sec-WebSocket-Protocol: chat, hokm.v2"])
                #expect(refused.status == 400)
                for subprotocol in ["hokm.v1", "hokm.v2, hokm.v1", nil] {
                    let mailbox = Mailbox<ProtocolClient.Arrival>()
                    let client = try await ProtocolClient.connect(
                        port: server.port, path: "/v1/play?room=ABC234", subprotocol: subprotocol,
                        into: mailbox)
                    client.send(["type": "ping", "id": 1])
                    guard case .message(let pong) = try await mailbox.next().incoming else {
                        Issue.record("no message")
                        continue
                    }
                    #expect(pong["type"] == "pong" && pong["re"] == 1)
                    client.drop()
                }
            }
        }

        @Test func `a page of another origin may not open a game`() async throws {
            try await withServer { server in
                let refused = try await RawConnection.get(
                    "/v1/play", port: server.port,
                    headers: [
                        "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
                        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                        "Origin: https://elsewhere.example",
                    ])
                #expect(refused.status == 403)
            }
        }
    }
}
