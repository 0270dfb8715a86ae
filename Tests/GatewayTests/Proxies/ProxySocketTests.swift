import Gateway
import NIOCore
import Testing

/// A proxy of ours in front, over real sockets: what it says of the client counts.
@Suite(.timeLimit(.minutes(1))) struct ProxySocketTests {
    private func limits(from network: String) throws -> Limits {
        var limits = Limits.patient
        limits.proxies = [try #require(AddressNetwork(network))]
        limits.connectionsPerAddressMax = 1
        limits.countsLoopback = true
        return limits
    }

    /// The status of an upgrade, with these bytes in front of the request.
    private func status(
        _ listener: PlayerListener, _ bytes: [UInt8], headers: [String] = []
    ) async throws -> (RawClient, String) {
        let client = try await RawClient.connect(to: listener.address)
        try await client.send(bytes + Array(upgradeRequest(headers: headers).utf8))
        return (client, String(await client.receiveHead().dropFirst(9).prefix(3)))
    }

    private func line(_ client: String) -> [UInt8] {
        Array("PROXY TCP4 \(client) 10.0.0.1 1234 443\r\n".utf8)
    }

    @Test func `clients behind a proxy are counted by the address that it names`() async throws {
        try await withListener(limits: limits(from: "127.0.0.0/8")) { listener in
            let (first, one) = try await status(listener, line("192.0.2.7"))
            let (second, other) = try await status(listener, line("192.0.2.8"))
            let (_, again) = try await status(listener, line("192.0.2.7"))
            #expect([one, other, again] == ["101", "101", "503"])
            #expect(listener.total(.refusedAddressLimit) == 1)
            let (third, header) = try await status(
                listener, [], headers: ["X-Forwarded-For: 203.0.113.1, 192.0.2.9"])
            let (_, repeated) = try await status(
                listener, [], headers: ["X-Forwarded-For: 203.0.113.2, 192.0.2.9"])
            #expect([header, repeated] == ["101", "503"])
            for client in [first, second, third] { try await client.close() }
        }
    }

    @Test func `the header may come in pieces, with the request behind it`() async throws {
        try await withListener(limits: limits(from: "127.0.0.1")) { listener in
            let client = try await RawClient.connect(to: listener.address)
            let bytes = line("192.0.2.7") + Array(upgradeRequest().utf8) + textFrame("salam")
            for start in stride(from: 0, to: bytes.count, by: 7) {
                try await client.send(Array(bytes[start..<min(start + 7, bytes.count)]))
            }
            #expect(await client.receiveHead().hasPrefix("HTTP/1.1 101"))
            #expect(await client.receiveFrame() == .text("salam"))
        }
    }

    @Test func `from elsewhere neither the header nor the list counts`() async throws {
        try await withListener(limits: limits(from: "10.0.0.0/8")) { listener in
            let (ended, refused) = try await status(listener, line("192.0.2.7"))
            #expect(refused == "400")
            // It counts until the listener has seen its end as well.
            _ = await ended.receiveToEnd()
            while listener.connections > 0 { await Task.yield() }
            let (kept, first) = try await status(
                listener, [], headers: ["X-Forwarded-For: 192.0.2.7"])
            let (_, second) = try await status(
                listener, [], headers: ["X-Forwarded-For: 192.0.2.8"])
            #expect([first, second] == ["101", "503"])
            try await kept.close()
        }
    }

    @Test func `a malformed header ends the connection`() async throws {
        try await withListener(limits: limits(from: "127.0.0.1")) { listener in
            let client = try await RawClient.connect(to: listener.address)
            try await client.send("PROXY TCP9 nobody\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(await client.receiveToEnd() == "")
            #expect(listener.total(.badProxyHeaders) == 1)
        }
    }

    @Test func `half a header runs into the time of a request's head`() async throws {
        var limits = try limits(from: "127.0.0.1")
        limits.requestHeadTimeMax = .milliseconds(50)
        try await withListener(limits: limits) { listener in
            let client = try await RawClient.connect(to: listener.address)
            client.sendSoon(Array("PROXY TCP4 192.".utf8))
            #expect(await client.receiveToEnd().hasPrefix("HTTP/1.1 408"))
        }
    }
}
