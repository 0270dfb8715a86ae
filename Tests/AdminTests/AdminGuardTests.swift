import Glibc
import Testing

@testable import Admin

@Suite struct AdminGuardTests {
    private func status(_ headers: [String: [String]], token: AdminToken? = nil) -> Int? {
        status(.get, "/v1/status", headers, token: token)
    }

    private func status(
        _ method: AdminRequest.Method, _ path: String,
        _ headers: [String: [String]], body: [UInt8] = [], token: AdminToken? = nil
    ) -> Int? {
        let guardian = AdminGuard(host: "ops.internal", token: token)
        return guardian.refusal(
            of: AdminRequest(method, path, headers: headers, body: body))?.status
    }

    @Test(arguments: [
        "127.0.0.1:7801", "127.0.0.1", "127.8.9.1:80", "localhost:7801", "LocalHost", "[::1]:7801",
        "ops.internal:1",
    ])
    func `our own names may be asked`(host: String) {
        #expect(status(["host": [host]]) == nil)
    }

    @Test(arguments: [
        "evil.example", "evil.example:7801", "127.0.0.1.evil.example", "localhost.evil.example",
        "128.0.0.1", "[::2]:1", "", "10.0.0.1",
    ])
    func `a page whose name was rebound to us gets nothing`(host: String) {
        #expect(status(["host": [host]]) == 421)
    }

    @Test func `exactly one Host is needed`() {
        #expect(status([:]) == 400)
        #expect(status(["host": ["localhost", "localhost"]]) == 400)
    }

    @Test(
        arguments: [
            (["origin": ["https://evil.example"]], 403), (["origin": ["null"]], 403),
            (["origin": ["http://localhost:1"]], 403), (["origin": ["http://localhost:7801"]], nil),
            (["sec-fetch-site": ["cross-site"]], 403), (["sec-fetch-site": ["same-site"]], 403),
            (["sec-fetch-site": ["same-origin"]], nil), (["sec-fetch-site": ["none"]], nil),
            (["sec-fetch-site": ["cross-site"], "sec-fetch-mode": ["navigate"]], 403),
        ] as [([String: [String]], Int?)])
    func `no other page changes anything`(headers: [String: [String]], expected: Int?) {
        let all = headers.merging([
            "host": ["localhost:7801"], "content-type": ["application/json"],
        ]) { one, _ in one }
        #expect(status(.post, "/v1/drain", all, body: Array("{}".utf8)) == expected)
    }

    @Test(
        arguments: [
            (nil, 415), ("text/plain", 415), ("application/x-www-form-urlencoded", 415),
            ("application/json", nil), ("Application/JSON; charset=utf-8", nil),
        ] as [(String?, Int?)])
    func `a body must be what no form can send`(type: String?, expected: Int?) {
        var headers = ["host": ["localhost"]]
        headers["content-type"] = type.map { [$0] }
        #expect(status(.post, "/v1/drain", headers, body: Array("{}".utf8)) == expected)
    }

    @Test(
        arguments: [
            (nil, 401), ("Bearer wrong", 401), ("Basic correct-horse-battery", 401),
            ("Bearer", 401),
            ("Bearer correct-horse-battery", nil), ("bearer correct-horse-battery", nil),
            ("Bearer correct-horse-battery2", 401),
        ] as [(String?, Int?)])
    func `with a token, whoever asks must show it`(value: String?, expected: Int?) {
        var headers = ["host": ["far.example"]]
        headers["authorization"] = value.map { [$0] }
        #expect(status(headers, token: AdminToken("correct-horse-battery")) == expected)
    }

    @Test(arguments: ["/", "/healthz", "/readyz"])
    func `probes need no token`(path: String) {
        #expect(status(.get, path, ["host": ["far.example"]], token: AdminToken("x")) == nil)
    }
}

@Suite struct AdminTokenTests {
    @Test func `a token is one line of a file that only its owner may read`() throws {
        let folder = try TemporaryFolder()
        let file = folder.write("token", "0123456789abcdef\n")
        #expect(try AdminToken(file: file).matches("0123456789abcdef"))
        #expect(try !AdminToken(file: file).matches("0123456789abcdee"))
    }

    @Test(
        arguments: [
            ("0123456789abcdef\n", 0o640), ("0123456789abcdef\n", 0o604), ("short\n", 0o600),
            ("", 0o600), ("0123456789abcdef 1\n", 0o600), ("0123456789abcdef\nmore\n", 0o600),
            (String(repeating: "x", count: 513), 0o600),
        ] as [(String, mode_t)])
    func `another file is refused`(text: String, mode: mode_t) throws {
        let folder = try TemporaryFolder()
        let file = folder.write("token", text, mode: mode)
        #expect(throws: AdminToken.FileError.self) { _ = try AdminToken(file: file) }
        #expect(throws: AdminToken.FileError.self) { _ = try AdminToken(file: "\(file).not") }
    }
}
