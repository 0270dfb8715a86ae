/// Whose agreement chooses the view of one number.
package enum Electorate: Equatable, Sendable {
    /// Any `count` nodes that have no view yet: they found the cluster. Two such sets meet if count
    /// is more than half of the nodes that are started to found it.
    case founders(count: Int)
    /// The voters of the view before.
    case voters(Voters)

    package func isQuorum(_ nodes: some Sequence<NodeID>) -> Bool {
        let nodes = Set(nodes)
        switch self {
        case .founders(let count): return nodes.count >= count
        case .voters(let voters): return voters.isQuorum { nodes.contains($0.node) }
        }
    }
}
