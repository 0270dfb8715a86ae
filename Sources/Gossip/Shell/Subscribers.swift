internal import NIOCore
internal import Synchronization

/// The present snapshot, for threads that only look.
final class SnapshotCell: Sendable {
    private let content: Mutex<(ClusterSnapshot, Counters)>

    init(_ snapshot: ClusterSnapshot) {
        content = Mutex((snapshot, Counters()))
    }

    var snapshot: ClusterSnapshot { content.withLock { $0.0 } }
    var counters: Counters { content.withLock { $0.1 } }

    func set(_ snapshot: ClusterSnapshot) { content.withLock { $0.0 = snapshot } }
    func set(_ counters: Counters) { content.withLock { $0.1 = counters } }
}

/// Ends a subscription: after `cancel` has run on the subscriber's loop, nothing is delivered.
package final class ClusterSubscription: Sendable {
    private let isCancelled = Atomic(false)
    let eventLoop: any EventLoop
    private let body: @Sendable (ClusterUpdate) -> Void

    init(on eventLoop: any EventLoop, _ body: @escaping @Sendable (ClusterUpdate) -> Void) {
        self.eventLoop = eventLoop
        self.body = body
    }

    package func cancel() { isCancelled.store(true, ordering: .releasing) }

    var isOver: Bool { isCancelled.load(ordering: .acquiring) }

    /// In the order of the calls, on the subscriber's loop.
    func deliver(_ update: ClusterUpdate) {
        eventLoop.execute { if !self.isOver { self.body(update) } }
    }
}
