internal import Gossip

// Actors, and the links between those of different nodes.
extension World {
    mutating func tellActors(_ index: Int, _ input: ActorInput) {
        for actor in nodes[index].actors.indices { tellActor(index, actor, input) }
    }

    mutating func tellActor(_ index: Int, _ actor: Int, _ input: ActorInput) {
        let end = LinkEnd(node: index, life: nodes[index].life, actor: actor)
        for effect in nodes[index].handle(input, actor: actor, now: local(index)) {
            switch effect {
            case .open(let target): open(end, to: target)
            case .send(let link, let bytes): send(bytes, over: link, from: end)
            case .close(let link): close(link, from: end)
            case .ready:
                isStirred = true
                becomeReady(index)
            case .heard(let id):
                isStirred = true
                tell(index, .heard(id))
            case .newerView(let number, let id):
                isStirred = true
                tell(index, .newer(number, at: id))
            case .orderDrain(let id, let instance):
                isStirred = true
                announceDrain(of: id, instance: instance, at: index)
            case .sendOutside(let socket, let bytes): sendOutside(bytes, on: socket)
            case .closeOutside(let socket, let code): closeOutside(socket, code: code)
            }
        }
        judge()
    }

    private mutating func becomeReady(_ index: Int) {
        var metadata = nodes[index].swim.own.metadata
        guard nodes[index].course == .staying, metadata.state == .joining else { return }
        metadata.state = .ready
        nodes[index].swim.update(metadata, now: local(index))
    }

    // MARK: Links that fall silent

    /// Cuts the network, and has the links looked at that cross the cut.
    package mutating func cut(_ partition: Partition) -> Int {
        lookForSilence()
        return network.cut(partition)
    }

    mutating func lookForSilence() {
        guard linksArePinged else { return }
        agenda.add(.silence, at: now.advanced(by: linkPatience))
    }

    /// Breaks the links between those who do not hear each other, and those of sleepers.
    mutating func breakSilent() {
        for id in links.ids {
            guard let link = links[id] else { continue }
            let (one, other) = (link.ends[0].node, link.ends[1].node)
            let isCut = network.isBlocked(one, other) || network.isBlocked(other, one)
            guard isCut || nodes[one].state == .paused || nodes[other].state == .paused else {
                continue
            }
            for side in 0...1 {
                let wait = network.streaming(0)
                agenda.add(.link(.closed(id, side: side)), at: now.advanced(by: wait))
            }
        }
    }

    /// Breaks one link at random: what is under way is lost. Whether there was any.
    package mutating func breakLink() -> Bool {
        guard let id = links.ids.randomElement(using: &random) else { return false }
        for side in 0...1 { agenda.add(.link(.closed(id, side: side)), at: now) }
        return true
    }

    mutating func breakLinks(of index: Int, isHostUp: Bool) {
        for id in links.ids(of: index) {
            guard let link = links[id], let side = link.ends.firstIndex(where: { $0.node == index })
            else { continue }
            links.close(id, side: side)
            let other = link.ends[1 - side].node
            // A machine that is gone says nothing: its partners find out in time.
            let isTold = isHostUp && !network.isBlocked(index, other)
            let wait = isTold ? network.streaming(0) : linkPatience
            agenda.add(
                .link(.closed(id, side: 1 - side)),
                at: max(link.lastArrival[1 - side], now.advanced(by: wait)))
        }
    }

    private mutating func open(_ end: LinkEnd, to id: NodeID) {
        guard let target = indexOf[id], target != end.node else { return }
        let isCut =
            network.isBlocked(end.node, target) || network.isBlocked(target, end.node)
            || nodes[end.node].cannotSend || nodes[target].state == .down(isHostUp: false)
        let isRefused = nodes[target].state == .down(isHostUp: true)
        let delay = isCut ? .seconds(2) : network.connecting()
        let step: LinkStep =
            isCut || isRefused
            ? .openFailed(end, target: target, isRefused: isRefused && !isCut)
            : .arrive(opener: end, target: target)
        agenda.add(.link(step), at: now.advanced(by: delay))
    }

    private mutating func send(_ bytes: [UInt8], over id: LinkID, from end: LinkEnd) {
        guard let side = links.side(of: id, node: end.node, life: end.life),
            let link = links[id], link.isOpen[side]
        else { return }
        let isFirst = link.stalled[side].isEmpty
        guard !isFirst || network.isBlocked(end.node, link.ends[1 - side].node) else {
            fly(bytes, over: id, from: side)
            return
        }
        links[id]?.stalled[side].append(bytes)
        if isFirst {
            links[id]?.stalledSince[side] = now
            agenda.add(.link(.retry(id, side: side)), at: now.advanced(by: Links.retry))
        }
    }

    private mutating func fly(_ bytes: [UInt8], over id: LinkID, from side: Int) {
        guard let link = links[id] else { return }
        let at = max(
            link.lastArrival[1 - side], now.advanced(by: network.streaming(bytes.count)))
        links[id]?.lastArrival[1 - side] = at
        guard !linksArePinged || now.duration(to: at) <= linkPatience else {
            // Pings wait behind bytes that are lost again and again.
            let silent = now.advanced(by: linkPatience)
            for end in 0...1 { agenda.add(.link(.closed(id, side: end)), at: silent) }
            return
        }
        agenda.add(.link(.frame(id, side: 1 - side, bytes)), at: at)
    }

    private mutating func close(_ id: LinkID, from end: LinkEnd) {
        guard let side = links.side(of: id, node: end.node, life: end.life),
            let link = links[id], link.isOpen[side]
        else { return }
        links.close(id, side: side)
        let wait = network.streaming(0)
        agenda.add(
            .link(.closed(id, side: 1 - side)),
            at: max(link.lastArrival[1 - side], now.advanced(by: wait)))
    }

    mutating func take(_ step: LinkStep) {
        switch step {
        case .arrive(let opener, let target): arrive(step, opener, target)
        case .openFailed(let opener, let target, let isRefused):
            let id = nodes[target].id
            hear(step, at: opener) { world in
                if isRefused {
                    world.nodes[opener.node].swim.hint(id, now: world.local(opener.node))
                }
                world.tellActor(
                    opener.node, opener.actor, .openFailed(id, isRefused: isRefused))
            }
        case .established(let id):
            guard let link = links[id], link.isOpen[0] else { return }
            let other = nodes[link.ends[1].node].id
            hear(step, at: link.ends[0]) { world in
                world.tellActor(
                    link.ends[0].node, link.ends[0].actor, .opened(id, with: other, isOurs: true))
            }
        case .frame(let id, let side, let bytes):
            guard let link = links[id], link.isOpen[side] else { return }
            hear(step, at: link.ends[side], isActors: true) { world in
                world.tellActor(link.ends[side].node, link.ends[side].actor, .frame(id, bytes))
            }
        case .closed(let id, let side):
            guard let link = links[id], link.isOpen[side] else { return }
            let other = nodes[link.ends[1 - side].node].id
            hear(step, at: link.ends[side]) { world in
                let node = link.ends[side].node
                world.links.close(id, side: side)
                world.nodes[node].swim.hint(other, now: world.local(node))
                world.tellActor(node, link.ends[side].actor, .closed(id))
            }
        case .retry(let id, let side): retry(id, side: side)
        }
    }

    private mutating func arrive(_ step: LinkStep, _ opener: LinkEnd, _ target: Int) {
        guard nodes[opener.node].life == opener.life else { return }
        guard nodes[target].isAlive, opener.actor < nodes[target].actors.count else {
            agenda.add(.link(.openFailed(opener, target: target, isRefused: true)), at: now)
            return
        }
        let end = LinkEnd(node: target, life: nodes[target].life, actor: opener.actor)
        hear(step, at: end) { world in
            let id = world.links.open([opener, end])
            let established = world.now.advanced(by: world.network.streaming(0))
            world.links[id]?.lastArrival[0] = established
            world.agenda.add(.link(.established(id)), at: established)
            world.tellActor(
                target, end.actor,
                .opened(id, with: world.nodes[opener.node].id, isOurs: false))
        }
    }

    /// Hands a side something if its node's life still runs; a paused one gets it later.
    private mutating func hear(
        _ step: LinkStep, at end: LinkEnd, isActors: Bool = false, _ body: (inout World) -> Void
    ) {
        receive(
            .link(step), at: end.node, life: end.life, byteCount: 0, isActors: isActors
        ) { world, _ in
            body(&world)
        }
    }

    private mutating func retry(_ id: LinkID, side: Int) {
        guard let link = links[id], link.isOpen[side] else { return }
        if !network.isBlocked(link.ends[side].node, link.ends[1 - side].node) {
            links[id]?.stalled[side] = []
            for bytes in link.stalled[side] { fly(bytes, over: id, from: side) }
        } else if link.stalledSince[side].duration(to: now) < linkPatience {
            agenda.add(.link(.retry(id, side: side)), at: now.advanced(by: Links.retry))
        } else {
            for (end, wait) in [(side, Duration.zero), (1 - side, linkPatience)] {
                agenda.add(.link(.closed(id, side: end)), at: now.advanced(by: wait))
            }
        }
    }
}
