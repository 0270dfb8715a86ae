/// How a node takes part in its cluster.
package struct GossipOptions: Sendable {
    /// Unique in the cluster, at most `Limits.nameBytesMax` bytes.
    package var name: String
    package var cluster: String
    /// Where to listen, by UDP and by TCP. Port 0 takes one that is free for both.
    package var listen: Seed
    /// How others reach us, where that is not where we listen: a name or an address.
    package var advertise: String?
    /// Nodes to join through; asked for ever, their names resolved anew each time.
    package var seeds: [Seed] = []
    /// How many nodes found the cluster together. Nil: one without seeds does so alone, one with
    /// seeds joins.
    package var founders: Int?
    /// What is said of this node at its start; `disk` is filled in.
    package var metadata = Metadata()
    package var keyring: Keyring
    /// Where a keyring that the cluster has changed is written to.
    package var keyFile: String?
    /// Where promises are kept. Without one this node is a new voter after each start.
    package var stateDirectory: String?
    package var timing = Timing()
    package var viewTiming = ViewTiming()
    /// By what the node's times run; whoever works beside it goes by the same.
    package var timeScale = TimeScale.real

    package init(name: String, cluster: String, listen: Seed, keyring: Keyring) {
        self.name = name
        self.cluster = cluster
        self.listen = listen
        self.keyring = keyring
    }

    var foundersCount: Int { founders ?? (seeds.isEmpty ? 1 : 0) }
}
