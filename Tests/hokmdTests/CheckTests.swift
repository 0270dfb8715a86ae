import JSON
import Link
import Testing

@testable import hokmd

@Suite struct CheckTests {
    @Test(
        arguments: [
            (0, CheckFinding.Outcome.error, "c.pem: not good before 1970-01-01T00:16:40"),
            (1_000, .warning, "c.pem: good until 1970-01-02"),
            (100_000, .error, "c.pem: expired 1970-01-02T03:46:40"),
        ] as [(Int64, CheckFinding.Outcome, String)])
    func `a certificate is good between its dates`(
        now: Int64, outcome: CheckFinding.Outcome, text: String
    ) {
        let validity = CertificateValidity(from: 1_000, until: 100_000)
        let finding = FilesCheck.finding("certificate", "c.pem", validity, now: now)
        #expect(finding.outcome == outcome && finding.text.hasPrefix(text), "\(finding)")
    }

    @Test func `a certificate with weeks to go is no warning`() {
        let day: Int64 = 86_400
        let validity = CertificateValidity(from: 0, until: 30 * day)
        let finding = FilesCheck.finding("certificate", "c.pem", validity, now: 10 * day)
        #expect(finding.outcome == .ok && finding.text.hasSuffix("20 days"), "\(finding)")
    }

    @Test func `programs read what people read`() throws {
        let findings = [
            CheckFinding("clock", .ok, "synchronised"),
            CheckFinding("key file", .error, "k: others may read it"),
        ]
        let value = try JSONValue.parse(Array(CheckCommand.json(findings).utf8))
        #expect(value["ok"] == false)
        #expect(value["checks"]?[1]?["check"] == "key file")
        #expect(value["checks"]?[1]?["outcome"] == "error")
        let lines = CheckCommand.lines(findings, TerminalStyle(hasColour: false))
        #expect(lines.count == 3 && lines[2] == "key file  error    k: others may read it")
    }
}
