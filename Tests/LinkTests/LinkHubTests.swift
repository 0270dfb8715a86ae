import Gossip
import NIOCore
import NIOPosix
import Testing

@testable import Link

/// Hubs on real sockets.
@Suite struct LinkHubTests {
    private typealias Settings = Node.Settings

    private func settings(_ change: (inout Settings) -> Void = { _ in }) -> Settings {
        var settings = Settings()
        change(&settings)
        return settings
    }

    @Test func `a frame goes there, and its answer comes back on the same link`() async throws {
        try await withNodes([("a", settings()), ("b", settings())]) { nodes in
            let (a, b) = (nodes[0], nodes[1])
            try await a.dial(b)
            #expect(await a.next(startingWith: "up") == "up b dialled view 7")
            #expect(await b.next(startingWith: "up") == "up a accepted view 7")
            #expect(try await a.send("question", type: 17, to: b))
            #expect(await b.next() == "17 question")
            #expect(await a.next() == "16 question")
            // The other way there is no link that b dialled.
            #expect(try await !b.send("hello", to: a))
            #expect(try await b.on { $0.counters.framesUnsent } == 1)
        }
    }

    @Test func `two who dial each other have a link each`() async throws {
        try await withNodes([("a", settings()), ("b", settings())]) { nodes in
            let (a, b) = (nodes[0], nodes[1])
            try await a.dial(b)
            try await b.dial(a)
            var ups: Set<String> = []
            for _ in 0..<2 {
                ups.insert(await a.next(startingWith: "up") ?? "")
                ups.insert(await b.next(startingWith: "up") ?? "")
            }
            #expect(ups.count == 4)
            #expect(try await a.send("there", to: b))
            #expect(try await b.send("back", to: a))
            #expect(await b.next(startingWith: "16") == "16 there")
            #expect(await a.next(startingWith: "16") == "16 back")
        }
    }

    @Test func `what is sent in one tick goes out in one write`() async throws {
        try await withNodes([("a", settings()), ("b", settings())]) { nodes in
            let (a, b) = (nodes[0], nodes[1])
            try await a.dial(b)
            _ = await a.next(startingWith: "up")
            let id = b.id
            let (flushes, frames) = try await a.on { hub in
                let before = hub.counters
                for number in 0..<1_000 {
                    hub.send(.firstFree, "\(number)".utf8Span.span.bytes, to: id)
                }
                // Stands in the loop's queue right behind the end of this tick.
                let bound = NIOLoopBound(hub, eventLoop: hub.eventLoop)
                return hub.eventLoop.submit {
                    let after = bound.value.counters
                    return (after.flushes - before.flushes, after.framesSent - before.framesSent)
                }
            }.get()
            #expect(flushes == 1)
            #expect(frames == 1_000)
            _ = await b.next(startingWith: "up")
            for number in 0..<1_000 { #expect(await b.next() == "16 \(number)") }
        }
    }

    @Test func `frames of a megabyte go both ways`() async throws {
        try await withNodes([("a", settings()), ("b", settings())]) { nodes in
            let (a, b) = (nodes[0], nodes[1])
            try await a.dial(b)
            _ = await a.next(startingWith: "up")
            let text = String(repeating: "x", count: 1 << 20)
            for _ in 0..<8 { #expect(try await a.send(text, type: 17, to: b)) }
            for _ in 0..<8 { #expect(await a.next() == "16 1048576 bytes") }
        }
    }

    @Test func `a node that comes back is linked again, in its new life`() async throws {
        try await withNodes([("a", settings())]) { nodes in
            let a = nodes[0]
            let b = try await Node.start("b")
            try await a.dial(b)
            _ = await a.next(startingWith: "up")
            try await b.stop()
            #expect(
                await a.next(startingWith: "down") == "down b dialled: the peer says: it leaves")
            #expect(try await !a.on { $0.isUp(b.id) })
            let again = try await Node.start(
                "b",
                settings {
                    $0.instance = 2
                    $0.port = b.address.port
                })
            #expect(await a.next(startingWith: "up") == "up b dialled view 7")
            #expect(try await a.on { $0.links.map(\.peer.instance) } == [2])
            try await again.stop()
        }
    }

    @Test func `a peer that is wanted no more is told, and not dialled again`() async throws {
        try await withNodes([("a", settings()), ("b", settings())]) { nodes in
            let (a, b) = (nodes[0], nodes[1])
            try await a.dial(b)
            _ = await a.next(startingWith: "up")
            _ = await b.next(startingWith: "up")
            let id = b.id
            try await a.on { $0.removePeer(id) }
            #expect(await a.next(startingWith: "down") == "down b dialled: closed")
            #expect(
                await b.next(startingWith: "down") == "down a accepted: the peer says: it leaves")
            #expect(try await a.on { $0.counters.dialled } == 1)
        }
    }

    @Test func `versions that do not meet are told on both sides`() async throws {
        let old = settings { $0.protocols = ProtocolRange(1...2) }
        let new = settings { $0.protocols = ProtocolRange(3...4) }
        try await withNodes([("a", old), ("b", new)]) { nodes in
            let (a, b) = (nodes[0], nodes[1])
            try await a.dial(b)
            #expect(
                await a.next()
                    == "log link failed: no protocol version in common: we speak 1-2, they 3-4")
            #expect(
                await b.next()
                    == "log link refused: no protocol version in common: we speak 3-4, they 1-2")
        }
    }

    @Test func `another cluster under the same key, and another node, are refused`() async throws {
        let other = settings { $0.cluster = "d" }
        try await withNodes([("a", settings()), ("b", other), ("x", settings())]) { nodes in
            let (a, b, x) = (nodes[0], nodes[1], nodes[2])
            try await a.dial(b)
            let lines = Set([await a.next(), await b.next()])
            #expect(lines.contains("log link refused: the peer is of another cluster: c"))
            let (id, address) = (b.id, x.address)
            try await a.on { hub in
                hub.removePeer(id)
                hub.setPeer(id, address)
            }
            let line = await a.next(startingWith: "log link failed: another")
            #expect(line == "log link failed: another node answers: x")
        }
    }

    @Test func `a later life takes the links of an earlier one, which gets none any more`()
        async throws
    {
        let later = settings { $0.instance = 2 }
        try await withNodes([("b", settings()), ("a", settings()), ("a", later)]) { nodes in
            let (b, first, second) = (nodes[0], nodes[1], nodes[2])
            try await first.dial(b)
            _ = await b.next(startingWith: "up")
            try await second.dial(b)
            #expect(
                await b.next(startingWith: "down")
                    == "down a accepted: a newer link took its place")
            #expect(await b.next(startingWith: "up") == "up a accepted view 7")
            let line = await first.next(startingWith: "log link failed")
            #expect(
                line == "log link failed: the peer says: it has heard from a later life of ours")
        }
    }

    @Test func `a node that goes on as a later life greets its peers anew as that`() async throws {
        try await withNodes([("a", settings()), ("b", settings())]) { nodes in
            let (a, b) = (nodes[0], nodes[1])
            try await a.dial(b)
            try await b.dial(a)
            for node in [a, b] {
                for _ in 0..<2 { _ = await node.next(startingWith: "up") }
            }
            try await a.on { $0.begin(5) }
            for _ in 0..<2 { _ = await b.next(startingWith: "up") }
            let known = try await b.on { hub in hub.links.map(\.peer.instance) }
            #expect(known.count { $0 == 5 } == 2)
            // An earlier one is no news.
            try await a.on { $0.begin(4) }
            #expect(try await a.on { $0.identity.instance } == 5)
        }
    }
}
