import Testing

@testable import Gossip

/// View machines on virtual time: messages are lost, repeated and reordered, nodes crash with and
/// without their disks. It records the document of each number, as each node came by it.
struct ViewSoup {
    /// A deliberate mistake, to show that the checks bite.
    enum Mistake { case none, promiseNotWrittenDown }

    private struct Node {
        var machine: ViewMachine
        var disk: Promises
        var instance: UInt64
        var isUp = true
        var highest: UInt64 = 0
    }

    private struct Flight {
        var at: Instant
        var to: Int
        var event: ViewEvent
        var life: UInt64?
    }

    var now = Instant.origin
    private var nodes: [Node] = []
    private var flights: [Flight] = []
    var random: Randomness
    var lossPercent = 10
    let mistake: Mistake
    /// The first document seen of each number.
    private(set) var documents: [UInt64: View] = [:]
    private(set) var faults: [String] = []

    static func id(_ index: Int) -> NodeID { NodeID(name: "v\(index)") }

    init(count: Int, seed: UInt64, mistake: Mistake = .none) {
        random = Randomness(seed: seed)
        self.mistake = mistake
        for index in 0..<count {
            let disk = Promises(disk: UInt64(index + 1))
            nodes.append(
                Node(
                    machine: Self.machine(index, count / 2 + 1, disk, now), disk: disk, instance: 1)
            )
        }
        for index in 0..<count { begin(index) }
    }

    var numbers: [UInt64] { nodes.map { $0.machine.number } }
    var upNumbers: [UInt64] { nodes.filter(\.isUp).map { $0.machine.number } }

    private static func machine(
        _ index: Int, _ founders: Int, _ stored: Promises, _ now: Instant
    ) -> ViewMachine {
        ViewMachine(
            ViewMachine.Configuration(id: id(index), founders: founders), stored: stored, now: now)
    }

    private func member(_ index: Int) -> Member {
        let node = nodes[index]
        return Member(
            name: "v\(index)", address: Address(ipv4: UInt32(index + 1), port: 1),
            incarnation: Incarnation(instance: node.instance),
            status: node.isUp ? .alive : .failed,
            metadata: Metadata(modes: .all, state: .ready, capacity: 1, disk: node.disk.disk))
    }

    private mutating func begin(_ index: Int) {
        handle(.start, at: index)
        for other in nodes.indices {
            handle(.member(member(other), heard: now), at: index)
            if other != index, nodes[other].isUp {
                handle(.member(member(index), heard: now), at: other)
            }
        }
    }

    mutating func crash(_ index: Int) {
        guard nodes[index].isUp else { return }
        nodes[index].isUp = false
        for other in nodes.indices where nodes[other].isUp {
            handle(.member(member(index), heard: now), at: other)
        }
    }

    mutating func restart(_ index: Int, losesDisk: Bool) {
        guard !nodes[index].isUp else { return }
        nodes[index].isUp = true
        nodes[index].instance += 1
        if losesDisk {
            nodes[index].disk = Promises(disk: random.next() | 1)
            nodes[index].highest = 0
        }
        let founders = nodes.count / 2 + 1
        // Whoever comes back without its disk joins; it founds nothing.
        nodes[index].machine = Self.machine(
            index, losesDisk ? 0 : founders, nodes[index].disk, now)
        begin(index)
    }

    mutating func run(for duration: Duration) {
        let end = now.advanced(by: duration)
        while true {
            var next = end
            for node in nodes where node.isUp { next = min(next, node.machine.nextDeadline) }
            for flight in flights { next = min(next, flight.at) }
            now = max(now, next)
            guard next < end else { return }
            let due = flights.filter { $0.at <= now }
            flights.removeAll { $0.at <= now }
            for flight in due where nodes[flight.to].isUp {
                if let life = flight.life, life != nodes[flight.to].instance { continue }
                handle(flight.event, at: flight.to)
            }
            for index in nodes.indices where nodes[index].isUp {
                if nodes[index].machine.nextDeadline <= now { handle(.tick, at: index) }
            }
        }
    }

    private mutating func handle(_ event: ViewEvent, at index: Int) {
        for effect in nodes[index].machine.handle(event, now: now, using: &random) {
            switch effect {
            case .persist(let promises, let token):
                if mistake != .promiseNotWrittenDown || promises.view != nodes[index].disk.view {
                    nodes[index].disk = promises
                }
                fly(.persisted(token: token), to: index, life: nodes[index].instance)
            case .send(let message, let target):
                guard let other = nodes.indices.first(where: { Self.id($0) == target }) else {
                    continue
                }
                for _ in 0..<Int.random(in: 1...2, using: &random)
                where Int.random(in: 0..<100, using: &random) >= lossPercent {
                    fly(.message(message, from: Self.id(index)), to: other, life: nil)
                }
            case .install(let view): check(view, at: index)
            case .majority, .foreign, .opposed, .outlive, .muted: break
            }
        }
    }

    private mutating func fly(_ event: ViewEvent, to index: Int, life: UInt64?) {
        let delay = random.duration(in: .microseconds(50)...(.milliseconds(80)))
        flights.append(Flight(at: now.advanced(by: delay), to: index, event: event, life: life))
    }

    /// V1: one document a number, and a node's number never goes down.
    private mutating func check(_ view: View, at index: Int) {
        if let known = documents[view.number], known != view {
            faults.append("two documents have the number \(view.number)")
        }
        documents[view.number] = documents[view.number] ?? view
        if view.number < nodes[index].highest { faults.append("node \(index) went back") }
        nodes[index].highest = view.number
    }
}
