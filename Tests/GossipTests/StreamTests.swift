import Testing

@testable import Gossip

/// Requests by stream, where each comes from another port.
@Suite struct StreamTests {
    private let now = Instant(nanoseconds: 1_000_000_000)

    private func machine(_ name: String, port: UInt16) throws -> SWIM {
        let key = try #require(Key(bytes: [UInt8](repeating: 5, count: 32)))
        let configuration = Configuration(
            name: name, cluster: "c", address: Address(ipv4: 0x7F00_0001, port: port),
            instance: UInt64(port), keyring: Keyring(primary: key))
        return SWIM(configuration, generator: Randomness(seed: UInt64(port)), now: now)
    }

    /// The next request that a machine wants to make, with its number.
    private func nextRequest(of machine: inout SWIM) -> (bytes: [UInt8], id: UInt32)? {
        var buffer: [UInt8] = []
        while let outbound = machine.pollSend(into: &buffer) {
            if case .request(let id, _, _) = outbound { return (buffer, id) }
        }
        return nil
    }

    @Test func `a cookie that one stream brought is good on the next, from another port`() throws {
        var asker = try machine("a", port: 1)
        var asked = try machine("b", port: 2)
        asker.requestTable(from: asked.own.address, target: asked.own.id)
        var reply: [UInt8] = []
        for port in [40_001, 40_002] as [UInt16] {
            let request = try #require(nextRequest(of: &asker))
            let isAnswered = asked.receive(
                request: request.bytes.span.bytes, from: Address(ipv4: 0x7F00_0001, port: port),
                now: now, into: &reply)
            #expect(isAnswered)
            asker.receive(reply: reply.span.bytes, to: request.id, now: now)
        }
        #expect(asker.hasJoined)
        #expect(asked.table[asker.own.id]?.member.status == .alive)
        // The stream's port is nowhere that a datagram could go to.
        #expect(asked.peers[asker.own.id]?.proven == nil)
    }

    @Test func `the longest message about a view fits a stream, and comes whole`() throws {
        let zone = String(repeating: "z", count: Limits.zoneBytesMax)
        let servers = (0..<Limits.serversMax).map {
            View.Server(
                id: NodeID(rawValue: UInt64($0) << 40 + 1), instance: .max, zone: zone,
                weight: Limits.weightMax)
        }
        let voters = (1...Limits.votersMax).map {
            VoterID(node: NodeID(rawValue: UInt64($0) << 60), disk: .max)
        }
        let view = View(
            number: 1 << 40, lineage: .max, servers: servers, voters: Voters(voters))
        let ballot = Ballot(round: .max, proposer: NodeID(rawValue: .max))
        let message = ViewMessage(lineage: .max, .prepare(ballot, view))
        let bytes = message.encode()
        #expect(bytes.count > Limits.datagramMessageBytesMax)
        #expect(bytes.count <= Limits.messageBytesMax)

        var network = Network(seed: 5)
        for index in 0..<2 { network.start(index) }
        network.run(for: .seconds(1))
        network.nodes[0].machine.send(bytes, to: NodeID(name: "n1"), now: network.now)
        network.run(for: .milliseconds(100))
        let came = network.nodes[1].events.compactMap { event -> ViewMessage? in
            guard case .message(let bytes, _) = event else { return nil }
            return try? ViewMessage(decoding: bytes.span.bytes)
        }
        #expect(came == [message])
    }

    @Test func `a cookie is no good from another host`() throws {
        var asker = try machine("a", port: 1)
        var asked = try machine("b", port: 2)
        asker.requestTable(from: asked.own.address, target: asked.own.id)
        var reply: [UInt8] = []
        for host in [0x7F00_0001, 0x0A00_0001] as [UInt32] {
            let request = try #require(nextRequest(of: &asker))
            _ = asked.receive(
                request: request.bytes.span.bytes, from: Address(ipv4: host, port: 40_000),
                now: now, into: &reply)
            asker.receive(reply: reply.span.bytes, to: request.id, now: now)
        }
        #expect(!asker.hasJoined)
        #expect(asked.table[asker.own.id] == nil)
    }
}
