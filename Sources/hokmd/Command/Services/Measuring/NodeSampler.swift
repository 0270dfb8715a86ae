import Admin
import Gateway
import Gossip
import Link
import NIOCore
import NIOPosix
import Policy
import Rooms

/// Measures this node once a second, for the scalers. Confined to its loop.
final class NodeSampler {
    private let node: LocalNode
    private let gossip: GossipService
    private let cores: Double
    private let memoryLimit: Double?
    private var latency: LatencyWindow
    private var last: (at: ContinuousClock.Instant, cpu: Double, threads: [String: UInt64])?

    private static let interval = TimeAmount.seconds(1)

    private init(node: LocalNode, gossip: GossipService) {
        self.node = node
        self.gossip = gossip
        cores = Double(max(1, System.coreCount))
        memoryLimit = MachineFigures.memoryLimit
        latency = LatencyWindow(bounds: node.counted.commits.bounds)
    }

    /// Measures from now on, until the task is cancelled.
    static func start(
        _ node: LocalNode, gossip: GossipService, on loop: any EventLoop
    ) async throws -> RepeatedTask {
        let sampler = try await loop.submit {
            NIOLoopBound(NodeSampler(node: node, gossip: gossip), eventLoop: loop)
        }.get()
        return loop.scheduleRepeatedAsyncTask(initialDelay: .zero, delay: interval) { _ in
            sampler.value.rooms(on: loop).map { sampler.value.measure($0) }
        }
    }

    /// The figures of this node's rooms; nil where it has none, or is stopping.
    private func rooms(on loop: any EventLoop) -> EventLoopFuture<RoomsFigures?> {
        guard case .running(let game) = node.phase, let rooms = game.rooms else {
            return loop.makeSucceededFuture(nil)
        }
        return rooms.figures().map { RoomsFigures?.some($0) }.hop(to: loop)
    }

    private func measure(_ rooms: RoomsFigures?) {
        var values: [Figure: Double] = [:]
        let process = ProcessFigures.current
        measureProcessor(process.cpuSeconds, into: &values)
        if let memoryLimit, memoryLimit > 0 {
            values[.memory] = Double(process.residentBytes) / memoryLimit
        }
        if let traffic = MachineFigures.Traffic.current {
            values[.diskRead] = traffic.diskRead
            values[.diskWrite] = traffic.diskWritten
            values[.networkIn] = traffic.received
            values[.networkOut] = traffic.sent
        }
        values[.responseTime] = latency.note(node.counted.commits.counts)
        let faced = node.game?.listener?.connections
        values[.connections] = faced.map(Double.init) ?? rooms.map { Double($0.counters.players) }
        if let rooms { measure(rooms, into: &values) }
        let own = gossip.snapshot.own
        node.board.figures.measured(
            NodeFigures(
                node: own.name, instance: own.instance,
                values: Dictionary(
                    values.map { ($0.key.rawValue, $0.value) }, uniquingKeysWith: { $1 })))
    }

    /// The part of all cores, or the part of one core that the busiest thread takes, whichever is
    /// more: rooms run on one thread, and a server whose one thread is busy is full.
    private func measureProcessor(_ cpu: Double, into values: inout [Figure: Double]) {
        let (now, threads) = (ContinuousClock.now, MachineFigures.threadTimes)
        defer { last = (now, cpu, threads) }
        guard let last else { return }
        let seconds = (now - last.at) / .seconds(1)
        guard seconds > 0.1 else { return }
        let busiest =
            threads.map { thread, time in
                Double(time &- min(time, last.threads[thread] ?? time)) / 1e9
            }.max() ?? 0
        values[.cpu] = min(1, max(max(0, cpu - last.cpu) / cores, busiest) / seconds)
    }

    private func measure(_ rooms: RoomsFigures, into values: inout [Figure: Double]) {
        let counters = rooms.counters
        values[.players] = Double(counters.players)
        values[.rooms] = Double(rooms.rooms)
        values[.roomsCreated] = Double(counters.roomsOpened)
        values[.queueLength] = Double(rooms.queueLength)
        values[.requests] = Double(counters.inputs)
        // What went wrong for players by the servers' own doing, not by theirs.
        values[.errors] = Double(
            counters.pauses + counters.roomsDoubted + counters.recordsUnusable
                + Int(clamping: counters.copiesUnreadable))
    }
}
