import Gossip
import Link
import NIOCore
import ServiceLifecycle
import Synchronization

/// Tells the service manager how this node is. Feeds its watchdog by the turns of the event loops:
/// when one is stuck, the manager hears nothing more.
final class Supervisor: Service {
    private let manager: ServiceManager
    private let node: LocalNode
    private let gossip: GossipService
    private let mode: String
    private let machine: Mutex<Supervision>
    private let isOver = Atomic(false)

    init(manager: ServiceManager, node: LocalNode, gossip: GossipService, mode: String) {
        self.manager = manager
        self.node = node
        self.gossip = gossip
        self.mode = mode
        machine = Mutex(Supervision(watchdog: manager.watchdog, now: Self.now))
    }

    func run() async throws {
        gossip.eventLoop.execute { self.tick() }
        try? await gracefulShutdown()
        isOver.store(true, ordering: .relaxed)
    }

    func reloading() { perform { $0.reloading(microseconds: Self.now.nanoseconds / 1_000) } }

    func reloaded() { perform { $0.reloaded() } }

    func stopping() { perform { $0.stopping() } }

    private func tick() {
        guard !isOver.load(ordering: .relaxed) else { return }
        let condition = condition
        perform { $0.tick(condition, now: Self.now) }
        let interval = machine.withLock { $0.interval }
        gossip.eventLoop.scheduleTask(in: TimeAmount(interval)) { self.tick() }
    }

    private func perform(_ step: (inout Supervision) -> [Supervision.Effect]) {
        for effect in machine.withLock({ step(&$0) }) {
            switch effect {
            case .say(let text): manager.say(text)
            case .probe:
                node.loops.turn(on: gossip.eventLoop).whenComplete { _ in
                    self.perform { $0.turned() }
                }
            }
        }
    }

    private var condition: Supervision.Condition {
        let snapshot = gossip.snapshot
        let isRunning = if case .starting = node.phase { false } else { true }
        var summary = "\(mode) \(node.name) is ready"
        if let load = node.board[snapshot.own.id] {
            summary += "; rooms \(load.rooms), players \(load.players)"
        }
        summary += "; nodes \(snapshot.present.count) of \(snapshot.members.count)"
        if let view = snapshot.view { summary += ", view \(view.number)" }
        if !snapshot.seesMajority { summary += ", no quorum" }
        return Supervision.Condition(
            isRunning: isRunning, unreadiness: snapshot.unreadiness, summary: summary)
    }

    /// By CLOCK_MONOTONIC, as systemd wants it and NIO has it.
    private static var now: Instant {
        Instant(nanoseconds: Int64(NIODeadline.now().uptimeNanoseconds))
    }
}
