import Glibc
import Testing

extension EndToEnd {
    /// The configuration file as its author meets it.
    @Suite struct ConfigurationTests {
        /// A file of a test, gone with it.
        private final class TemporaryFile {
            let path: String

            init(_ text: String) throws {
                var template = Array("/tmp/hokmd-test-XXXXXX".utf8CString)
                let descriptor = mkstemp(&template)
                try #require(descriptor >= 0)
                path = String(
                    decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
                close(descriptor)
                try rewrite(text)
            }

            deinit { unlink(path) }

            func rewrite(_ text: String) throws {
                let file = try #require(fopen(path, "w"))
                fputs(text, file)
                fclose(file)
            }
        }

        @Test func `check says that a file is right, and starts nothing`() async throws {
            let file = try TemporaryFile("players: 127.0.0.1:0\nlog-level: debug\n")
            let process = try await ServerProcess.spawn(["check", "--config", file.path])
            #expect(try await process.ended() == .exit(0))
            let lines = try await process.allOutput().split(separator: "\n")
            #expect(lines.last == "\(file.path): ok")
            #expect(lines.first?.hasPrefix("CHECK ") == true)
            #expect(lines.allSatisfy { !$0.contains(" error ") }, "\(lines)")
        }

        @Test(arguments: [(["check"], 1), ([], 78)] as [([String], Int32)])
        func `a wrong file is refused with its line, at start as by check`(
            command: [String], code: Int32
        ) async throws {
            let file = try TemporaryFile("# mine\nplayers: 127.0.0.1:0\nlops: 2\n")
            let process = try await ServerProcess.spawn(command + ["--config", file.path])
            #expect(try await process.ended() == .exit(code))
            #expect(
                try await process.remainingErrors() == [
                    "hokmd: \(file.path):3:1: unknown key 'lops'; did you mean loops?"
                ])
        }

        @Test(
            arguments: [
                (["--admin", "0.0.0.0:0"], 78, "beyond loopback"),
                (["--admin", "127.0.0.1:0", "--admin-token-file", "/nowhere"], 78, "/nowhere"),
                (
                    ["--admin", "127.0.0.1:0", "--tls-cert", "/nowhere", "--tls-key", "/nowhere"],
                    78, "/nowhere"
                ),
                (["--admin", "127.0.0.1:0", "--tls-cert", "/nowhere"], 64, "--tls-key"),
            ] as [([String], Int32, String)])
        func `what no node can start with is refused before others meet it`(
            flags: [String], code: Int32, reason: String
        ) async throws {
            let process = try await ServerProcess.spawn(
                [
                    "--players", "127.0.0.1:0", "--gossip", "127.0.0.1:0", "--link", "127.0.0.1:0",
                ] + flags)
            #expect(try await process.ended() == .exit(code))
            let lines = try await process.remainingErrors()
            #expect(lines.last?.contains(reason) == true, "\(lines)")
            #expect(!lines.contains { $0.contains("listening") || $0.contains("view ") })
        }

        @Test func `a port that is taken ends with 69`() async throws {
            try await withServer { server in
                let address = "127.0.0.1:\(server.port)"
                // A port that the very node has is as it should be.
                let own = try await ServerProcess.spawn([
                    "check", "--players", address, "--admin", "127.0.0.1:\(server.adminPort)",
                ])
                #expect(try await own.ended() == .exit(0))
                #expect(try await own.allOutput().contains("\(address): "))
                let second = try await ServerProcess.spawn(["check", "--players", address])
                #expect(try await second.ended() == .exit(1))
                #expect(
                    try await second.remainingErrors() == [
                        "hokmd: port players: \(address): taken; --players names another"
                    ])
                let third = try await ServerProcess.spawn([
                    "--players", address, "--admin", "127.0.0.1:0",
                ])
                #expect(try await third.ended() == .exit(69))
            }
        }

        @Test func `SIGHUP takes over the log's level, and refuses a file that is wrong`()
            async throws
        {
            let file = try TemporaryFile("log-level: info\n")
            let server = try await ServerProcess.start(["--config", file.path])
            try file.rewrite("log-level: loud\n")
            server.send(SIGHUP)
            #expect(try await line(of: server, with: "reload").contains("error reload refused"))
            try file.rewrite("log-level: notice\n")
            server.send(SIGHUP)
            #expect(try await line(of: server, with: "reload").contains("log-level=notice"))
            server.send(SIGTERM)
            #expect(try await server.ended() == .exit(0))
            #expect(try await !server.remainingErrors().contains { $0.contains(" info ") })
        }

        private func line(of server: ServerProcess, with word: String) async throws -> String {
            while true {
                let line = try await server.errors.next(within: patience, "a line with \(word)")
                if line.contains(word) { return line }
            }
        }
    }
}
