package import Gossip

/// One life of a server: a restarted one has lost its rooms, and so is another.
package struct ServerLife: Hashable, Comparable, Sendable {
    package let id: NodeID
    package let instance: UInt64

    package init(id: NodeID, instance: UInt64) {
        self.id = id
        self.instance = instance
    }

    package static func < (one: ServerLife, other: ServerLife) -> Bool {
        (one.id, one.instance) < (other.id, other.instance)
    }
}

extension View.Server {
    package var life: ServerLife { ServerLife(id: id, instance: instance) }
}
