package import Gossip
internal import Synchronization

/// What each server of the cluster said of its load last, for whoever looks. Written once a second by
/// the loops that hear of it.
package final class LoadBoard: Sendable {
    /// What scalers are to hear, beside this.
    package let figures = FigureBoard()
    private let loads = Mutex<[NodeID: (load: ServerLoad, at: ContinuousClock.Instant)]>([:])

    package init() {}

    package func note(_ load: ServerLoad, of node: NodeID) {
        let now = ContinuousClock.now
        loads.withLock { $0[node] = (load, now) }
    }

    package subscript(node: NodeID) -> ServerLoad? { loads.withLock { $0[node]?.load } }

    /// The same, unless it is older than that.
    package func load(of node: NodeID, within time: Duration) -> ServerLoad? {
        let now = ContinuousClock.now
        return loads.withLock { loads in
            guard let (load, at) = loads[node], now - at <= time else { return nil }
            return load
        }
    }
}
