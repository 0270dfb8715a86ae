import Testing

@testable import Gossip

@Suite struct SWIMTests {
    private func cluster(of count: Int, seed: UInt64, lossPercent: Int = 0) -> Network {
        var network = Network(seed: seed)
        network.lossPercent = lossPercent
        for index in 0..<count { network.start(index) }
        return network
    }

    @Test(arguments: 1...5 as ClosedRange<UInt64>)
    func `ten that start at once all see all within a second`(seed: UInt64) {
        var network = cluster(of: 10, seed: seed)
        network.run(for: .seconds(1))
        for index in 0..<10 { #expect(network.all(0..<10, see: index, as: .alive)) }
        #expect(Set(network.nodes.map(\.machine.table.hash)).count == 1)
    }

    @Test(arguments: 1...5 as ClosedRange<UInt64>)
    func `with a third of the packets lost they find each other within fifteen seconds`(
        seed: UInt64
    ) {
        var network = cluster(of: 10, seed: seed, lossPercent: 33)
        network.run(for: .seconds(15))
        // Somebody may be under suspicion at any moment then; nobody is unknown or held dead.
        for index in 0..<10 {
            for other in 0..<10 where other != index {
                #expect(network.status(of: other, at: index)?.isPresent == true)
            }
        }
    }

    @Test(arguments: 1...5 as ClosedRange<UInt64>)
    func `one that crashes is failed for all within three seconds, and nobody else is`(
        seed: UInt64
    ) {
        var network = cluster(of: 10, seed: seed)
        network.run(for: .seconds(2))
        network.nodes[9].isUp = false
        network.run(for: .seconds(3))
        #expect(network.all(0..<9, see: 9, as: .failed))
        for index in 0..<9 { #expect(network.all(0..<9, see: index, as: .alive)) }
    }

    @Test func `a restarted node comes back as a newer life`() {
        var network = cluster(of: 5, seed: 3)
        network.run(for: .seconds(2))
        network.nodes[4].isUp = false
        network.run(for: .seconds(4))
        network.start(4, life: 2)
        network.run(for: .seconds(2))
        #expect(network.all(0..<5, see: 4, as: .alive))
        let seen = network.nodes[0].machine.table[NodeID(name: "n4")]?.member.incarnation.instance
        #expect(seen == 2)
    }

    /// It was let in by its proof, after which both outlived each other for ever, and with every life
    /// of theirs the view changed.
    @Test(arguments: 1...5 as ClosedRange<UInt64>)
    func `a second node of a living one's name changes nothing until that one is gone`(
        seed: UInt64
    ) {
        var network = Network(seed: seed)
        for index in 0..<4 { network.start(index) }
        network.run(for: .seconds(3))
        network.start(4, name: "n1", life: 2)
        network.run(for: .seconds(20))
        #expect(network.all(0..<4, see: 1, as: .alive))
        for index in 0..<4 {
            let member = network.nodes[index].machine.table[NodeID(name: "n1")]?.member
            #expect(member?.address == Network.address(1) && member?.incarnation.instance == 1)
        }
        #expect(network.nodes[4].events.contains(.nameTaken(by: Network.address(1))))
        #expect(!network.nodes[4].machine.hasJoined)
        network.nodes[1].isUp = false
        network.run(for: .seconds(15))
        for index in [0, 2, 3] {
            let member = network.nodes[index].machine.table[NodeID(name: "n1")]?.member
            #expect(member?.address == Network.address(4) && member?.status == .alive)
        }
    }

    @Test(arguments: 1...5 as ClosedRange<UInt64>)
    func `a leave is known to all in 300 ms and never becomes a failure`(seed: UInt64) {
        var network = cluster(of: 8, seed: seed)
        network.run(for: .seconds(2))
        network.nodes[7].machine.leave(now: network.now)
        network.run(for: .milliseconds(300))
        #expect(network.all(0..<7, see: 7, as: .left))
        network.nodes[7].isUp = false
        network.run(for: .seconds(10))
        #expect(network.all(0..<7, see: 7, as: .left))
        let failures = network.nodes.flatMap(\.events).filter {
            if case .member(let member, _) = $0 { member.status == .failed } else { false }
        }
        #expect(failures.isEmpty)
    }

    @Test func `with a fifth of the packets lost nobody is held dead in ten minutes`() {
        var network = cluster(of: 6, seed: 8, lossPercent: 20)
        network.run(for: .seconds(600))
        let failures = network.nodes.flatMap(\.events).filter {
            if case .member(let member, _) = $0 { member.status == .failed } else { false }
        }
        #expect(failures.isEmpty)
    }

    @Test func `clusters of another name or another key never mix`() throws {
        var network = Network(seed: 4)
        network.start(0)
        network.start(1, cluster: "other")
        network.start(2, key: try #require(Key(bytes: [UInt8](repeating: 6, count: 32))))
        network.run(for: .seconds(3))
        for node in network.nodes { #expect(node.machine.table.entries.count == 1) }
    }

    @Test func `an announcement reaches everyone once`() {
        var network = cluster(of: 10, seed: 6)
        network.run(for: .seconds(2))
        network.nodes[3].machine.announce([1, 2, 3], now: network.now)
        network.run(for: .seconds(2))
        for index in 0..<10 where index != 3 {
            let heard = network.nodes[index].events.filter {
                if case .announcement([1, 2, 3], _) = $0 { true } else { false }
            }
            #expect(heard.count == 1)
        }
    }

    @Test func `garbage and damaged packets change nothing and get no answer`() {
        var network = cluster(of: 3, seed: 7)
        network.run(for: .seconds(2))
        var packet: [UInt8] = []
        var machine = network.nodes[1].machine
        machine.hint(NodeID(name: "n0"), now: network.now)
        while machine.pollSend(into: &packet) != nil {
            for index in packet.indices {
                var damaged = packet
                damaged[index] ^= 0x10
                network.nodes[0].machine.receive(
                    damaged.span.bytes, from: Network.address(7), now: network.now)
            }
        }
        var random = Randomness(seed: 1)
        for _ in 0..<20_000 {
            let count = Int.random(in: 0...200, using: &random)
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            network.nodes[0].machine.receive(
                bytes.span.bytes, from: Network.address(7), now: network.now)
        }
        while let outbound = network.nodes[0].machine.pollSend(into: &packet) {
            if case .datagram(Network.address(7)) = outbound {
                Issue.record("a stranger was answered")
            }
        }
        #expect(network.nodes[0].machine.table.entries.count == 3)
    }
}
