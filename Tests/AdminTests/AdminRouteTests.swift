import Testing

@testable import Admin

@Suite struct AdminRouteTests {
    private func route(
        _ method: AdminRequest.Method, _ target: String, _ body: String = ""
    ) throws(AdminRequestError) -> AdminRoute {
        try AdminRoute(AdminRequest(method, target, body: Array(body.utf8)))
    }

    @Test(
        arguments: [
            ("/", .dashboard), ("/metrics", .metrics), ("/healthz", .health),
            ("/readyz", .readiness),
            ("/v1/status", .status), ("/v1/members", .members), ("/v1/members?x=1", .members),
            ("/v1/rooms", .rooms(limit: 10_000)), ("/v1/rooms?limit=5", .rooms(limit: 5)),
            ("/v1/rooms/0A1B2C", .room("0A1B2C")), ("/v1/scaling", .scaling),
            ("/v1/scaling/trace", .scalingTrace), ("/v1/keys", .keys),
            ("/v1/log-level", .logLevel),
        ] as [(String, AdminRoute)])
    func `what is shown is got`(target: String, expected: AdminRoute) throws {
        #expect(try route(.get, target) == expected)
        #expect(try route(.head, target) == expected)
    }

    @Test(
        arguments: [
            ("/v1/drain", "", .drain(node: nil)), ("/v1/drain", "{}", .drain(node: nil)),
            ("/v1/drain", "{\"node\":null}", .drain(node: nil)),
            ("/v1/drain", "{\"node\":\"s3\"}", .drain(node: "s3")),
            ("/v1/announce", "{\"text\":\"back at ten\"}", .announce("back at ten")),
            ("/v1/forget", "{\"node\":\"s3\",\"new\":1}", .forget(node: "s3")),
            ("/v1/keys/add", "{\"key\":\"abc\"}", .addKey("abc")),
            ("/v1/keys/use", "{\"id\":\"01\"}", .useKey(id: "01")),
            ("/v1/keys/remove", "{\"id\":\"01\"}", .removeKey(id: "01")),
            ("/v1/log-level", "{\"level\":\"debug\"}", .setLogLevel("debug")),
        ] as [(String, String, AdminAction)])
    func `what is done is posted`(target: String, body: String, expected: AdminAction) throws {
        #expect(try route(.post, target, body) == .perform(expected))
    }

    @Test(arguments: ["/v1", "/v1/", "/v1/nothing", "/metrics/", "//healthz", "/v1/keys/list", ""])
    func `nothing else is here`(target: String) {
        #expect(throws: AdminRequestError.self) { _ = try route(.get, target) }
        #expect(throws: AdminRequestError.self) { _ = try route(.post, target) }
    }

    @Test func `looking is not posted, and doing is not got`() {
        #expect(throws: AdminRequestError.method("GET, HEAD")) {
            _ = try route(.post, "/v1/status")
        }
        #expect(throws: AdminRequestError.method("POST")) { _ = try route(.get, "/v1/drain") }
        #expect(throws: AdminRequestError.method("GET, HEAD")) { _ = try route(.other, "/metrics") }
    }

    @Test(arguments: [
        ("/v1/drain", "["), ("/v1/drain", "[]"), ("/v1/drain", "{\"node\":1}"),
        ("/v1/drain", "{\"node\":\"\"}"), ("/v1/forget", ""), ("/v1/forget", "{}"),
        ("/v1/announce", "{\"text\":\"two\\nlines\"}"),
        ("/v1/announce", "{\"text\":\"\\u001b[2J\"}"),
    ])
    func `a body that makes no sense is refused`(target: String, body: String) {
        #expect {
            _ = try route(.post, target, body)
        } throws: {
            guard case .invalid = $0 as? AdminRequestError else { return false }
            return true
        }
    }

    @Test func `an announcement has a length`() throws {
        let longest = String(repeating: "ا", count: AdminLimits.announcementMax)
        #expect(
            try route(.post, "/v1/announce", "{\"text\":\"\(longest)\"}")
                == .perform(.announce(longest)))
        #expect(throws: AdminRequestError.self) {
            _ = try route(.post, "/v1/announce", "{\"text\":\"\(longest)ا\"}")
        }
    }

    @Test(arguments: ["0", "-1", "x", "10001", ""])
    func `a limit is within its bounds`(limit: String) {
        #expect(throws: AdminRequestError.self) { _ = try route(.get, "/v1/rooms?limit=\(limit)") }
    }
}
