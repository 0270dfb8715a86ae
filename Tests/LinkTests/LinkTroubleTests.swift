import Gossip
import Link
import NIOCore
import NIOPosix
import Testing

/// Hubs on real sockets when things go wrong.
@Suite struct LinkTroubleTests {
    @Test func `a peer that does not run is silent, and linked again when it does`() async throws {
        var quick = Node.Settings()
        quick.timing.silenceMax = LinkTiming().silenceMax
        try await withNodes([("a", quick), ("b", quick)]) { nodes in
            let (a, b) = (nodes[0], nodes[1])
            try await a.dial(b)
            _ = await a.next(startingWith: "up")
            let blockade = Blockade(b.hub.eventLoop)
            #expect(await a.next(startingWith: "down") == "down b dialled: silent")
            // While nobody answers: there is no other link yet that could be silent.
            #expect(try await a.on { $0.counters.silent } == 1)
            blockade.lift()
            #expect(await a.next(startingWith: "up") == "up b dialled view 7")
        }
    }

    @Test func `a queue that is full breaks the link, and both ends know`() async throws {
        var narrow = Node.Settings()
        narrow.limits.queueBytesMax = 1 << 20
        try await withNodes([("a", narrow), ("b", narrow)]) { nodes in
            let (a, b) = (nodes[0], nodes[1])
            try await a.dial(b)
            _ = await a.next(startingWith: "up")
            _ = await b.next(startingWith: "up")
            let blockade = Blockade(b.hub.eventLoop)
            let text = String(repeating: "x", count: 100_000)
            // Beyond what the sockets' buffers take.
            var taken = 0
            while try await a.send(text, to: b) { taken += 1 }
            #expect(taken > 10)
            #expect(await a.next(startingWith: "down") == "down b dialled: the queue is full")
            blockade.lift()
            #expect(await b.next(startingWith: "down") != nil)
            #expect(try await a.on { $0.counters.overflowed } == 1)
        }
    }

    @Test func `a frame above the peer's limit ends the link with a reason`() async throws {
        var small = Node.Settings()
        small.limits.frameBytesMax = 1_000
        try await withNodes([("a", Node.Settings()), ("b", small)]) { nodes in
            let (a, b) = (nodes[0], nodes[1])
            try await a.dial(b)
            _ = await a.next(startingWith: "up")
            #expect(try await a.send(String(repeating: "x", count: 1_001), to: b))
            #expect(
                await b.next(startingWith: "down")
                    == "down a accepted: a frame of 1001 bytes is above the limit")
            #expect(await a.next(startingWith: "down") != nil)
        }
    }

    @Test func `keys change while links stand, and a removed key ends its links`() async throws {
        var stranger = Node.Settings()
        stranger.keyring = Keyring(primary: key(2))
        try await withNodes([("a", stranger), ("b", Node.Settings())]) { nodes in
            let (a, b) = (nodes[0], nodes[1])
            try await a.dial(b)
            let refusal = await b.next()
            #expect(refusal?.hasPrefix("log tls connection failed: tls handshake failed") == true)
            try await b.on { try $0.update(keyring: Keyring(primary: key(1), accepted: [key(2)])) }
            #expect(await a.next(startingWith: "up") == "up b dialled view 7")
            _ = await b.next(startingWith: "up")
            try await b.on { try $0.update(keyring: Keyring(primary: key(2), accepted: [key(1)])) }
            #expect(try await a.send("still here", to: b))
            #expect(await b.next() == "16 still here")
            try await b.on { try $0.update(keyring: Keyring(primary: key(1))) }
            #expect(await b.next(startingWith: "down") == "down a accepted: its key is removed")
            #expect(await a.next(startingWith: "down") != nil)
            #expect(try await b.on { $0.counters.refused } >= 1)
        }
    }

    @Test func `strangers who only connect are bounded, and nobody else waits for them`()
        async throws
    {
        var few = Node.Settings()
        few.limits.handshakesMax = 4
        try await withNodes([("a", Node.Settings()), ("b", few)]) { nodes in
            let (a, b) = (nodes[0], nodes[1])
            let target = try SocketAddress(ipAddress: "127.0.0.1", port: Int(b.address.port))
            var strangers: [any Channel] = []
            for _ in 0..<20 {
                strangers.append(
                    try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                        .connect(to: target).get())
            }
            try await a.dial(b)
            #expect(await a.next(startingWith: "up") == "up b dialled view 7")
            #expect(try await b.on { $0.handshakeCounters.accepted.crowdedOut } >= 16)
            for stranger in strangers { try? await stranger.close() }
        }
    }

    @Test func `more links than the limit are closed before a word is said`() async throws {
        var few = Node.Settings()
        few.limits.acceptedMax = 1
        try await withNodes([("a", Node.Settings()), ("b", few), ("d", Node.Settings())]) { nodes in
            let (a, b, d) = (nodes[0], nodes[1], nodes[2])
            try await a.dial(b)
            _ = await a.next(startingWith: "up")
            try await d.dial(b)
            #expect(await d.next() != nil)
            #expect(try await b.on { $0.counters.refusedCrowd } >= 1)
            #expect(try await a.on { $0.links.count } == 1)
        }
    }
}
