import Glibc
import NIOCore
import NIOPosix
import Testing

@testable import Gossip

/// Keys and strangers, over real sockets.
@Suite(.serialized) struct SealingShellTests {
    private let other = Key(bytes: [UInt8](repeating: 8, count: 32))!

    @Test func `keys are changed on all nodes while they run`() async throws {
        let folder = try TemporaryFolder()
        try await TestCluster.run { cluster in
            var nodes = [try await cluster.start("n0")]
            for name in ["n1", "n2"] {
                nodes.append(
                    try await cluster.start(name, join: [nodes[0].seed]) {
                        if name == "n2" { $0.keyFile = folder.path + "/keys" }
                    })
            }
            for node in nodes {
                try await node.wait(for: "the others") { $0.present.count == 3 }
            }
            #expect(try await nodes[0].change(.add(other)).isComplete)
            #expect(try await nodes[1].change(.use(other.id)).isComplete)
            let list = try await nodes[2].change(.list)
            #expect(list.answers.count == 3)
            #expect(
                list.answers.values.allSatisfy { $0.keyIDs == [other.id, TestCluster.key.id] })
            // The old one sealed something within the last minute.
            await #expect(throws: KeyRefusal.refused(.inUse)) {
                try await nodes[0].change(.remove(TestCluster.key.id))
            }
            await #expect(throws: KeyRefusal.refused(.unknownKey)) {
                try await nodes[0].change(.use(1))
            }
            // Who comes with the new key alone gets in.
            let late = try await cluster.start("n3", join: [nodes[0].seed], key: other)
            try await late.wait(for: "the others") { $0.present.count == 4 }
            // The key file has what the cluster uses, for its owner only.
            try await nodes[2].poll(for: "the key file") { [other] _ in
                let bytes = try? AtomicFile.read(folder.path + "/keys", bytesMax: 4_096)
                let text = bytes.map { String(decoding: $0, as: UTF8.self) }
                let ring = text.flatMap { try? Keyring(file: $0) }
                return ring?.primary == other && ring?.generation == 1
            }
            var status = stat()
            #expect(stat(folder.path + "/keys", &status) == 0 && status.st_mode & 0o777 == 0o600)
        }
    }

    @Test func `a node of another key or another cluster is not let in`() async throws {
        try await TestCluster.run { cluster in
            let first = try await cluster.start("n0")
            let wrong = try await cluster.start("x1", join: [first.seed], key: other)
            let foreign = try await cluster.start("x2", join: [first.seed]) {
                $0.cluster = "another"
            }
            try await first.poll(for: "packets of both") { $0.counters.packetsForeign >= 4 }
            for node in [first, wrong, foreign] { #expect(node.snapshot.members.count == 1) }
            let right = try await cluster.start("n1", join: [first.seed])
            try await right.wait(for: "the right one") { $0.sees("n0", as: .alive) }
        }
    }

    @Test func `a flood of garbage costs counters and one line`() async throws {
        try await TestCluster.run { cluster in
            let nodes = try await cluster.start(count: 2)
            let target = try #require(nodes[0].boundAddress.socketAddress)
            let descriptor = socket(AF_INET, CInt(SOCK_DGRAM.rawValue), 0)
            defer { close(descriptor) }
            var random = Randomness(seed: 1)
            for index in 0..<20_000 {
                var bytes = (0..<Int.random(in: 0...200, using: &random)).map { _ in
                    UInt8.random(in: 0...255, using: &random)
                }
                // Half of them look like ours from outside.
                if index % 2 == 0, bytes.count > 3 {
                    bytes.replaceSubrange(0..<3, with: [0x48, 0x6B, PacketHeader.version])
                }
                if index % 1_000 == 0 { bytes = [UInt8](repeating: 0x48, count: 9_000) }
                _ = nodes[0].boundAddress.withSocketAddress(asIPv6: false) {
                    sendto(descriptor, bytes, bytes.count, 0, $0, $1)
                }
            }
            // And by stream: noise, a length that is too great, and nothing at all.
            for bytes in [
                [UInt8](repeating: 0xEE, count: 4_000), [0x7F, 0xFF, 0xFF, 0xFF], [0, 0, 0, 90, 1],
            ] {
                let channel = try await ClientBootstrap(group: nodes[1].eventLoop)
                    .connect(to: target).get()
                try? await channel.writeAndFlush(ByteBuffer(bytes: bytes)).get()
                if bytes.count < 5 || bytes[0] == 0xEE { try await channel.closeFuture.get() }
                channel.close(promise: nil)
            }
            try await nodes[0].poll(for: "the counters") {
                $0.counters.packetsMalformed > 100 && $0.counters.packetsForeign > 100
            }
            nodes[1].announce([1])
            try await nodes[0].poll(for: "its probes to go on") { $0.counters.packetsReceived > 9 }
            #expect(nodes[0].snapshot.sees("n0", "n1", as: .alive))
            #expect(nodes[1].snapshot.sees("n0", "n1", as: .alive))
            #expect(cluster.log.all.count { $0.contains("gossip refused") } == 1)
        }
    }
}
