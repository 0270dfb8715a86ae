internal import Gossip
internal import Link
internal import Logging
internal import NIOCore
internal import Wire

/// A gateway's loop on another node.
struct LinkedGateway: GatewayPort {
    let hub: NIOLoopBound<LinkHub>
    let link: LinkID

    func deliver(_ frames: [RoomFrame]) {
        let hub = hub.value
        for batch in FrameBatch.encode(frames, view: hub.view) {
            hub.send(.rooms, batch.span.bytes, on: link)
        }
    }

    func note(_ load: ServerLoad) {
        hub.value.send(.load, load.encode().span.bytes, on: link)
    }
}

extension RoomsLoop {
    /// Numbers of loops in this process are small; those of links begin here.
    private static let linkedGateways = 1 << 32

    private func gateway(on link: LinkID) -> GatewayID {
        GatewayID(Self.linkedGateways + Int(link.rawValue))
    }

    func take(_ event: LinkEvent) {
        hub.report(event, to: gossip)
        switch event {
        case .up(let link):
            if link.peer.purpose == .gateway {
                register(
                    gateway(on: link.id),
                    LinkedGateway(hub: NIOLoopBound(hub, eventLoop: hub.eventLoop), link: link.id))
            } else if link.peer.purpose == .scaler {
                scalers.insert(link.id)
            } else {
                comes(link)
            }
        case .down(let link, _):
            if link.peer.purpose == .gateway {
                lost(gateway(on: link.id))
            } else if scalers.remove(link.id) == nil {
                goes(link)
            }
        case .frame(let type, let payload, let link, let node):
            take(type, payload, on: link, from: node)
        }
    }

    private func comes(_ link: NodeLink) {
        let life = ServerLife(id: link.node, instance: link.peer.instance)
        var ways = peers[link.node] ?? PeerWays(life: life)
        if ways.life != life {
            if ways.areUp { lost(ways.life) }
            ways = PeerWays(life: life)
        } else if ways.areUp {
            lost(life)
        }
        ways.comes(link.id, link.direction)
        let early = ways.areUp ? ways.takeEarly() : []
        peers[link.node] = ways
        guard ways.areUp else { return }
        reached(life)
        for batch in early { receive(batch.frames, from: life, view: batch.view) }
    }

    private func goes(_ link: NodeLink) {
        guard var ways = peers[link.node] else { return }
        let wereUp = ways.areUp
        guard ways.goes(link.id) else { return }
        peers[link.node] = ways.areGone ? nil : ways
        if ways.areGone { loads[link.node] = nil }
        if wereUp { lost(ways.life) }
    }

    func breakLinks(to peer: ServerLife) {
        guard let ways = peers[peer.id], ways.life == peer else { return }
        for link in [ways.dialled, ways.accepted] {
            if let link { hub.breakLink(link, "too much at once") }
        }
    }

    private func take(
        _ type: FrameType, _ payload: ByteBuffer, on link: LinkID, from node: NodeID
    ) {
        do throws(WireError) {
            let bytes = payload.readableBytesSpan
            switch type {
            case .sessions:
                let batch = try FrameBatch<GatewayFrame>(decoding: bytes)
                hub.learn(batch.view, at: node, by: gossip)
                receive(batch.frames, from: gateway(on: link), view: batch.view)
            case .peers:
                let batch = try FrameBatch<PeerFrame>(decoding: bytes)
                hub.learn(batch.view, at: node, by: gossip)
                guard let life = peers[node]?.life, peers[node]?.accepted == link else { return }
                switch peers[node]?.hear(batch) {
                case .now: receive(batch.frames, from: life, view: batch.view)
                case .tooMuch: hub.breakLink(link, "too much before there was a way back")
                case .later, nil: break
                }
            case .load:
                let load = try ServerLoad(decoding: bytes)
                loads[node] = load
                board.note(load, of: node)
                gossip.heard(node)
            case .figures:
                board.figures.heard(.figures(try NodeFigures(decoding: bytes)))
                tellScalers(.figures, bytes)
            case .scaler:
                board.figures.heard(.scaler(try ScalerWord(decoding: bytes)))
                tellScalers(.scaler, bytes, except: link)
            case .weight: weightFactor = try ServerWeight.decode(bytes)
            default: break
            }
        } catch {
            hub.breakLink(link, "\(error)")
        }
    }

    // MARK: To peers

    func send(_ frames: [PeerFrame], to peer: ServerLife) {
        guard let ways = peers[peer.id], ways.life == peer, ways.areUp else { return }
        for batch in FrameBatch.encode(frames, view: hub.view) {
            hub.send(.peers, batch.span.bytes, to: peer.id)
        }
    }

    // MARK: To scalers

    /// What this server says of itself.
    func sendToScalers(_ load: ServerLoad) {
        guard !scalers.isEmpty else { return }
        tellScalers(.load, load.encode().span.bytes)
        if let own = board.figures.own { tellScalers(.figures, own.encode().span.bytes) }
    }

    private func tellScalers(_ type: FrameType, _ payload: RawSpan, except link: LinkID? = nil) {
        for scaler in scalers where scaler != link { hub.send(type, payload, on: scaler) }
    }

    func sendToPeers(_ load: ServerLoad) {
        let bytes = load.encode()
        for (node, ways) in peers where ways.dialled != nil {
            hub.send(.load, bytes.span.bytes, to: node)
        }
    }
}
