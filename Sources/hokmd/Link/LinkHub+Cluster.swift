package import Gossip
internal import Logging

extension LinkHub {
    /// Keeps a link to every server that is there, and to nobody else.
    ///
    /// - Parameter excluded: a server that is reached otherwise: the one of this very process.
    package func keepLinks(to snapshot: ClusterSnapshot, except excluded: NodeID?) {
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

    /// Takes the cluster's keys, as far as OpenSSL does.
    package func use(_ keyring: Keyring) {
        do throws(TLSError) {
            try update(keyring: keyring)
        } catch {
            logger.error("keys refused for links", metadata: ["reason": "\(error)"])
        }
    }
}
