package import Gossip
internal import Synchronization

/// What each server of the cluster said of its load last, for whoever looks. Written once a second by
/// the loops that hear of it.
package final class LoadBoard: Sendable {
    private let loads = Mutex<[NodeID: ServerLoad]>([:])

    package init() {}

    package func note(_ load: ServerLoad, of node: NodeID) {
        loads.withLock { $0[node] = load }
    }

    package subscript(node: NodeID) -> ServerLoad? { loads.withLock { $0[node] } }
}
