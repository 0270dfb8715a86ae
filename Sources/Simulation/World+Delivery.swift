internal import Gossip

// Datagrams and streams between the nodes' gossip.
extension World {
    mutating func send(_ bytes: [UInt8], from index: Int, to target: Address) {
        var target = target
        if mistake == .strayAddress, random.chance(0.01) { target = Adversary.victim(99) }
        let copies = mistake == .answerTwice ? 2 : 1
        for _ in 0..<copies {
            fail(trafficCheck.sent(bytes.count, by: index, to: target, isStream: false))
        }
        guard !nodes[index].cannotSend else {
            nodes[index].swim.sendFailed(to: target, now: local(index))
            return
        }
        let source = nodes[index].address
        if network.conditions.replay > 0 {
            adversary.record(
                Adversary.Packet(bytes: bytes, from: source, to: target), using: &random)
            if random.chance(network.conditions.replay) {
                let wait = random.duration(in: .zero...(.seconds(5)))
                agenda.add(.strike, at: now.advanced(by: wait))
            }
        }
        guard let receiver = nodeAt[target] else { return }
        let flights = network.flights(from: index, to: receiver)
        for delay in [flights.0, flights.1] {
            guard let delay else { continue }
            var copy = bytes
            network.damage(&copy)
            agenda.add(
                .datagram(copy, from: source, to: target), at: now.advanced(by: delay))
        }
    }

    mutating func arrive(_ bytes: [UInt8], from source: Address, to target: Address) {
        guard let index = nodeAt[target] else { return }
        let life = nodes[index].life
        receive(
            .datagram(bytes, from: source, to: target), at: index, life: life,
            byteCount: bytes.count
        ) { world, now in
            world.trafficCheck.received(bytes.count, at: index, from: source)
            let before = world.meter?.now ?? 0
            world.nodes[index].swim.receive(bytes.span.bytes, from: source, now: now)
            world.meter?.note(.receive, since: before)
        }
    }

    mutating func strike() {
        let addresses = nodes.filter(\.isAlive).map(\.address)
        guard let packet = adversary.strike(at: addresses, using: &random) else { return }
        trace.say(now, "strike \(packet.bytes.count) B \(packet.from) → \(packet.to)")
        arrive(packet.bytes, from: packet.from, to: packet.to)
    }

    // MARK: Streams

    mutating func sendRequest(
        _ bytes: [UInt8], id: UInt32, from index: Int, to target: Address, timeout: Duration
    ) {
        fail(trafficCheck.sent(bytes.count, by: index, to: target, isStream: true))
        let life = nodes[index].life
        // Whatever else comes first ends the request; this is then passed over.
        agenda.add(
            .requestFailed(id: id, isRefused: false, index, life: life),
            at: now.advanced(by: timeout))
        guard !nodes[index].cannotSend, let receiver = nodeAt[target],
            !network.isBlocked(index, receiver), !network.isBlocked(receiver, index)
        else { return }
        let connected = network.connecting()
        if case .down(let isHostUp) = nodes[receiver].state {
            guard isHostUp else { return }
            agenda.add(
                .requestFailed(id: id, isRefused: true, index, life: life),
                at: now.advanced(by: connected))
            return
        }
        if network.resetsStream() {
            agenda.add(
                .requestFailed(id: id, isRefused: false, index, life: life),
                at: now.advanced(by: connected))
            return
        }
        let flight = network.streaming(bytes.count)
        // Who asks waits no longer for the connection, nor who is asked for what is said on it.
        guard connected <= timeout, flight <= Limits.answerTimeMax else { return }
        agenda.add(
            .request(bytes, id: id, from: index, life: life, to: target),
            at: now.advanced(by: connected + flight))
    }

    mutating func arriveRequest(
        _ bytes: [UInt8], id: UInt32, from index: Int, life: Int, to target: Address
    ) {
        guard let receiver = nodeAt[target] else { return }
        guard nodes[receiver].isAlive else {
            // It stopped between the handshake and now.
            agenda.add(
                .requestFailed(id: id, isRefused: false, index, life: life),
                at: now.advanced(by: .milliseconds(1)))
            return
        }
        guard !network.isBlocked(index, receiver), !network.isBlocked(receiver, index) else {
            return
        }
        let source = nodes[index].address
        receive(
            .request(bytes, id: id, from: index, life: life, to: target), at: receiver,
            life: nodes[receiver].life, byteCount: 0
        ) { world, now in
            var reply: [UInt8] = []
            let isAnswered = world.nodes[receiver].swim.receive(
                request: bytes.span.bytes, from: source, now: now, into: &reply)
            world.answer(
                isAnswered ? reply : nil, id: id, from: receiver, to: index, life: life)
        }
    }

    private mutating func answer(
        _ reply: [UInt8]?, id: UInt32, from receiver: Int, to index: Int, life: Int
    ) {
        guard let reply, !network.resetsStream() else {
            agenda.add(
                .requestFailed(id: id, isRefused: false, index, life: life),
                at: now.advanced(by: network.streaming(0)))
            return
        }
        fail(
            reply.count <= Limits.frameBytesMax
                ? nil : (.bounds, "node \(receiver) answers \(reply.count) bytes"))
        agenda.add(
            .reply(reply, id: id, to: index, life: life),
            at: now.advanced(by: network.streaming(reply.count)))
    }
}
