import Testing

@testable import Gossip

/// SWIM machines on virtual time, with a network between them that loses, delays and repeats.
struct Network {
    struct Node {
        var machine: SWIM
        var address: Address
        var isUp = true
        var events: [GossipEvent] = []
    }

    private enum Parcel {
        case datagram([UInt8], from: Address)
        case request([UInt8], id: UInt32, from: Int)
        case reply([UInt8]?, id: UInt32, isRefused: Bool)
    }

    private struct Flight {
        var at: Instant
        var to: Address
        var parcel: Parcel
    }

    var now = Instant(nanoseconds: 1_000_000_000)
    var nodes: [Node] = []
    var lossPercent = 0
    /// Whether the machine of a process that is down says so to whoever connects.
    var refuses = false
    /// Before this it only ends what is begun.
    var refusesFrom = Instant.origin
    var random: Randomness
    private var flights: [Flight] = []
    static let key = Key(bytes: [UInt8](repeating: 5, count: 32))!

    init(seed: UInt64) { random = Randomness(seed: seed) }

    static func address(_ index: Int) -> Address {
        Address(ipv4: 0x0A00_0001 + UInt32(index), port: 7946)
    }

    /// Starts a node, or its next life, that knows the first one as its seed.
    mutating func start(
        _ index: Int, name: String? = nil, cluster: String = "c", key: Key = key, life: UInt64 = 1
    ) {
        let configuration = Configuration(
            name: name ?? "n\(index)", cluster: cluster, address: Self.address(index),
            instance: life, metadata: Metadata(modes: .all, state: .ready),
            keyring: Keyring(primary: key))
        let machine = SWIM(
            configuration, generator: Randomness(seed: random.next()), now: now)
        let node = Node(machine: machine, address: Self.address(index))
        if index < nodes.count { nodes[index] = node } else { nodes.append(node) }
    }

    /// Lets time pass, from one deadline to the next.
    mutating func run(for duration: Duration) {
        let end = now.advanced(by: duration)
        while true {
            drain()
            var next = end
            for node in nodes where node.isUp { next = min(next, node.machine.nextDeadline) }
            for flight in flights { next = min(next, flight.at) }
            now = max(now, next)
            guard next < end else { break }
            deliver()
            for index in nodes.indices where nodes[index].isUp {
                if nodes[index].machine.nextDeadline <= now {
                    nodes[index].machine.advance(to: now)
                }
            }
        }
    }

    /// What a node holds of another; nil if it does not know it.
    func status(of other: Int, at index: Int) -> MemberStatus? {
        nodes[index].machine.table[NodeID(name: "n\(other)")]?.member.status
    }

    func all(_ indices: Range<Int>, see other: Int, as status: MemberStatus) -> Bool {
        indices.allSatisfy { $0 == other || self.status(of: other, at: $0) == status }
    }

    private mutating func drain() {
        var buffer: [UInt8] = []
        for index in nodes.indices where nodes[index].isUp {
            while let outbound = nodes[index].machine.pollSend(into: &buffer) {
                switch outbound {
                case .datagram(let target):
                    send(.datagram(buffer, from: nodes[index].address), to: target)
                case .request(let id, let target, _):
                    send(.request(buffer, id: id, from: index), to: target)
                }
            }
            while let event = nodes[index].machine.pollEvent() {
                nodes[index].events.append(event)
                if event == .seedsWanted, index > 0 {
                    nodes[index].machine.meet([Self.address(0)], now: now)
                }
            }
        }
    }

    private mutating func send(_ parcel: Parcel, to target: Address) {
        if case .datagram = parcel, Int.random(in: 0..<100, using: &random) < lossPercent { return }
        let delay = random.duration(in: .microseconds(100)...(.milliseconds(3)))
        flights.append(Flight(at: now.advanced(by: delay), to: target, parcel: parcel))
    }

    private mutating func deliver() {
        let due = flights.filter { $0.at <= now }
        flights.removeAll { $0.at <= now }
        for flight in due {
            let index = nodes.firstIndex { $0.address == flight.to && $0.isUp }
            switch flight.parcel {
            case .datagram(let bytes, let source):
                guard let index else { continue }
                nodes[index].machine.receive(bytes.span.bytes, from: source, now: now)
            case .request(let bytes, let id, let source):
                var reply: [UInt8] = []
                let isAnswered =
                    index.map {
                        nodes[$0].machine.receive(
                            request: bytes.span.bytes, from: nodes[source].address, now: now,
                            into: &reply)
                    } ?? false
                send(
                    .reply(
                        isAnswered ? reply : nil, id: id,
                        isRefused: refuses && index == nil && now >= refusesFrom),
                    to: nodes[source].address)
            case .reply(let bytes, let id, let isRefused):
                guard let index else { continue }
                if let bytes {
                    nodes[index].machine.receive(reply: bytes.span.bytes, to: id, now: now)
                } else {
                    nodes[index].machine.requestFailed(id, isRefused: isRefused, now: now)
                }
            }
        }
    }
}
