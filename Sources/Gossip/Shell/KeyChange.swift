internal import NIOCore

/// A change of the cluster's keys, as an operator asks for it. Rotating is add, use, remove, each
/// after the one before is complete.
package enum KeyChange: Sendable {
    /// Changes nothing; says which keys each member has.
    case list
    case add(Key)
    /// Seal with it from now on.
    case use(UInt32)
    /// Refused while anybody has used it within the last minute.
    case remove(UInt32)
}

extension GossipDriver {
    func change(_ change: KeyChange, promise: EventLoopPromise<KeyReport>) {
        guard keyPromise == nil else { return promise.fail(KeyRefusal.busy) }
        let order: KeyOrder =
            switch change {
            case .list: .list
            case .add(let key): .install(key.bytes)
            case .use(let id): .use(id, generation: swim.nextKeyGeneration)
            case .remove(let id): .remove(id)
            }
        keyPromise = promise
        input { now in
            do throws(KeyRefusal) {
                try swim.change(order, now: now)
            } catch {
                keyPromise = nil
                promise.fail(error)
            }
        }
    }
}
