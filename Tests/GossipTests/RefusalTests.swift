import Testing

@testable import Gossip

/// A process that is gone while its machine is there: the machine says so to who connects.
@Suite struct RefusalTests {
    /// The last of so many nodes is killed; those of them with a link to it are told that it broke.
    private func killed(of count: Int, hinted: Int, seed: UInt64, refuses: Bool = true) -> Network {
        var network = Network(seed: seed)
        network.refuses = refuses
        for index in 0..<count { network.start(index) }
        network.run(for: .seconds(2))
        network.nodes[count - 1].isUp = false
        for index in 0..<hinted {
            network.nodes[index].machine.hint(NodeID(name: "n\(count - 1)"), now: network.now)
        }
        return network
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `a process that is gone is failed for all within 400 ms of its links' end`(seed: UInt64) {
        var network = killed(of: 5, hinted: 4, seed: seed)
        network.run(for: .milliseconds(400))
        #expect(network.all(0..<4, see: 4, as: .failed))
        for index in 0..<4 { #expect(network.all(0..<4, see: index, as: .alive)) }
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `it may end some milliseconds after its links`(seed: UInt64) {
        var network = killed(of: 5, hinted: 4, seed: seed)
        network.refusesFrom = network.now.advanced(by: .milliseconds(10))
        network.run(for: .milliseconds(400))
        #expect(network.all(0..<4, see: 4, as: .failed))
        for index in 0..<4 {
            #expect(network.nodes[index].machine.table[NodeID(name: "n4")]?.refused != nil)
        }
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `of two, the other needs nobody's word beside the machine's`(seed: UInt64) {
        var network = killed(of: 2, hinted: 1, seed: seed)
        network.run(for: .milliseconds(400))
        #expect(network.status(of: 1, at: 0) == .failed)
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `a machine that says nothing is given the time that it always was`(seed: UInt64) {
        var network = killed(of: 5, hinted: 4, seed: seed, refuses: false)
        network.run(for: .milliseconds(700))
        for index in 0..<4 { #expect(network.status(of: 4, at: index)?.isPresent == true) }
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `a process that comes back at once is never the one that was held gone`(seed: UInt64) {
        var network = killed(of: 5, hinted: 4, seed: seed)
        network.run(for: .milliseconds(150))
        network.start(4, life: 2)
        network.run(for: .seconds(3))
        #expect(network.all(0..<5, see: 4, as: .alive))
        let entry = network.nodes[0].machine.table[NodeID(name: "n4")]
        #expect(entry?.member.incarnation.instance == 2)
        #expect(entry?.refused == nil)
    }

    @Test func `one that others reach is not suspected by whom it refuses`() throws {
        var network = Network(seed: 7)
        network.refuses = true
        for index in 0..<5 { network.start(index) }
        network.run(for: .seconds(2))
        let target = NodeID(name: "n4")
        network.nodes[0].machine.hint(target, now: network.now)
        // A rule of some firewall answers in its place.
        while let request = network.nodes[0].machine.lastRequest(to: target) {
            network.nodes[0].machine.requestFailed(request, isRefused: true, now: network.now)
        }
        network.run(for: .seconds(3))
        for index in 0..<4 { #expect(network.status(of: 4, at: index) == .alive) }
    }

    /// A node that asks for the fifth of five by stream, and has no answer yet.
    private func asking(seed: UInt64) throws -> (machine: SWIM, request: UInt32, now: Instant) {
        var network = killed(of: 5, hinted: 1, seed: seed)
        var buffer: [UInt8] = []
        while network.nodes[0].machine.pollSend(into: &buffer) != nil {}
        while network.nodes[0].machine.pollEvent() != nil {}
        let machine = network.nodes[0].machine
        return (machine, try #require(machine.lastRequest(to: NodeID(name: "n4"))), network.now)
    }

    private func accuse(_ machine: inout SWIM, _ incarnation: Incarnation) {
        for accuser in ["n1", "n2"] {
            machine.applySuspect(
                NodeID(name: "n4"), incarnation, by: NodeID(name: accuser),
                from: NodeID(name: accuser))
        }
    }

    /// `kill-link` took the second report for the death of the life that had begun meanwhile: 28 in
    /// 7,600 kills.
    @Test func `a refusal that comes after the failure reports no failure`() throws {
        var (machine, request, now) = try asking(seed: 1)
        let incarnation = try #require(machine.table[NodeID(name: "n4")]?.member.incarnation)
        for accuser in ["n1", "n2"] {
            machine.applyFailed(NodeID(name: "n4"), incarnation, by: NodeID(name: accuser))
        }
        #expect(machine.table[NodeID(name: "n4")]?.member.status == .failed)
        while machine.pollEvent() != nil {}
        now = now.advanced(by: .milliseconds(1))
        machine.requestFailed(request, isRefused: true, now: now)
        #expect(machine.pollEvent() == .refused(NodeID(name: "n4")))
        #expect(machine.pollEvent() == nil)
    }

    @Test func `a refusal of the former life is no word against the new`() throws {
        var (machine, request, now) = try asking(seed: 2)
        var member = try #require(machine.table[NodeID(name: "n4")]?.member)
        member.incarnation = Incarnation(instance: 2)
        machine.apply(member, from: NodeID(name: "n1"))
        now = now.advanced(by: .milliseconds(1))
        machine.requestFailed(request, isRefused: true, now: now)
        accuse(&machine, member.incarnation)
        let entry = try #require(machine.table[NodeID(name: "n4")])
        #expect(entry.refused == nil)
        #expect(now.duration(to: try #require(entry.suspicion?.deadline)) >= .milliseconds(799))
    }

    @Test func `a probe of the former life ends without a word against the new`() throws {
        var (machine, _, now) = try asking(seed: 3)
        var member = try #require(machine.table[NodeID(name: "n4")]?.member)
        member.incarnation = Incarnation(instance: 2)
        machine.apply(member, from: NodeID(name: "n1"))
        let end = now.advanced(by: .milliseconds(249))
        while machine.nextDeadline <= end { machine.advance(to: machine.nextDeadline) }
        machine.advance(to: end.advanced(by: .milliseconds(5)))
        #expect(machine.table[member.id]?.member.status == .alive)
    }

    @Test func `a refusal is forgotten after a second, and when the member is heard`() throws {
        for isHeard in [false, true] {
            var (machine, request, now) = try asking(seed: 4)
            let member = try #require(machine.table[NodeID(name: "n4")]?.member)
            machine.requestFailed(request, isRefused: true, now: now)
            let position = try #require(machine.table.position(of: member.id))
            #expect(machine.refusal(at: position) == now)
            if isHeard {
                machine.forgiveRefusal(position)
            } else {
                now = now.advanced(by: .seconds(1))
                machine.begin(now)
            }
            #expect(machine.refusal(at: position) == nil)
            accuse(&machine, member.incarnation)
            let suspicion = try #require(machine.table[member.id]?.suspicion)
            #expect(now.duration(to: suspicion.deadline) >= .milliseconds(799))
        }
    }

    @Test func `a packet of the refused member takes the refusal back`() throws {
        var network = Network(seed: 9)
        for index in 0..<3 { network.start(index) }
        network.run(for: .seconds(2))
        let target = NodeID(name: "n2")
        network.nodes[0].machine.hint(target, now: network.now)
        let request = try #require(network.nodes[0].machine.lastRequest(to: target))
        network.nodes[0].machine.requestFailed(request, isRefused: true, now: network.now)
        #expect(network.nodes[0].machine.table[target]?.refused != nil)
        // It has not heard of that, and only asks how we are.
        network.nodes[2].machine.hint(NodeID(name: "n0"), now: network.now)
        var buffer: [UInt8] = []
        while let outbound = network.nodes[2].machine.pollSend(into: &buffer) {
            guard case .datagram(Network.address(0)) = outbound else { continue }
            network.nodes[0].machine.receive(
                buffer.span.bytes, from: Network.address(2), now: network.now)
        }
        #expect(network.nodes[0].machine.table[target]?.refused == nil)
    }

    @Test func `who was told by the machine itself removes it sooner than who only heard of it`() {
        let now = Instant(nanoseconds: 5_000_000_000)
        let id = NodeID(name: "s1")
        var evidence = Evidence(timing: ViewTiming(), now: .origin)
        var member = Member(
            name: "s1", address: Network.address(1), incarnation: Incarnation(instance: 1),
            metadata: Metadata())
        evidence.note(member, heard: now)
        member.status = .failed
        evidence.note(member, heard: now)
        #expect(evidence.gone(id, instance: 1) == now.advanced(by: .seconds(1)))
        evidence.refused(id, now: now.advanced(by: .milliseconds(50)))
        #expect(evidence.gone(id, instance: 1) == now.advanced(by: .milliseconds(200)))
        // It spoke after that: the machine was wrong.
        evidence.heard(id, now: now.advanced(by: .milliseconds(60)))
        #expect(
            evidence.gone(id, instance: 1)
                == now.advanced(by: .milliseconds(60)).advanced(by: .seconds(1)))
    }
}

extension SWIM {
    /// A stream request to this member that has no answer yet.
    fileprivate func lastRequest(to id: NodeID) -> UInt32? {
        requests.last { $0.target == id }?.id
    }
}
