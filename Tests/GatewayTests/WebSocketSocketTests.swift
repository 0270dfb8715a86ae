import Gateway
import NIOCore
import Testing

/// The whole way of a message, over real sockets.
@Suite(.timeLimit(.minutes(1))) struct WebSocketSocketTests {
    private func upgraded(
        _ listener: PlayerListener, _ path: String = "/v1/echo", reading: Bool = true
    ) async throws -> RawClient {
        let client = try await RawClient.connect(to: listener.address, reading: reading)
        try await client.send(upgradeRequest(path))
        guard reading else { return client }
        let head = await client.receiveHead()
        #expect(head.hasPrefix("HTTP/1.1 101 "))
        return client
    }

    @Test func `a message is echoed and a close is answered with its code`() async throws {
        try await withListener { listener in
            let client = try await upgraded(listener)
            try await client.send(textFrame("سلام") + frame(0x2, [0xFF, 0]) + frame(0x9, [1]))
            #expect(await client.receiveFrame() == .text("سلام"))
            #expect(await client.receiveFrame() == .init(2, [0xFF, 0]))
            #expect(await client.receiveFrame() == .init(0xA, [1]))
            try await client.send(closeFrame(4000))
            #expect(await client.receiveFrame() == .close(CloseCode(rawValue: 4000)))
            #expect(await client.receiveFrame() == nil)
            #expect(client.isAtEnd)
        }
    }

    @Test func `frames in the same packet as the upgrade request are not lost`() async throws {
        try await withListener { listener in
            let client = try await RawClient.connect(to: listener.address)
            try await client.send(
                Array(upgradeRequest().utf8) + textFrame("one") + textFrame("two").prefix(4))
            #expect(await client.receiveHead().hasPrefix("HTTP/1.1 101 "))
            #expect(await client.receiveFrame() == .text("one"))
            try await client.send(Array(textFrame("two").dropFirst(4)))
            #expect(await client.receiveFrame() == .text("two"))
        }
    }

    @Test func `sixteen mebibytes in fragments come back whole`() async throws {
        try await withListener { listener in
            let client = try await upgraded(listener)
            let part = [UInt8](repeating: 0x5A, count: 1 << 20)
            for index in 0..<16 {
                client.sendSoon(frame(index == 0 ? 2 : 0, part, isFinal: index == 15))
            }
            let echo = try #require(await client.receiveFrame())
            let isWhole = echo.payload == [UInt8](repeating: 0x5A, count: 16 << 20)
            #expect(isWhole)
            client.sendSoon(frame(2, part, isFinal: false))
            // The header alone says that it would be a byte too many.
            try await client.send([0x80, 0xFF] + bigEndian(UInt64(15 << 20 | 1)))
            #expect(await client.receiveFrame() == .close(.messageTooBig))
        }
    }

    @Test(arguments: [
        (frame(0x2, [1]), CloseCode.unacceptableData, Counters.Event.binaryRefused),
        (frame(0x1, [0xC0]), .invalidText, .invalidText),
        (frame(0x3), .protocolError, .protocolErrors),
        (
            frame(0x1, [UInt8](repeating: 0x61, count: 4097)), .messageTooBig, .messagesTooBig
        ),
    ])
    func `the game's socket closes with the code for what is wrong`(
        bytes: [UInt8], code: CloseCode, event: Counters.Event
    ) async throws {
        try await withListener { listener in
            let client = try await upgraded(listener, "/v1/play")
            #expect(await client.receiveFrame() == .text("hello"))
            try await client.send(bytes)
            #expect(await client.receiveFrame() == .close(code))
            #expect(await client.receiveFrame() == nil)
            #expect(listener.total(event) == 1)
        }
    }

    @Test func `a session sends, wakes and closes`() async throws {
        try await withListener { listener in
            let client = try await upgraded(listener, "/v1/play")
            #expect(await client.receiveFrame() == .text("hello"))
            try await client.send(textFrame("wake"))
            #expect(await client.receiveFrame() == .text("awake"))
            try await client.send(textFrame("bye") + textFrame("unheard"))
            #expect(await client.receiveFrame() == .close(.normal, "bye"))
            try await client.send(closeFrame(1000))
            #expect(await client.receiveFrame() == nil)
            #expect(client.isAtEnd)
        }
    }

    @Test func `who does not read is closed with 1013 and counted`() async throws {
        var limits = Limits.patient
        limits.closeTimeMax = .milliseconds(200)
        try await withListener(limits: limits) { listener in
            let client = try await upgraded(listener, "/v1/play", reading: false)
            try await client.send(textFrame("flood"))
            while listener.total(.slowReaders) == 0 {
                try Task.checkCancellation()
                await Task.yield()
            }
            while listener.connections > 0 { await Task.yield() }
            try await client.startReading()
            _ = await client.receiveToEnd()
            #expect(listener.total(.slowReaders) == 1)
        }
    }

    @Test func `an echo waits for a reader that is slow`() async throws {
        try await withListener { listener in
            let client = try await upgraded(listener, reading: false)
            let message = [UInt8](repeating: 0x61, count: 60_000)
            for _ in 0..<150 { client.sendSoon(frame(0x1, message)) }
            try await client.startReading()
            #expect(await client.receiveHead().hasPrefix("HTTP/1.1 101 "))
            for _ in 0..<150 {
                #expect(await client.receiveFrame()?.payload.count == 60_000)
            }
            #expect(listener.total(.slowReaders) == 0)
        }
    }

    @Test func `a stop tells everyone 1012 and ends when all are gone`() async throws {
        var limits = Limits.patient
        limits.closeTimeMax = .milliseconds(300)
        try await withListener(loops: 2, limits: limits) { listener in
            var clients: [RawClient] = []
            for _ in 0..<10 { clients.append(try await upgraded(listener, "/v1/play")) }
            let waiting = try await RawClient.connect(to: listener.address)
            while listener.connections < 11 { await Task.yield() }
            await listener.stopAccepting()
            await listener.closeAll(.serviceRestart, spread: .milliseconds(50))
            for client in clients {
                #expect(await client.receiveFrame() == .text("hello"))
                #expect(await client.receiveFrame() == .close(.serviceRestart))
            }
            #expect(await waiting.receiveToEnd() == "")
            #expect(listener.connections == 0)
        }
    }

    @Test func `a lost connection is counted and its place is free again`() async throws {
        try await withListener { listener in
            let client = try await upgraded(listener, "/v1/play")
            #expect(listener.connections == 1)
            try await client.close()
            while listener.connections > 0 { await Task.yield() }
            #expect(listener.total(.lost) == 1)
        }
    }
}
