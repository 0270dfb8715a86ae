package import Gossip
internal import NIOCore
internal import NIOPosix

/// A node that a hub keeps a link to.
struct LinkPeer {
    var address: Address
    var redial: Redial
    /// The attempt that is under way, or the link.
    var attempt: LinkID?
}

extension LinkHub {
    /// Keeps a link to a node, at this address from the next attempt on.
    package func setPeer(_ node: NodeID, _ address: Address) {
        eventLoop.preconditionInEventLoop()
        let now = now
        if var peer = peers[node] {
            guard peer.address != address else { return }
            peer.address = address
            peer.redial.hurry(now: now)
            peers[node] = peer
        } else {
            peers[node] = LinkPeer(address: address, redial: Redial(timing: timing, now: now))
        }
        redial(now: now)
    }

    /// Keeps no link to this node any more; one that is up is told `closed`. Links that the node
    /// itself dialled stay.
    package func removePeer(_ node: NodeID) {
        eventLoop.preconditionInEventLoop()
        guard let peer = peers.removeValue(forKey: node), let attempt = peer.attempt else { return }
        connections[attempt]?.end(.closed)
    }

    func redial(now: Instant) {
        for (node, peer) in peers where peer.redial.deadline <= now {
            var peer = peer
            guard peer.redial.begin(now: now) else { continue }
            let connection = LinkConnection(id: nextID(), role: .dialled(node), hub: self)
            peer.attempt = connection.id
            peers[node] = peer
            connections[connection.id] = connection
            counters.dialled += 1
            dial(connection, peer.address)
        }
    }

    private func dial(_ connection: LinkConnection, _ address: Address) {
        guard
            let target = try? SocketAddress(ipAddress: address.host, port: Int(address.port))
        else { return connection.end(.unreachable("no such address")) }
        let bound = NIOLoopBound((hub: self, connection: connection), eventLoop: eventLoop)
        ClientBootstrap(group: eventLoop)
            .connectTimeout(timeScale.amount(timing.connectMax))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.recvAllocator, value: Self.receiveBuffer)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let (hub, connection) = bound.value
                    let tls = try TLSHandler(hub.diallingContext, loop: hub.dialling)
                    try channel.pipeline.syncOperations.addHandlers([tls, connection])
                    hub.watch(channel)
                }
            }
            .connect(to: target)
            .assumeIsolated()
            .whenFailure { error in connection.end(Self.ending(error)) }
    }

    private static func ending(_ error: any Error) -> LinkEnding {
        switch error {
        case let error as TLSError: .tls(error)
        case let error as IOError: .unreachable(error.description)
        case ChannelError.connectTimeout: .unreachable("no answer")
        default: .unreachable("\(error)")
        }
    }

    /// Links are few, and bytes come in bursts.
    static let receiveBuffer = FixedSizeRecvByteBufferAllocator(capacity: 16 << 10)
}
