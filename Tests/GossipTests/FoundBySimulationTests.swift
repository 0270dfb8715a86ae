import Testing
import Wire

@testable import Gossip

/// What the simulator has found, each by the name of what it was.
@Suite struct FoundBySimulationTests {
    private let start = Instant(nanoseconds: 1_000_000_000)

    private func machine(_ name: String = "n0", now: Instant) throws -> SWIM {
        let configuration = Configuration(
            name: name, cluster: "c", address: Network.address(0), instance: 5,
            keyring: Keyring(primary: Network.key))
        return SWIM(configuration, generator: Randomness(seed: 1), now: now)
    }

    private func member(
        _ name: String, _ status: MemberStatus, instance: UInt64 = 5, counter: UInt32 = 0,
        at index: Int = 9
    ) -> Member {
        Member(
            name: name, address: Network.address(index),
            incarnation: Incarnation(instance: instance, counter: counter), status: status)
    }

    /// A node of three that could reach nobody asked to be woken in the past, for ever.
    @Test func `two silent probes in a cluster of three do not make it spin`() {
        var network = Network(seed: 1)
        for index in 0..<3 { network.start(index) }
        network.run(for: .seconds(2))
        network.nodes[1].isUp = false
        network.nodes[2].isUp = false
        var now = network.now
        var wakes = 0
        let end = now.advanced(by: .seconds(3))
        while now < end, wakes < 10_000 {
            now = max(now, network.nodes[0].machine.nextDeadline)
            network.nodes[0].machine.advance(to: now)
            wakes += 1
            #expect(network.nodes[0].machine.nextDeadline > now)
        }
        #expect(wakes < 1_000)
    }

    /// It took the time since the clock's origin for time that it had slept through, and gave it to
    /// every suspect: after a month of uptime, a month.
    @Test func `a failed member that is heard of makes no suspicion longer`() throws {
        let now = start.advanced(by: .seconds(86_400))
        var machine = try machine(now: now)
        machine.apply(member("n1", .alive), from: NodeID(name: "n1"))
        machine.apply(member("n2", .suspect), from: NodeID(name: "n1"))
        machine.apply(member("n3", .failed), from: NodeID(name: "n1"))
        machine.end()
        #expect(machine.nextDeadline >= now)
        machine.advance(to: now.advanced(by: .milliseconds(5)))
        let deadline = try #require(machine.table[NodeID(name: "n2")]?.suspicion?.deadline)
        #expect(now.duration(to: deadline) < .seconds(10))
        #expect(machine.counters.lateWakeups == 0)
    }

    /// Only its incarnation was taken, and its old address was written to for ever.
    @Test func `newer word of a failed member that has moved is taken as a whole`() throws {
        var machine = try machine(now: start)
        machine.apply(member("n1", .failed, counter: 1, at: 1), from: NodeID(name: "n2"))
        machine.apply(member("n1", .failed, counter: 2, at: 7), from: NodeID(name: "n2"))
        #expect(machine.table[NodeID(name: "n1")]?.member.address == Network.address(7))
    }

    /// Two lives of one node, both with a clock that went back, came to the same instance.
    @Test func `two lives that pass the same former one do not meet`() throws {
        var lives: Set<UInt64> = []
        for seed in 0..<20 as Range<UInt64> {
            let configuration = Configuration(
                name: "n0", cluster: "c", address: Network.address(0), instance: 5,
                keyring: Keyring(primary: Network.key))
            var machine = SWIM(configuration, generator: Randomness(seed: seed), now: start)
            machine.outlive(1_000, now: start)
            #expect(machine.own.incarnation.instance > 1_000)
            lives.insert(machine.own.incarnation.instance)
        }
        #expect(lives.count > 15)
    }

    @Test func `a life is outlived once, and not by one that leaves`() throws {
        var machine = try machine(now: start)
        machine.outlive(4, now: start)
        #expect(machine.own.incarnation.instance == 5)
        machine.leave(now: start)
        let own = machine.own
        machine.outlive(9, now: start)
        #expect(machine.own == own)
    }

    /// Whoever resent a member's wish for a table from another address had the table sent there.
    @Test func `a wish for a table that comes from elsewhere is not granted`() {
        var network = Network(seed: 3)
        for index in 0..<2 { network.start(index) }
        network.run(for: .seconds(2))
        let peer = network.nodes[1].machine.own
        var seal = Seal(cluster: "c")
        var packet: [UInt8] = []
        for (number, source) in [(1, Network.address(7)), (2, peer.address)]
            as [(UInt64, Address)]
        {
            var writer = WireWriter()
            Message.tableWanted.encode(into: &writer)
            let header = PacketHeader(
                keyID: Network.key.id, sender: peer.id, instance: peer.incarnation.instance,
                sequence: 1 << 40 + number)
            seal.seal(
                writer.bytes, header: header, key: Network.key, using: &network.random,
                into: &packet)
            network.nodes[0].machine.receive(packet.span.bytes, from: source, now: network.now)
            var requests: [Address] = []
            while let outbound = network.nodes[0].machine.pollSend(into: &packet) {
                if case .request(_, let target, _) = outbound { requests.append(target) }
            }
            #expect(requests == (number == 1 ? [] : [peer.address]))
        }
    }

    /// With a third of the packets lost, one try in four went through all four packets.
    @Test func `who was asked for proof gives it again without being asked`() {
        var network = Network(seed: 4)
        for index in 0..<2 { network.start(index) }
        var packet: [UInt8] = []
        func exchange(from source: Int, to target: Int) -> Int {
            var count = 0
            while let outbound = network.nodes[source].machine.pollSend(into: &packet) {
                guard case .datagram(Network.address(target)) = outbound else { continue }
                count += 1
                network.nodes[target].machine.receive(
                    packet.span.bytes, from: Network.address(source), now: network.now)
            }
            return count
        }
        network.nodes[1].machine.meet([Network.address(0)], now: network.now)
        #expect(exchange(from: 1, to: 0) == 1)
        #expect(exchange(from: 0, to: 1) == 1)
        // The proof is lost.
        while network.nodes[1].machine.pollSend(into: &packet) != nil {}
        #expect(network.nodes[0].machine.table.entries.count == 1)
        network.nodes[1].machine.meet([Network.address(0)], now: network.now)
        #expect(exchange(from: 1, to: 0) == 1)
        #expect(network.nodes[0].machine.table.entries.count == 2)
    }

    private func machine(with view: View?, founders: Int = 1) -> (ViewMachine, Randomness) {
        let stored = Promises(disk: 7, view: view)
        let machine = ViewMachine(
            ViewMachine.Configuration(id: NodeID(name: "n0"), founders: founders), stored: stored,
            now: start)
        return (machine, Randomness(seed: 2))
    }

    private func own(instance: UInt64) -> Member {
        Member(
            name: "n0", address: Network.address(0), incarnation: Incarnation(instance: instance),
            metadata: Metadata(modes: .all, state: .ready, capacity: 1, disk: 7))
    }

    /// A node whose clock went back was neither the server of the view nor a later life of it, and
    /// so never served again.
    @Test func `a life that the view remembers as a later one is to be outlived`() {
        let view = View(
            number: 3, lineage: 1 << 40,
            servers: [View.Server(id: NodeID(name: "n0"), instance: 50)],
            voters: Voters([VoterID(node: NodeID(name: "n0"), disk: 7)]))
        var (machine, random) = machine(with: view)
        _ = machine.handle(.start, now: start, using: &random)
        let effects = machine.handle(
            .member(own(instance: 40), heard: start), now: start, using: &random)
        #expect(effects.contains(.outlive(50)))
        let later = machine.handle(
            .member(own(instance: 51), heard: start), now: start, using: &random)
        #expect(!later.contains { if case .outlive = $0 { true } else { false } })
    }

    /// With two of five voters gone the other three must agree. Each had a proposal under way that
    /// another of them had refused, since it did not know yet what all knew soon after: and each
    /// waited for the dead to answer.
    @Test func `who refused a proposal is asked again while others are silent`() {
        func voter(_ index: Int) -> Member {
            Member(
                name: "v\(index)", address: Network.address(index),
                incarnation: Incarnation(instance: 1),
                metadata: Metadata(modes: .balancer, state: .ready, disk: UInt64(index + 1)))
        }
        let members = (0..<5).map(voter)
        let view = View(
            number: 3, lineage: 1 << 40,
            servers: [View.Server(id: NodeID(name: "x"), instance: 1)],
            voters: Voters(
                members.map { VoterID(node: $0.id, disk: $0.metadata.disk) }))
        var machine = ViewMachine(
            ViewMachine.Configuration(id: members[0].id, founders: 1),
            stored: Promises(disk: 1, view: view), now: start)
        var random = Randomness(seed: 3)
        var now = start
        var asked = 0
        var waiting: [ViewEvent] =
            [.start] + members.map { .member($0, heard: now) }
            + [.member(member("x", .failed, instance: 1), heard: nil)]
        while start.duration(to: now) < .seconds(8) {
            let event = waiting.isEmpty ? .tick : waiting.removeFirst()
            for effect in machine.handle(event, now: now, using: &random) {
                switch effect {
                case .persist(_, let token): waiting.append(.persisted(token: token))
                case .send(let message, members[1].id):
                    guard case .prepare(let ballot, let intended) = message.body else { continue }
                    asked += 1
                    let no = ViewMessage(
                        lineage: view.lineage, .disagree(number: intended.number, ballot))
                    waiting.append(.message(no, from: members[1].id))
                default: break
                }
            }
            if waiting.isEmpty { now = now.advanced(by: .milliseconds(20)) }
        }
        #expect(asked > 3)
    }

    private func voters(_ indices: [Int]) -> Voters {
        Voters(indices.map { VoterID(node: NodeID(name: "n\($0)"), disk: UInt64($0 + 7)) })
    }

    private func balancer(
        _ index: Int, _ status: MemberStatus = .alive, state: Metadata.State = .ready
    ) -> Member {
        Member(
            name: "n\(index)", address: Network.address(index),
            incarnation: Incarnation(instance: 1), status: status,
            metadata: Metadata(modes: .balancer, state: state, disk: UInt64(index + 7)))
    }

    /// A voter that drained had decided the view that let it go, and left before the only voter of
    /// that view had heard of it: which then waited for ever for the one that was gone.
    @Test func `who gave its vote away stays until those who vote instead know it`() {
        let before = View(number: 13, lineage: 1 << 40, servers: [], voters: voters([0, 1]))
        let after = View(number: 14, lineage: 1 << 40, servers: [], voters: voters([1]))
        var (machine, random) = machine(with: before)
        _ = machine.handle(.start, now: start, using: &random)
        for member in [balancer(0, state: .draining), balancer(1)] {
            _ = machine.handle(.member(member, heard: start), now: start, using: &random)
        }
        #expect(machine.isNeeded)
        let other = NodeID(name: "n1")
        func say(_ body: ViewMessage.Body) -> [ViewEffect] {
            let message = ViewMessage(lineage: 1 << 40, body)
            return machine.handle(.message(message, from: other), now: start, using: &random)
        }
        let told = say(.chosen(after))
        #expect(!machine.isVoter)
        #expect(machine.isNeeded)
        let word = ViewEffect.send(ViewMessage(lineage: 1 << 40, .chosen(after)), to: other)
        #expect(told.contains(word))
        _ = say(.have(13))
        #expect(machine.isNeeded)
        // It is told again while it has not answered.
        let later = start.advanced(by: .seconds(1))
        #expect(machine.handle(.tick, now: later, using: &random).contains(word))
        _ = say(.have(14))
        #expect(!machine.isNeeded)
        // A next life does not know whether that was done.
        let (next, _) = self.machine(with: after)
        #expect(next.isNeeded)
    }

    @Test func `who is told what it has on disk answers that it has it`() {
        let view = View(number: 4, lineage: 1 << 40, servers: [], voters: voters([1]))
        var (machine, random) = machine(with: nil, founders: 0)
        _ = machine.handle(.start, now: start, using: &random)
        let other = NodeID(name: "n1")
        let word = ViewMessage(lineage: 1 << 40, .chosen(view))
        let answer = ViewEffect.send(ViewMessage(lineage: 1 << 40, .have(4)), to: other)
        func told() -> [ViewEffect] {
            machine.handle(.message(word, from: other), now: start, using: &random)
        }
        let first = told()
        #expect(!first.contains(answer))
        for case .persist(_, let token) in first {
            _ = machine.handle(.persisted(token: token), now: start, using: &random)
        }
        #expect(told().contains(answer))
    }

    /// Two of four nodes died at one moment. The vote of the one was given to the other, of whose
    /// death nobody knew yet: and the two that were left were no majority of four.
    @Test func `a vote is given only to one that answers`() {
        let view = View(number: 12, lineage: 1 << 40, servers: [], voters: voters([0, 1, 2]))
        var (machine, random) = machine(with: view)
        var waiting: [ViewEvent] = [.start]
        for index in 0...3 { waiting.append(.member(balancer(index), heard: start)) }
        // What it said before anybody was missed says nothing of the time since.
        let answer = ViewMessage(lineage: 1 << 40, .have(12))
        let newcomer = NodeID(name: "n3")
        waiting.append(.message(answer, from: newcomer))
        waiting.append(.member(balancer(1, .failed), heard: nil))
        var now = start
        var asked = 0
        func proposal(until end: Duration) -> View? {
            while start.duration(to: now) < end {
                let event = waiting.isEmpty ? .tick : waiting.removeFirst()
                for effect in machine.handle(event, now: now, using: &random) {
                    switch effect {
                    case .persist(_, let token): waiting.append(.persisted(token: token))
                    case .send(let message, let target):
                        if case .prepare(_, let intended) = message.body { return intended }
                        if target == newcomer, message.body == .chosen(view) { asked += 1 }
                    default: break
                    }
                }
                if waiting.isEmpty { now = now.advanced(by: .milliseconds(20)) }
            }
            return nil
        }
        #expect(proposal(until: .seconds(5)) == nil)
        #expect(asked > 3)
        waiting.append(.message(answer, from: newcomer))
        let intended = proposal(until: .seconds(6))
        #expect(intended?.voters == voters([0, 1, 2, 3]))
    }

    /// Two parts of a cluster had changed to different keys, each for the first time.
    @Test func `of two keyrings of one generation all come to the same one`() throws {
        let keys = try [1, 2, 3].map { try #require(Key(bytes: [UInt8](repeating: $0, count: 32))) }
        for (mine, theirs) in [(0, 1), (1, 0)] {
            let ring = Keyring(primary: keys[mine], accepted: [keys[2]], generation: 4)
            let configuration = Configuration(
                name: "n0", cluster: "c", address: Network.address(0), instance: 5, keyring: ring)
            var machine = SWIM(configuration, generator: Randomness(seed: 1), now: start)
            machine.adopt([keys[theirs].bytes], generation: 4)
            let winner = keys[mine].id > keys[theirs].id ? mine : theirs
            #expect(machine.keyring.primary == keys[winner])
            #expect(machine.keyring.key(keys[mine].id) != nil)
        }
    }

    /// A node whose disk failed while it proposed asked to be woken in the past, for ever.
    @Test func `a disk that fails under a proposal leaves no deadline behind`() {
        var (machine, random) = machine(with: nil)
        var now = start
        _ = machine.handle(.start, now: now, using: &random)
        _ = machine.handle(.member(own(instance: 5), heard: now), now: now, using: &random)
        for _ in 0..<20 where machine.proposer == nil {
            now = now.advanced(by: .milliseconds(100))
            _ = machine.handle(.tick, now: now, using: &random)
        }
        #expect(machine.proposer != nil)
        #expect(machine.handle(.persistFailed, now: now, using: &random).contains(.muted))
        for _ in 0..<5 {
            now = max(now, machine.nextDeadline)
            _ = machine.handle(.tick, now: now, using: &random)
            #expect(machine.nextDeadline > now)
        }
    }
}
