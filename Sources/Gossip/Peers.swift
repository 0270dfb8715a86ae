/// The senders whose present life is proven.
///
/// An array beside an index: a change in the place of a dictionary's value takes three allocations,
/// and each packet makes two.
struct Peers: Sendable {
    private var index: [NodeID: Int] = [:]
    private var ids: [NodeID] = []
    private var peers: [SWIM.Peer] = []

    var count: Int { peers.count }

    subscript(id: NodeID) -> SWIM.Peer? { index[id].map { peers[$0] } }

    /// In a new life it is another peer.
    mutating func put(_ id: NodeID, _ peer: SWIM.Peer) {
        if let position = index[id] {
            peers[position] = peer
        } else {
            index[id] = peers.count
            ids.append(id)
            peers.append(peer)
        }
    }

    /// Changes a peer, if it is one.
    mutating func note(_ id: NodeID, _ change: (inout SWIM.Peer) -> Void) {
        guard let position = index[id] else { return }
        change(&peers[position])
    }

    mutating func remove(_ id: NodeID) {
        guard let position = index.removeValue(forKey: id) else { return }
        let last = peers.count - 1
        if position != last {
            peers.swapAt(position, last)
            ids.swapAt(position, last)
            index[ids[position]] = position
        }
        peers.removeLast()
        ids.removeLast()
    }
}
