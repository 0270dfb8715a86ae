import Gateway
import JSON
import NIOCore
import NIOPosix
import Testing

@testable import Admin

@Suite struct AdminServerTests {
    @Test func `members come in the shape of the protocol`() async throws {
        try await withAdmin { _, port in
            let answer = try await get("/v1/members", port: port)
            #expect(answer.status == 200)
            #expect(answer.head.contains("Content-Type: application/json"))
            #expect(
                answer.body
                    == """
                    {"cluster":"hokm","self":"b1","quorum":true,"members":[{"node":"b1","status":"alive",\
                    "modes":["balancer","scaler"],"state":"ready","zone":"a","version":"0.4.0",\
                    "gossip":"10.0.0.1:7946","link":"10.0.0.1:7947","players":"10.0.0.1:8080",\
                    "admin":"127.0.0.1:7801","rooms":0,"connections":431},{"node":"s2",\
                    "status":"failed","modes":["server"],"state":"joining","zone":"",\
                    "version":"0.3.9","gossip":"10.0.0.3:7946","link":"10.0.0.3:7947",\
                    "players":null,"admin":null,"rooms":40,"connections":0}]}

                    """)
        }
    }

    @Test(arguments: [
        "/v1/status", "/v1/rooms", "/v1/rooms/0A1B2C", "/v1/scaling", "/v1/keys", "/v1/log-level",
    ])
    func `every report is a JSON object`(path: String) async throws {
        try await withAdmin { _, port in
            let answer = try await get(path, port: port)
            #expect(answer.status == 200)
            let value = try JSONValue.parse(Array(answer.body.utf8.dropLast()))
            #expect(value.kind == .object)
        }
    }

    @Test func `a room says who owns it and who holds the copy`() async throws {
        try await withAdmin { source, port in
            let answer = try await get("/v1/rooms/0A1B2C", port: port)
            let room = try JSONValue.parse(Array(answer.body.utf8.dropLast()))
            #expect(room["owner"] == "s1" && room["successor"] == "s2")
            #expect(room["epoch"] == 12 && room["version"] == 345)
            #expect(try await get("/v1/rooms/000000", port: port).status == 404)
            _ = try await get("/v1/rooms?limit=1", port: port)
            #expect(source.limits == [1])
        }
    }

    @Test func `what a scaler has measured is a table, and nothing where there is none`()
        async throws
    {
        try await withAdmin { source, port in
            #expect(try await get("/v1/scaling/trace", port: port).status == 404)
            source.set { $0.trace = "time,players\n" }
            let answer = try await get("/v1/scaling/trace", port: port)
            #expect(answer.status == 200 && answer.body == "time,players\n")
        }
    }

    @Test func `readiness has its reason`() async throws {
        try await withAdmin { source, port in
            #expect(try await get("/readyz", port: port).status == 200)
            source.set { $0.unreadiness = "no quorum" }
            let answer = try await get("/readyz", port: port)
            #expect(answer.status == 503 && answer.body == "no quorum\n")
            #expect(try await get("/healthz", port: port).status == 200)
        }
    }

    @Test func `an action reaches the source, and its refusal the operator`() async throws {
        try await withAdmin { source, port in
            let done = try await request(
                "POST", "/v1/drain", body: #"{"node":"s2"}"#, port: port)
            #expect(done.status == 200 && done.body == "{\"done\":\"drain done\"}\n")
            for (code, status) in [
                (AdminRefusal.Code.invalid, 400), (.notFound, 404), (.conflict, 409),
                (.unavailable, 503), (.unsupported, 501), (.unaudited, 503),
            ] {
                source.set { $0.refusal = AdminRefusal(code, "because") }
                let refused = try await request(
                    "POST", "/v1/forget", body: #"{"node":"s2"}"#, port: port)
                #expect(refused.status == status)
                #expect(
                    refused.body == "{\"error\":\"\(code.rawValue)\",\"reason\":\"because\"}\n")
            }
            #expect(source.actions.first == .drain(node: "s2"))
        }
    }

    @Test func `a foreign Host, page or form does nothing`() async throws {
        try await withAdmin { source, port in
            let body = #"{"node":"s2"}"#
            for field in [
                "Host: evil.example", "Origin: https://evil.example", "Content-Type: text/plain",
                "Sec-Fetch-Site: cross-site",
            ] {
                let answer = try await request("POST", "/v1/drain", [field], body: body, port: port)
                #expect((400..<500).contains(answer.status), "\(field)")
            }
            #expect(source.actions.isEmpty)
        }
    }

    @Test func `requests on one connection are answered in turn`() async throws {
        try await withAdmin { _, port in
            let one = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
            let last = "HEAD /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
            let answer = try await exchange(one + one + last, port: port)
            #expect(answer.text.split(separator: "HTTP/1.1 200").count == 3)
            #expect(answer.text.hasSuffix("\r\n\r\n"), "HEAD has no body")
        }
    }

    @Test func `a body has a limit`() async throws {
        try await withAdmin { source, port in
            let body = String(repeating: "x", count: AdminLimits.bodyBytesMax + 1)
            let answer = try await request("POST", "/v1/announce", body: body, port: port)
            #expect(answer.status == 413)
            #expect(source.actions.isEmpty)
        }
    }

    @Test(arguments: ["\u{0}\u{1}\u{2}\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n"])
    func `what is no HTTP ends the connection`(text: String) async throws {
        try await withAdmin { _, port in
            let answer = try await exchange(text, port: port)
            #expect(answer.text.isEmpty || answer.status >= 400)
        }
    }

    @Test func `the dashboard needs nothing from elsewhere`() async throws {
        try await withAdmin { _, port in
            let answer = try await get("/", port: port)
            #expect(answer.status == 200 && answer.body.contains("/v1/status"))
            #expect(answer.head.contains("default-src 'none'"))
            for word in ["http://", "https://", "src=", "@import"] {
                #expect(!answer.body.contains(word), "\(word)")
            }
        }
    }

    @Test func `with a token file, everything but the probes needs the token`() async throws {
        let folder = try TemporaryFolder()
        let file = folder.write("token", "0123456789abcdef\n")
        try await withAdmin(tokenFile: file) { _, port in
            for path in ["/v1/status", "/metrics", "/v1/nothing"] {
                let refused = try await get(path, port: port)
                #expect(refused.status == 401, "\(path)")
            }
            let probe = try await get("/readyz", port: port)
            #expect(probe.status == 200)
            let field = "Authorization: Bearer 0123456789abcdef"
            let answer = try await get("/v1/status", [field], port: port)
            #expect(answer.status == 200)
        }
    }

    private func refusal(
        _ configuration: AdminConfiguration
    ) async throws -> (any Error)? {
        do {
            let server = try await AdminServer.start(
                configuration, group: MultiThreadedEventLoopGroup.singleton, source: FakeSource(),
                metrics: MetricsRegistry(), log: quiet)
            await server.stop()
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: ["0.0.0.0", "::", "192.0.2.1"])
    func `beyond loopback it needs a token and TLS`(host: String) async throws {
        let folder = try TemporaryFolder()
        let token = folder.write("token", "0123456789abcdef\n")
        var configuration = AdminConfiguration(host: host, port: 0)
        let bare = try await refusal(configuration) as? AdminStartError
        #expect(bare?.description.contains("without a token file and TLS") == true)
        configuration.tokenFile = token
        let open = try await refusal(configuration) as? AdminStartError
        #expect(open?.description.contains("without TLS") == true)
        configuration.secure = { _ in [NoTLS()] }
        let address = try SocketAddress(ipAddress: host, port: 0)
        #expect(try AdminServer.protection(configuration, address) != nil)
    }

    @Test func `connections pass through the handler that ends TLS`() async throws {
        var configuration = AdminConfiguration(host: "127.0.0.1", port: 0)
        let made = CounterCell()
        configuration.secure = { _ in
            made.add()
            return [NoTLS()]
        }
        let server = try await AdminServer.start(
            configuration, group: MultiThreadedEventLoopGroup.singleton, source: FakeSource(),
            metrics: MetricsRegistry(), log: quiet)
        let answer = try await get("/healthz", port: server.address.port ?? 0)
        await server.stop()
        #expect(answer.status == 200 && made.value == 1)
    }

    @Test func `a token file that others may read is refused`() async throws {
        let folder = try TemporaryFolder()
        let token = folder.write("token", "0123456789abcdef\n", mode: 0o644)
        let configuration = AdminConfiguration(host: "127.0.0.1", port: 0, tokenFile: token)
        #expect(
            try await refusal(configuration) as? AdminStartError == .token(.exposed(token)))
    }

    @Test func `a port that is taken is named`() async throws {
        try await withAdmin { _, port in
            let error = try await refusal(AdminConfiguration(host: "127.0.0.1", port: port))
            #expect(error as? ListenError == .taken(address: "127.0.0.1:\(port)"))
        }
    }
}

/// Stands where the TLS handler will.
private final class NoTLS: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
}
