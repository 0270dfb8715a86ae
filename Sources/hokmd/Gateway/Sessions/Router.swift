package import Game
package import Gossip
package import Link

/// Which server a frame goes to: a view, which of its servers can be reached from this loop, and
/// how full they are. Pure.
package struct Router {
    /// Where something of the cluster is found.
    package enum Way: Equatable, Sendable {
        /// There is no view yet, or no server in it.
        case unknown
        /// This server has it, and there is no link to it now.
        case broken(NodeID)
        case open(NodeID)
    }

    private var view: View?
    private var rendezvous: Rendezvous?
    private var reachable: Set<NodeID> = []
    private var loads: [NodeID: ServerLoad] = [:]

    private static let lobbyKey = PlacementKey(name: "lobby")

    package init() {}

    /// Of the view that decides; `nil` before the first.
    package var viewNumber: UInt64? { view?.number }

    /// - Returns: whether it is news. Numbers rise within a lineage; another lineage is another
    ///   cluster, which this node has joined.
    package mutating func install(_ view: View) -> Bool {
        if let present = self.view, present.lineage == view.lineage,
            present.number >= view.number
        {
            return false
        }
        self.view = view
        rendezvous = Rendezvous(view)
        loads = loads.filter { view.server($0.key) != nil }
        return true
    }

    package mutating func linkUp(_ node: NodeID) {
        reachable.insert(node)
    }

    package mutating func linkDown(_ node: NodeID) {
        reachable.remove(node)
    }

    package func isReachable(_ node: NodeID) -> Bool { reachable.contains(node) }

    /// What the server said of itself last.
    package mutating func note(_ load: ServerLoad, of node: NodeID) {
        loads[node] = load
    }

    package func way(to room: RoomCode) -> Way {
        way(PlacementKey(code: room.number))
    }

    package var wayToLobby: Way { way(Self.lobbyKey) }

    private func way(_ key: PlacementKey) -> Way {
        guard let node = rendezvous?.owner(of: key) else { return .unknown }
        return reachable.contains(node) ? .open(node) : .broken(node)
    }

    /// A code for a new room, which the server with the most room owns.
    ///
    /// Who is placed counts at once, so that the players of a second do not all go to the server
    /// that was the emptiest when it began.
    package mutating func newRoom(using generator: inout some RandomNumberGenerator) -> RoomCode {
        guard let rendezvous, let node = emptiest(using: &generator) else {
            return .random(using: &generator)
        }
        loads[node]?.players += 1
        let number = rendezvous.code(ownedBy: node, using: &generator)
        return number.flatMap { RoomCode(number: $0) } ?? .random(using: &generator)
    }

    /// Of the serving servers that can be reached and are not full, the one with the smallest part
    /// of its share taken. Who has said nothing counts as empty.
    private func emptiest(using generator: inout some RandomNumberGenerator) -> NodeID? {
        var candidates: [NodeID] = []
        var least = Double.infinity
        for server in view?.servers ?? []
        where server.state == .serving && reachable.contains(server.id) {
            let load = loads[server.id]
            guard load?.isFull != true else { continue }
            let fill = load?.fill ?? 0
            if fill < least {
                least = fill
                candidates.removeAll(keepingCapacity: true)
            }
            if fill == least { candidates.append(server.id) }
        }
        return candidates.randomElement(using: &generator)
    }
}
