import NIOCore
import Synchronization
import Testing

@testable import Gossip

/// Services with real sockets. One after the other: they measure the time on the wall.
@Suite(.serialized) struct MembershipShellTests {
    @Test func `nodes that join one of them see all, and agree on a view`() async throws {
        try await TestCluster.run { cluster in
            let nodes = try await cluster.start(count: 5)
            let views = try await withThrowingTaskGroup(of: View?.self) { tasks in
                for node in nodes {
                    tasks.addTask {
                        try await node.wait(for: "five voters") {
                            $0.view?.voters.members.count == 5
                                && $0.view?.servers.allSatisfy { $0.state == .serving } == true
                        }.view
                    }
                }
                return try await tasks.reduce(into: []) { $0.append($1) }
            }
            #expect(views.allSatisfy { $0 == views[0] })
            let snapshot = nodes[4].snapshot
            #expect(snapshot.members.map(\.name) == ["n0", "n1", "n2", "n3", "n4"])
            #expect(snapshot.seesMajority && !snapshot.isIsolated && snapshot.unreadiness == nil)
            #expect(snapshot.member(named: "n0")?.address == nodes[0].boundAddress)
        }
    }

    @Test func `a node that is killed is found failed, and dropped from the view`() async throws {
        try await TestCluster.run { cluster in
            let nodes = try await cluster.start(count: 3)
            let id = NodeID(name: "n2")
            await cluster.kill("n2")
            for node in nodes.dropLast() {
                try await node.wait(for: "the failure, and a view without it") {
                    $0.sees("n2", as: .failed) && $0.view?.server(id) == nil
                }
            }
        }
    }

    @Test func `a broken link is a hint that has a dead node suspected at once`() async throws {
        try await TestCluster.run { cluster in
            let nodes = try await cluster.start(count: 3)
            await cluster.kill("n1")
            for node in [nodes[0], nodes[2]] { node.hint(NodeID(name: "n1")) }
            try await nodes[0].wait(for: "the failure") { $0.sees("n1", as: .failed) }
            // A hint about somebody who lives comes to nothing.
            nodes[0].hint(NodeID(name: "n2"))
            try await nodes[0].poll(for: "another probe") { $0.counters.probes > 3 }
            #expect(nodes[0].snapshot.sees("n2", as: .alive))
        }
    }

    @Test func `who leaves is seen to have left by all, and never as failed`() async throws {
        try await TestCluster.run { cluster in
            let nodes = try await cluster.start(count: 4)
            let failures = Mutex<[String]>([])
            for node in nodes.dropLast() {
                node.subscribe { update in
                    for case .member(let member, _) in update.events where member.name == "n3" {
                        if member.status == .failed { failures.withLock { $0.append("failed") } }
                    }
                }
            }
            #expect(await nodes[3].leave() == [])
            await cluster.kill("n3")
            for node in nodes.dropLast() {
                try await node.wait(for: "the leave, and a view without it") {
                    $0.sees("n3", as: .left) && $0.view?.server(NodeID(name: "n3")) == nil
                        && $0.view?.voters.contains(NodeID(name: "n3")) == false
                }
            }
            #expect(failures.withLock { $0 } == [])
        }
    }

    @Test func `nodes that expect each other found one cluster together`() async throws {
        try await TestCluster.run { cluster in
            let first = try await cluster.start("n0") { $0.founders = 3 }
            #expect(first.snapshot.view == nil && first.snapshot.unreadiness != nil)
            for name in ["n1", "n2"] {
                try await cluster.start(name, join: [first.seed]) { $0.founders = 3 }
            }
            var lineages: Set<UInt64> = []
            for node in cluster.nodes.values {
                let view = try await node.wait(for: "a view") { $0.view != nil }.view
                lineages.insert(view?.lineage ?? 0)
            }
            #expect(lineages.count == 1)
        }
    }

    @Test func `a name is looked up, and a seed that is none does no harm`() async throws {
        try await TestCluster.run { cluster in
            let first = try await cluster.start("n0")
            let seeds = [
                Seed(host: "no-such-host.invalid", port: 1),
                Seed(host: "localhost", port: first.boundAddress.port),
            ]
            let second = try await cluster.start("n1", join: seeds)
            try await second.wait(for: "the other") { $0.sees("n0", as: .alive) }
        }
    }

    @Test func `IPv6 does as well`() async throws {
        try await TestCluster.run { cluster in
            let loopback = Seed(host: "::1", port: 0)
            do {
                _ = try await cluster.start("n0") { $0.listen = loopback }
            } catch GossipError.listening {
                return  // This machine has no IPv6.
            }
            let first = try #require(cluster.nodes["n0"])
            let second = try await cluster.start("n1", join: [first.seed]) { $0.listen = loopback }
            try await second.wait(for: "the other") { $0.sees("n0", as: .alive) }
            #expect(!second.boundAddress.isIPv4)
        }
    }

    @Test func `a port that is taken is refused in a line that names it`() async throws {
        try await TestCluster.run { cluster in
            let first = try await cluster.start("n0")
            let address = "\(first.boundAddress)"
            await #expect(throws: GossipError.taken(address: address)) {
                try await cluster.start("n1") { $0.listen = first.seed }
            }
            let error = GossipError.taken(address: address)
            #expect("\(error)".contains(address) && "\(error)".contains("--gossip"))
        }
    }

    @Test func `what one announces is heard by each of the others once`() async throws {
        try await TestCluster.run { cluster in
            let nodes = try await cluster.start(count: 3)
            let heard = Mutex<[String]>([])
            for (index, node) in nodes.enumerated() {
                node.subscribe { update in
                    for case .announcement(let bytes, let source) in update.events {
                        let text = "\(index) \(String(decoding: bytes, as: UTF8.self)) \(source)"
                        heard.withLock { $0.append(text) }
                    }
                }
            }
            nodes[1].announce(Array("hello".utf8))
            nodes[1].announce([UInt8](repeating: 0x61, count: Limits.announcementBytesMax))
            try await nodes[0].poll(for: "four words") { _ in heard.withLock { $0.count } >= 4 }
            let source = NodeID(name: "n1")
            let short = heard.withLock { $0.filter { $0.contains("hello") }.sorted() }
            #expect(short == ["0 hello \(source)", "2 hello \(source)"])
        }
    }

    @Test func `a failed node that the operator forgets counts as one that left`() async throws {
        try await TestCluster.run { cluster in
            let nodes = try await cluster.start(count: 3)
            await cluster.kill("n2")
            try await nodes[0].wait(for: "the failure") { $0.sees("n2", as: .failed) }
            nodes[0].forget(NodeID(name: "n2"))
            try await nodes[1].wait(for: "the word of it") { $0.sees("n2", as: .left) }
        }
    }

    @Test func `what a node says of itself is known to the others`() async throws {
        try await TestCluster.run { cluster in
            let nodes = try await cluster.start(count: 2)
            nodes[1].update {
                $0.linkPort = 7947
                $0.adminPort = 7801
                $0.disk = 1
            }
            let seen = try await nodes[0].wait(for: "the ports") {
                $0.member(named: "n1")?.linkAddress != nil
            }
            let member = try #require(seen.member(named: "n1"))
            #expect(member.linkAddress?.port == 7947 && member.adminAddress?.port == 7801)
            #expect(member.playerAddress == nil)
            #expect(member.metadata.disk == nodes[1].snapshot.own.metadata.disk)
            #expect(member.metadata.disk != 1)
        }
    }

    @Test func `subscribers hear on their own loop, first what is`() async throws {
        try await TestCluster.run { cluster in
            let node = try await cluster.start("n0")
            let other = try await cluster.start("n1", join: [node.seed])
            let loop = other.eventLoop
            let first = loop.makePromise(of: Bool.self)
            let subscription = node.subscribe(on: loop) { update in
                first.succeed(
                    loop.inEventLoop && update.events.isEmpty && update.snapshot.view != nil)
            }
            #expect(try await first.futureResult.get())
            subscription.cancel()
        }
    }
}
