package import Gossip
internal import Logging
package import NIOCore
internal import NIOPosix

extension LinkHub {
    /// Accepts links. Completes with the address, and the port that the kernel chose if 0 was asked
    /// for.
    package func listen(on address: Address) -> EventLoopFuture<Address> {
        eventLoop.preconditionInEventLoop()
        precondition(listener == nil, "a hub listens once")
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        return ServerBootstrap(group: eventLoop)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.recvAllocator, value: Self.receiveBuffer)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try bound.value.accept(channel) }
            }
            .bind(host: address.host, port: Int(address.port))
            .map { channel in
                bound.value.listener = channel
                guard let local = channel.localAddress, let host = local.ipAddress,
                    let port = local.port,
                    let actual = Address(host: host, port: UInt16(clamping: port))
                else { return address }
                return actual
            }
    }

    private func accept(_ channel: any Channel) throws {
        guard acceptedCount < limits.acceptedMax, stopped == nil else {
            counters.refusedCrowd += 1
            return channel.close(mode: .all, promise: nil)
        }
        let connection = LinkConnection(id: nextID(), role: .accepted, hub: self)
        let tls = try TLSHandler(acceptingContext, loop: accepting)
        try channel.pipeline.syncOperations.addHandlers([tls, connection])
        acceptedCount += 1
        counters.accepted += 1
        connections[connection.id] = connection
        watch(channel)
    }

    func watch(_ channel: any Channel) {
        openChannels += 1
        channel.closeFuture.assumeIsolated().whenComplete { _ in
            self.openChannels -= 1
            self.completeStop()
        }
    }

    /// Ends all links in good order, and accepts and dials no more. Completes when all are closed.
    package func stop() -> EventLoopFuture<Void> {
        eventLoop.preconditionInEventLoop()
        if let stopped { return stopped.futureResult }
        let promise = eventLoop.makePromise(of: Void.self)
        stopped = promise
        listener?.close(promise: nil)
        peers.removeAll()
        for connection in Array(connections.values) { connection.end(.closed) }
        completeStop()
        return promise.futureResult
    }

    private func completeStop() {
        guard openChannels == 0 else { return }
        stopped?.succeed()
    }
}

// MARK: - What connections tell

extension LinkHub {
    /// What speaks against a peer that introduced itself. An older life of it loses its links, and
    /// so does the same loop's link from before.
    func objection(to peer: Hello, from connection: LinkConnection) -> LinkEnding? {
        let others = connections.values.filter { $0.link?.node == peer.node }
        guard others.allSatisfy({ ($0.link?.peer.instance ?? 0) <= peer.instance }) else {
            return .formerLife
        }
        for other in others {
            guard let former = other.link?.peer else { continue }
            let isSame =
                other.role == .accepted && connection.role == .accepted
                && former.purpose == peer.purpose && former.loop == peer.loop
            if former.instance < peer.instance || isSame { other.end(.superseded) }
        }
        return nil
    }

    func isUp(_ connection: LinkConnection, _ link: Link) {
        counters.up += 1
        if case .dialled(let node) = connection.role {
            peers[node]?.redial.succeeded(now: now)
            ways[node] = connection
        }
        logger.info(
            "link up",
            metadata: [
                "node": "\(link.peer.name)", "instance": "\(link.peer.instance)",
                "direction": "\(link.direction.rawValue)", "loop": "\(link.peer.loop)",
                "view": "\(link.peer.view)", "version": "\(link.version)",
            ])
        onEvent(.up(link))
    }

    func hasEnded(_ connection: LinkConnection, _ link: Link?, _ ending: LinkEnding) {
        connections[connection.id] = nil
        if case .dialled(let node) = connection.role {
            if ways[node] === connection { ways[node] = nil }
            if var peer = peers[node], peer.attempt == connection.id {
                peer.attempt = nil
                peer.redial.ended(now: now, using: &generator)
                peers[node] = peer
                wake(at: peer.redial.deadline)
            }
        } else {
            acceptedCount -= 1
        }
        count(ending, connection, wasUp: link != nil)
        report(ending, connection, link)
        if let link { onEvent(.down(link, ending)) }
    }

    private func count(_ ending: LinkEnding, _ connection: LinkConnection, wasUp: Bool) {
        if ending == .silent { counters.silent += 1 }
        if ending == .overflow { counters.overflowed += 1 }
        if wasUp {
            counters.down += 1
        } else if connection.role == .accepted {
            counters.refused += 1
        } else {
            counters.failed += 1
        }
    }

    private func report(_ ending: LinkEnding, _ connection: LinkConnection, _ link: Link?) {
        if let link {
            logger.notice(
                "link down",
                metadata: [
                    "node": "\(link.peer.name)", "direction": "\(link.direction.rawValue)",
                    "reason": "\(ending)",
                ])
            return
        }
        // TLS has told of its errors, with the peer.
        if case .tls = ending { return }
        let (event, who) =
            switch connection.role {
            case .accepted: ("link refused", connection.peerAddress)
            case .dialled(let node): ("link failed", node.description)
            }
        guard let suppressed = throttle.admit("\(who) \(ending)", now: now) else { return }
        logger.info(
            "\(event)",
            metadata: [
                "peer": "\(who)", "reason": "\(ending)", "suppressed": "\(suppressed)",
            ])
    }
}
