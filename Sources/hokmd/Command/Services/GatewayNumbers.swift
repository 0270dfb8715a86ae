import Link
import Synchronization

/// Numbers the event loops of a node's gateway.
final class GatewayNumbers: Sendable {
    private let last = Atomic<Int>(0)

    func next() -> GatewayID {
        GatewayID(last.add(1, ordering: .relaxed).newValue)
    }
}
