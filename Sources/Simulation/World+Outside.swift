internal import Gossip

// Connections from outside: to a node that runs, until either ends.
extension World {
    mutating func wakeOutside() {
        guard outsideAt == now else { return }
        outsideAt = .never
        act(outside?.wake(now: now) ?? [])
    }

    /// Begins, or hears what those outside want after something happened to them.
    package mutating func act(_ effects: [OutsideEffect]) {
        for effect in effects {
            switch effect {
            case .connect(let id, let node): connect(id, to: node)
            case .send(let id, let bytes): fly(.bytes(bytes), to: id, byteCount: bytes.count)
            case .close(let id):
                fly(.closed, to: id, byteCount: 0)
                sockets[id]?.isOpenOutside = false
            }
        }
        judge()
        let deadline = outside?.nextDeadline ?? .never
        guard deadline != .never, max(now, deadline) < outsideAt else { return }
        outsideAt = max(now, deadline)
        agenda.add(.socket(.wake), at: outsideAt)
    }

    /// What is not yet as it should be: in gossip and views, then with whoever is outside.
    package var unsettled: String? { disagreement ?? outside?.unfinished(in: self) }

    /// Looks whether what just happened broke an invariant.
    mutating func judge() {
        if let fault = outside?.fault { fail(fault) }
    }

    private mutating func connect(_ id: SocketID, to index: Int) {
        let delay = network.connecting()
        guard index < nodes.count, nodes[index].isAlive else {
            agenda.add(.socket(.closedOutside(id, code: nil)), at: now.advanced(by: delay))
            return
        }
        let at = now.advanced(by: delay)
        sockets[id] = OutsideSocket(
            node: index, life: nodes[index].life, lastToNode: at, lastToOutside: at)
        agenda.add(.socket(.arrive(id)), at: at)
    }

    private mutating func fly(_ input: SocketInput, to id: SocketID, byteCount: Int) {
        guard let socket = sockets[id], socket.isOpenOutside else { return }
        let at = max(socket.lastToNode, now.advanced(by: network.streaming(byteCount)))
        sockets[id]?.lastToNode = at
        guard !isTooLate(at, on: id) else { return }
        agenda.add(.socket(.toNode(id, input)), at: at)
    }

    mutating func sendOutside(_ bytes: [UInt8], on id: SocketID) {
        guard let socket = sockets[id], socket.isOpenInside else { return }
        let at = max(socket.lastToOutside, now.advanced(by: network.streaming(bytes.count)))
        sockets[id]?.lastToOutside = at
        guard !isTooLate(at, on: id) else { return }
        agenda.add(.socket(.toOutside(id, bytes)), at: at)
    }

    /// Bytes that are lost again and again: both sides give the connection up.
    private mutating func isTooLate(_ at: Instant, on id: SocketID) -> Bool {
        guard now.duration(to: at) > Self.outsidePatience else { return false }
        let end = now.advanced(by: Self.outsidePatience)
        // In this order: what the node hears of its end is the last that is known of a socket.
        agenda.add(.socket(.tornOutside(id)), at: end)
        agenda.add(.socket(.toNode(id, .closed)), at: end)
        return true
    }

    /// Players' programs, and the pings of gateways, wait no longer for a sign of life.
    private static let outsidePatience = Duration.seconds(20)

    mutating func closeOutside(_ id: SocketID, code: UInt16?) {
        guard let socket = sockets[id], socket.isOpenInside else { return }
        sockets[id]?.isOpenInside = false
        let at = max(socket.lastToOutside, now.advanced(by: network.streaming(0)))
        agenda.add(.socket(.closedOutside(id, code: code)), at: at)
    }

    /// A node's life is over, and its sockets with it.
    mutating func endOutside(_ index: Int, isHostUp: Bool) {
        guard let outside else { return }
        for (id, socket) in sockets.sorted(by: { $0.key.number < $1.key.number })
        where socket.node == index && socket.isOpenInside {
            sockets[id]?.isOpenInside = false
            let wait = isHostUp ? network.streaming(0) : linkPatience
            agenda.add(
                .socket(.closedOutside(id, code: nil)),
                at: max(socket.lastToOutside, now.advanced(by: wait)))
        }
        outside.ended(node: index)
    }

    mutating func take(_ step: SocketStep) {
        switch step {
        case .wake: wakeOutside()
        case .arrive(let id):
            guard let socket = sockets[id] else { return }
            guard !isPast(socket.node, socket.life) else {
                sockets[id]?.isOpenInside = false
                return take(.closedOutside(id, code: nil))
            }
            receive(.socket(step), at: socket.node, life: socket.life, byteCount: 0, isActors: true)
            {
                world, _ in
                let at = world.now.advanced(by: world.network.streaming(0))
                world.sockets[id]?.lastToOutside = at
                world.agenda.add(.socket(.opened(id)), at: at)
                world.tellActors(socket.node, .socket(id, .opened))
            }
        case .toNode(let id, let input):
            guard let socket = sockets[id], socket.isOpenInside else {
                if input == .closed { sockets[id] = nil }
                return
            }
            receive(.socket(step), at: socket.node, life: socket.life, byteCount: 0, isActors: true)
            {
                world, _ in
                if input == .closed { world.sockets[id] = nil }
                world.tellActors(socket.node, .socket(id, input))
            }
        case .opened(let id):
            guard let outside, sockets[id]?.isOpenOutside == true else { return }
            act(outside.opened(id, now: now))
        case .toOutside(let id, let bytes):
            guard let outside, sockets[id]?.isOpenOutside == true else { return }
            act(outside.received(bytes, on: id, now: now))
        case .tornOutside(let id):
            guard let outside, sockets[id]?.isOpenOutside == true else { return }
            sockets[id]?.isOpenOutside = false
            act(outside.closed(id, code: nil, now: now))
        case .closedOutside(let id, let code):
            guard let outside else { return }
            let wasOpen = sockets[id]?.isOpenOutside ?? true
            sockets[id] = nil
            if wasOpen { act(outside.closed(id, code: code, now: now)) }
        }
    }
}
