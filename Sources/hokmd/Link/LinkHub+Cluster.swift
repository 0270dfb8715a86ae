package import Gossip
internal import Logging

extension LinkHub {
    /// Keeps a link to every server that is there, and to nobody else.
    ///
    /// - Parameter excluded: a server that is reached otherwise: the one of this very process.
    package func keepLinks(to snapshot: ClusterSnapshot, except excluded: NodeID?) {
        begin(snapshot.own.instance)
        for member in snapshot.members where member.id != excluded {
            if member.status.isPresent, member.modes.contains(.server),
                let address = member.linkAddress
            {
                setPeer(member.id, address)
            } else {
                removePeer(member.id)
            }
        }
    }

    /// The node goes on as a later life: its peers are to know its links for that one's. They would
    /// refuse those of a former life.
    func begin(_ instance: UInt64) {
        guard instance > identity.instance else { return }
        identity.instance = instance
        for connection in Array(connections.values) { connection.end(.closed) }
    }

    /// Tells gossip what a link's coming and going says of the node at its other end.
    package func report(_ event: LinkEvent, to gossip: GossipService) {
        switch event {
        case .up(let link):
            learn(link.peer.view, at: link.node, by: gossip)
            gossip.heard(link.node)
        case .down(let link, let ending):
            if !ending.isOurs { gossip.hint(link.node) }
        case .frame: break
        }
    }

    /// Whoever is behind fetches the newer view.
    package func learn(_ number: UInt64, at node: NodeID, by gossip: GossipService) {
        if number > view { gossip.newerView(number, at: node) }
    }

    /// Takes the cluster's keys, as far as OpenSSL does.
    package func use(_ keyring: Keyring) {
        do throws(TLSError) {
            try update(keyring: keyring)
        } catch {
            logger.error("keys refused for links", metadata: ["reason": "\(error)"])
        }
    }
}
