package import NIOCore
import Random

/// What a cluster under play is put through. Each blow waits until its trace is gone, so that the
/// next one meets a whole cluster. Used by one task.
package final class Storm {
    package let fleet: Fleet
    package let crowd: Crowd
    var generator: SplitMix64

    package init(_ fleet: Fleet, _ crowd: Crowd, seed: UInt64) {
        self.fleet = fleet
        self.crowd = crowd
        generator = SplitMix64(seed: seed)
    }

    /// What one blow did.
    package struct Blow: Sendable {
        /// The longest wait for an answer in each room that had to wait.
        package let stalls: [TimeAmount]
        /// Until all nodes had the view that follows from it.
        package let view: TimeAmount
        /// From the end of the blow until everything was whole again.
        package var healing = TimeAmount.zero
    }

    /// A random server dies at once, and a new one comes.
    package func killServer() async throws -> Blow {
        guard let victim = fleet.servers.randomElement(using: &generator) else {
            throw Overdue(what: "a server to kill")
        }
        let others = fleet.running.filter { $0 !== victim }
        let count = fleet.servers.count
        let start = NIODeadline.now()
        victim.kill()
        try await until("a view without \(victim.name)") {
            others.allSatisfy { ($0.view?.servers ?? 0) < count }
        }
        let view = NIODeadline.now() - start
        try await crowd.playOn()
        let end = NIODeadline.now()
        _ = try await victim.ended()
        try await fleet.start(.server)
        try await fleet.settled()
        try await crowd.playOn()
        return Blow(stalls: try await stalls(from: start, to: end), view: view)
    }

    /// A node that does everything dies with its rooms and its players' sockets, and another comes.
    package func killWhole() async throws -> Blow {
        guard
            let victim = fleet.running.filter({ $0.mode == .all }).randomElement(using: &generator)
        else { throw Overdue(what: "a node to kill") }
        let others = fleet.running.filter { $0 !== victim }
        let count = fleet.servers.count
        try await crowd.meet(fleet.balancers.filter { $0 !== victim })
        let start = NIODeadline.now()
        victim.kill()
        try await until("a view without \(victim.name)") {
            others.allSatisfy { ($0.view?.servers ?? 0) < count }
        }
        let view = NIODeadline.now() - start
        try await crowd.playOn()
        let end = NIODeadline.now()
        try await fleet.start(.all)
        try await fleet.settled()
        try await crowd.meet(fleet.balancers)
        try await crowd.playOn()
        return Blow(stalls: try await stalls(from: start, to: end), view: view)
    }

    /// A server is asked to go, and goes.
    ///
    /// - Returns: how long that took, and the longest wait in each room that had to wait.
    package func drainServer() async throws -> (time: TimeAmount, stalls: [TimeAmount]) {
        guard let leaver = fleet.servers.randomElement(using: &generator) else {
            throw Overdue(what: "a server to drain")
        }
        let start = NIODeadline.now()
        leaver.terminate()
        let ending = try await leaver.ended()
        let end = NIODeadline.now()
        guard ending == .exit(0), leaver.hasSaid("drained", "rooms-left=0") else {
            throw Overdue(what: "\(leaver.name) drained: \(ending) \(leaver.child.lines.suffix(5))")
        }
        try await fleet.settled()
        try await crowd.playOn()
        return (end - start, try await stalls(from: start, to: end, least: .zero))
    }

    /// A further server comes.
    package func addServer() async throws -> (time: TimeAmount, stalls: [TimeAmount]) {
        let start = NIODeadline.now()
        try await fleet.start(.server)
        try await fleet.settled()
        let end = NIODeadline.now()
        try await crowd.playOn()
        return (end - start, try await stalls(from: start, to: end, least: .zero))
    }

    /// The owner of many rooms sleeps, is taken for dead, and wakes.
    package func suspendServer(for time: TimeAmount) async throws -> Blow {
        guard let sleeper = fleet.servers.randomElement(using: &generator) else {
            throw Overdue(what: "a server to suspend")
        }
        let start = NIODeadline.now()
        sleeper.suspend()
        let others = fleet.running.filter { $0 !== sleeper }
        let count = fleet.servers.count
        try await until("a view without \(sleeper.name)", within: time) {
            others.allSatisfy { ($0.view?.servers ?? 0) < count }
        }
        let view = NIODeadline.now() - start
        try await crowd.playOn()
        let end = NIODeadline.now()
        if start + time > end { try await pause(start + time - end) }
        let calm = NIODeadline.now()
        sleeper.wake()
        try await fleet.settled()
        let healing = NIODeadline.now() - calm
        try await crowd.playOn()
        return Blow(
            stalls: try await stalls(from: start, to: end), view: view, healing: healing)
    }

    /// A server is cut off from all other nodes, and comes back.
    package func cutServer(_ network: Network, for time: TimeAmount) async throws -> Blow {
        guard let victim = fleet.servers.randomElement(using: &generator) else {
            throw Overdue(what: "a server to cut off")
        }
        let others = fleet.running.filter { $0 !== victim }
        let count = fleet.servers.count
        let start = NIODeadline.now()
        for other in others {
            try await network.cut(victim, to: other)
            try await network.cut(other, to: victim)
        }
        try await until("a view without \(victim.name)") {
            others.allSatisfy { ($0.view?.servers ?? 0) < count }
        }
        let view = NIODeadline.now() - start
        try await crowd.playOn()
        let end = NIODeadline.now()
        if start + time > end { try await pause(start + time - end) }
        let calm = NIODeadline.now()
        for other in others {
            try await network.connect(victim, to: other)
            try await network.connect(other, to: victim)
        }
        try await fleet.settled(within: .seconds(60))
        let healing = NIODeadline.now() - calm
        try await crowd.playOn()
        return Blow(
            stalls: try await stalls(from: start, to: end), view: view, healing: healing)
    }

    /// Every node is asked to go and comes back, one after the other.
    package func restartAll() async throws {
        for node in fleet.running {
            try await crowd.meet(fleet.balancers.filter { $0 !== node })
            node.terminate()
            let ending = try await node.ended()
            guard ending == .exit(0) else {
                throw Overdue(what: "\(node.name) ended well: \(ending)")
            }
            try await fleet.start(node.mode, name: node.name)
            try await fleet.settled()
            try await crowd.meet(fleet.balancers)
            try await crowd.playOn()
        }
    }

    func stalls(
        from start: NIODeadline, to end: NIODeadline, least: TimeAmount = .milliseconds(100)
    ) async throws -> [TimeAmount] {
        try await crowd.figures.stalls(from: start, to: end, least: least)
    }
}
