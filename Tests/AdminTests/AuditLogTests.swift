import Glibc
import Testing

@testable import Admin

@Suite struct AuditLogTests {
    private func verify(_ path: String, isWhole: Bool = true) throws -> AuditVerifier {
        let files = AuditFiles(path)
        var verifier = AuditVerifier(key: try AuditKey(file: "\(path).key"))
        for file in files.rotated + [path] {
            verifier.read(try #require(AuditFiles.read(file)), file: file)
        }
        verifier.finish(head: files.head, isWhole: isWhole)
        return verifier
    }

    @Test func `entries outlive the process that wrote them`() async throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/audit.log"
        for round in 0..<3 {
            let log = try AuditLog(path: path, node: "s1", log: quiet, fileBytesMax: 700)
            log.note(AuditEvent("started", [("round", "\(round)")]))
            try await log.record(AuditEvent("action"))
            log.note(AuditEvent("stopped"))
            await log.close()
        }
        let verifier = try verify(path)
        #expect(verifier.findings.isEmpty, "\(verifier.findings)")
        #expect(verifier.first == 1 && verifier.last == 9)
        #expect(AuditFiles(path).rotated.count >= 2)
    }

    @Test func `the oldest files go beyond the bound, which is on record and no cut`() async throws
    {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/audit.log"
        let log = try AuditLog(path: path, node: "s1", log: quiet, fileBytesMax: 700, filesMax: 3)
        for number in 0..<40 { try await log.record(AuditEvent("action", [("n", "\(number)")])) }
        await log.close()
        let files = AuditFiles(path)
        #expect(files.rotated.count == 3)
        let verifier = try verify(path)
        #expect(verifier.findings.isEmpty, "\(verifier.findings)")
        let first = try #require(verifier.first)
        #expect(first > 10)

        // One more that is gone is a cut, since no entry tells of it.
        unlink(files.rotated[0])
        let missing = try verify(path).findings
        guard case .missing(from: first, through: _, file: _, line: 1) = missing.first else {
            Issue.record("\(missing)")
            return
        }
        #expect(missing.count == 1)
        #expect(try verify(path, isWhole: false).findings.isEmpty)
    }

    @Test func `nobody but its owner reads the log or its key`() async throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/audit.log"
        let log = try AuditLog(path: path, node: "s1", log: quiet)
        await log.close()
        for name in ["audit.log", "audit.log.key", "audit.log.head"] {
            var about = stat()
            #expect(stat("\(folder.path)/\(name)", &about) == 0)
            #expect(about.st_mode & 0o777 == 0o600, "\(name)")
        }
        chmod("\(path).key", 0o644)
        #expect(throws: AuditKey.FileError.exposed("\(path).key")) {
            _ = try AuditLog(path: path, node: "s1", log: quiet)
        }
    }

    @Test func `what was cut off is found`() async throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/audit.log"
        let log = try AuditLog(path: path, node: "s1", log: quiet)
        for _ in 0..<3 { try await log.record(AuditEvent("action")) }
        await log.close()
        let text = folder.read("audit.log")
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        _ = folder.write("audit.log", lines.prefix(2).joined(separator: "\n") + "\n")
        #expect(try verify(path).findings == [.cut(after: 2, through: 3)])
    }

    @Test func `an action is on record before and after, its secret is not`() async throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/audit.log"
        let log = try AuditLog(path: path, node: "s1", log: quiet)
        try await withAdmin(audit: log) { source, port in
            _ = try await request("POST", "/v1/forget", body: #"{"node":"s9"}"#, port: port)
            source.set { $0.refusal = AdminRefusal(.conflict, "no") }
            _ = try await request("POST", "/v1/keys/add", body: #"{"key":"hush"}"#, port: port)
            _ = try await get("/v1/status", ["Host: evil.example"], port: port)
        }
        await log.close()
        let text = folder.read("audit.log")
        let lines = text.split(separator: "\n")
        #expect(lines.count == 5)
        #expect(lines[0].contains(#""action":"forget","subject":"s9","from":"127.0.0.1""#))
        #expect(lines[1].contains(#""outcome":"done""#))
        #expect(lines[3].contains(#""outcome":"conflict","reason":"no""#))
        #expect(lines[4].contains(#""event":"denied","status":"421""#))
        #expect(!text.contains("hush"))
    }

    @Test func `with a full disk nothing is done, and everything is seen`() async throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/audit.log"
        // Writing to this device fails as to a disk without room.
        symlink("/dev/full", path)
        let log = try AuditLog(path: path, node: "s1", log: quiet)
        let metrics = MetricsRegistry()
        metrics.collect { log.families() }
        try await withAdmin(audit: log, metrics: metrics) { source, port in
            let refused = try await request(
                "POST", "/v1/forget", body: #"{"node":"s9"}"#, port: port)
            #expect(refused.status == 503)
            #expect(refused.body.contains("unaudited") && refused.body.contains("no space left"))
            #expect(source.actions.isEmpty)
            #expect(try await get("/v1/status", port: port).status == 200)
            let shown = try await get("/metrics", port: port).body
            #expect(shown.contains("\nhokmd_audit_writable 0\n"))
            #expect(shown.contains("\nhokmd_audit_lost_total 1\n"))
        }
        await log.close()
    }

    @Test func `a token that was shown is a login on record`() async throws {
        let folder = try TemporaryFolder()
        let token = folder.write("token", "0123456789abcdef\n")
        let log = try AuditLog(path: "\(folder.path)/audit.log", node: "s1", log: quiet)
        try await withAdmin(tokenFile: token, audit: log) { _, port in
            let field = "Authorization: Bearer 0123456789abcdef"
            let one = "GET /v1/keys HTTP/1.1\r\nHost: x\r\n\(field)\r\n"
            _ = try await exchange("\(one)\r\n\(one)Connection: close\r\n\r\n", port: port)
        }
        await log.close()
        let lines = folder.read("audit.log").split(separator: "\n")
        #expect(lines.count == 1 && lines[0].contains(#""event":"login","from":"127.0.0.1""#))
    }
}
