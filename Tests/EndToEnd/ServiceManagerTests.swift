import Glibc
import JSON
import Testing

extension EndToEnd {
    /// The node as its service manager and its machine's operator meet it.
    @Suite struct ServiceManagerTests {
        @Test func `the manager hears of readiness, life, reloads and the end`() async throws {
            let folder = try TemporaryFolder()
            let manager = try ManagerSocket(path: "\(folder.path)/notify")
            let node = try await ServerProcess.spawn(
                ["--players", "127.0.0.1:0"],
                environment: ["NOTIFY_SOCKET=\(manager.path)", "WATCHDOG_USEC=300000"])
            let ready = try await manager.next(with: "READY=1")
            #expect(ready.contains("STATUS=all ") && ready.contains(" is ready"))
            // More than one: it goes on.
            for _ in 0..<3 { _ = try await manager.next(with: "WATCHDOG=1") }
            node.send(SIGHUP)
            #expect(try await manager.next(with: "RELOADING=1").contains("MONOTONIC_USEC="))
            _ = try await manager.next(with: "READY=1")
            node.send(SIGTERM)
            _ = try await manager.next(with: "STOPPING=1")
            #expect(try await node.ended() == .exit(0))
        }

        @Test func `a node that nobody joins has started, and says what it waits for`()
            async throws
        {
            let folder = try TemporaryFolder()
            let manager = try ManagerSocket(path: "\(folder.path)/notify")
            let node = try await ServerProcess.spawn(
                ["--players", "127.0.0.1:0", "--bootstrap-expect", "3"],
                environment: ["NOTIFY_SOCKET=\(manager.path)"])
            let first = try await manager.next(with: "STATUS=")
            #expect(first.hasPrefix("STATUS=starting: "))
            let ready = try await manager.next(with: "READY=1")
            #expect(ready.contains("STATUS=not ready: not in a cluster yet"))
            node.send(SIGTERM)
            #expect(try await node.ended() == .exit(0))
        }

        @Test func `a crash leaves no file behind, and no other process looks in`() async throws {
            try await withServer { server in
                let limits = text(of: "/proc/\(server.pid)/limits")
                let core = limits.split(separator: "\n").first { $0.hasPrefix("Max core file") }
                #expect(core?.split(separator: " ").suffix(3) == ["0", "0", "bytes"])
                // What the kernel gives to root is of a process that may not be dumped.
                var status = stat()
                #expect(stat("/proc/\(server.pid)/environ", &status) == 0)
                #expect(status.st_uid == 0)
            }
        }

        @Test func `certificates are read again at once on SIGHUP, and failures are counted`()
            async throws
        {
            let folder = try TemporaryFolder()
            let (certificate, key) = ("\(folder.path)/c.pem", "\(folder.path)/c.key")
            func put(_ new: TestCertificate) throws {
                try write(new.pem, to: certificate)
                try write(new.key, to: key)
            }
            try put(.expired)
            let flags = ["--tls-cert", certificate, "--tls-key", key]
            let checked = try await ServerProcess.spawn(
                ["check", "--json", "--players", "127.0.0.1:0"] + flags)
            #expect(try await checked.ended() == .exit(1))
            let report = try JSONValue.parse(Array(try await checked.allOutput().utf8))
            #expect(report["ok"] == false)
            let found = report["checks"]?.array?.first { $0["check"] == "certificate" }
            #expect(found?["text"]?.string?.contains("expired 2021-01-01") == true)

            try await withServer(flags) { server in
                let expiry = "\nhokmd_tls_certificate_expiry_timestamp_seconds "
                let before = try await RawConnection.get("/metrics", port: server.adminPort).text
                #expect(before.contains("\(expiry)1609459200\n"))
                #expect(before.contains("\nhokmd_tls_failures_total 0\n"))
                // No TLS: the handshake fails.
                _ = try await RawConnection.get("/", port: server.port)
                try put(.good)
                server.send(SIGHUP)
                while try await !server.errors.next(within: patience, "the reload")
                    .contains("certificate reloaded")
                {}
                let after = try await RawConnection.get("/metrics", port: server.adminPort).text
                #expect(after.contains("\(expiry)4891363200\n"))
                #expect(after.contains("\nhokmd_tls_failures_total 1\n"))
            }
        }

        @Test func `check finds a key that others may read, and a folder that is none`()
            async throws
        {
            let folder = try TemporaryFolder()
            let key = "\(folder.path)/cluster.key"
            let made = try await ServerProcess.spawn(["keygen", "--out", key])
            #expect(try await made.ended() == .exit(0))
            let flags = ["check", "--players", "127.0.0.1:0", "--key-file", key, "--state-dir"]
            let good = try await ServerProcess.spawn(flags + [folder.path])
            #expect(try await good.ended() == .exit(0))
            let file = try await ServerProcess.spawn(flags + [key])
            #expect(try await file.ended() == .exit(1))
            #expect(
                try await file.remainingErrors() == [
                    "hokmd: state folder: \(key): it is no folder"
                ])
            chmod(key, 0o640)
            let bad = try await ServerProcess.spawn(flags + [folder.path])
            #expect(try await bad.ended() == .exit(1))
            #expect(
                try await bad.remainingErrors() == [
                    "hokmd: key file: key file \(key): others may read it; allow it with chmod 600 to its owner only"
                ])
            let node = try await ServerProcess.spawn(["--key-file", key])
            #expect(try await node.ended() == .exit(78))
        }

        private func text(of path: String) -> String {
            guard let file = fopen(path, "r") else { return "" }
            defer { fclose(file) }
            var bytes = [UInt8](repeating: 0, count: 16_384)
            let count = fread(&bytes, 1, bytes.count, file)
            return String(decoding: bytes.prefix(count), as: UTF8.self)
        }

        private func write(_ text: String, to path: String) throws {
            let file = try #require(fopen(path, "w"))
            fputs(text, file)
            fclose(file)
        }
    }
}
