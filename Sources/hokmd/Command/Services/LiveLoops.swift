import NIOCore
import Synchronization

/// The event loops that this node's work runs on, for whoever asks whether they still turn.
final class LiveLoops: Sendable {
    private let all = Mutex<[ObjectIdentifier: any EventLoop]>([:])

    func add(_ group: some EventLoopGroup) {
        all.withLock { all in
            for loop in group.makeIterator() { all[ObjectIdentifier(loop)] = loop }
        }
    }

    /// Before they end.
    func remove(_ group: some EventLoopGroup) {
        all.withLock { all in
            for loop in group.makeIterator() { all[ObjectIdentifier(loop)] = nil }
        }
    }

    /// Completes, on `loop`, once each of them has taken a turn: never while one is stuck.
    func turn(on loop: any EventLoop) -> EventLoopFuture<Void> {
        let turns = all.withLock { all in all.values.map { $0.submit {} } }
        return EventLoopFuture.andAllComplete(turns, on: loop)
    }
}
