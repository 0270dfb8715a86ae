/// The numbered, agreed list of the servers that may own rooms, and of those who decide the next.
///
/// There is one document for each number of a lineage (invariant V1). A view is never changed; the
/// next one replaces it.
package struct View: Equatable, Sendable {
    /// One life of a server, as the view has it.
    package struct Server: Equatable, Sendable {
        package enum State: UInt8, Sendable, CaseIterable {
            /// It is being given copies of the rooms that it will hold; it owns none yet.
            case warming = 0
            case serving = 1
            /// It is leaving: its rooms go elsewhere, and it gets no new ones.
            case draining = 2
        }

        package let id: NodeID
        /// Which of the node's lives: a restarted server has lost its rooms, and so is another.
        package let instance: UInt64
        /// The failure domain; empty where the operator named none.
        package let zone: String
        /// Its share of the rooms, 1...`Limits.weightMax`.
        package let weight: UInt32
        package var state: State

        /// `weight` is brought into its range.
        package init(
            id: NodeID, instance: UInt64, zone: String = "", weight: UInt32 = 1,
            state: State = .serving
        ) {
            self.id = id
            self.instance = instance
            self.zone = zone
            self.weight = min(max(weight, 1), Limits.weightMax)
            self.state = state
        }
    }

    /// 1 for the view that founded the cluster.
    package let number: UInt64
    /// Drawn at random by the founder: views of clusters that were founded apart never mix.
    package let lineage: UInt64
    /// In ascending order of id, each id once.
    package let servers: [Server]
    package let voters: Voters

    /// Puts the servers in order; no id may be there twice.
    package init(number: UInt64, lineage: UInt64, servers: [Server], voters: Voters) {
        self.number = number
        self.lineage = lineage
        self.servers = servers.sorted { $0.id < $1.id }
        self.voters = voters
    }

    package func server(_ id: NodeID) -> Server? {
        servers.first { $0.id == id }
    }
}
