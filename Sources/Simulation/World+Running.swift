internal import Gossip

// What the product's shell does around the machines.
extension World {
    /// Long messages that wait at most, and those under way at one time.
    private static let waitingMax = 1_024
    private static let streamsMax = 16

    mutating func wake(_ index: Int) {
        let now = local(index)
        if nodes[index].isGossipDue(now) {
            let before = meter?.now ?? 0
            nodes[index].swim.advance(to: now)
            meter?.note(.advance, since: before)
        }
        if nodes[index].areViewsDue(now) { tell(index, .tick) }
        for actor in nodes[index].actors.indices
        where nodes[index].actors[actor].nextDeadline <= now {
            tellActor(index, actor, .wake)
        }
        settle(index)
        nodes[index].spins = nodes[index].nextDeadline() <= now ? nodes[index].spins + 1 : 0
        if nodes[index].spins > 3 { fail((.rest, "node \(index) wants to be woken in the past")) }
    }

    /// Carries out what a node's machines want, until they are quiet; then checks.
    mutating func settle(_ index: Int) {
        var isDue = false
        repeat {
            sendWaiting(index)
            sendAll(index)
            while let event = nodes[index].swim.pollEvent() {
                isDue = true
                take(event, at: index)
            }
            tellOfItself(index)
        } while nodes[index].hasToSend() && mistake != .neverDrain
        guard nodes[index].isAlive else { return }
        inspect(index, isDue: isDue)
        scheduleWake(index)
    }

    private mutating func inspect(_ index: Int, isDue: Bool) {
        if mistake == .rollBack { rollBack(index) }
        fail(gossipCheck.check(&nodes[index].swim, at: index, isDue: isDue))
        if let excess = nodes[index].excess() { fail((.bounds, "node \(index): \(excess)")) }
        if let id = nodes[index].endlessSuspect() {
            let name = indexOf[id].map { nodes[$0].name } ?? "\(id)"
            fail((.rest, "node \(index) suspects \(name) for ever"))
        }
    }

    mutating func scheduleWake(_ index: Int) {
        guard nodes[index].isUp else { return }
        let deadline = nodes[index].clock.moment(of: nodes[index].nextDeadline())
        guard deadline != .never else { return }
        let at = max(now, deadline).advanced(by: random.duration(in: lateness))
        guard at < nodes[index].wakeAt else { return }
        nodes[index].wakeAt = at
        agenda.add(.wake(index, life: nodes[index].life), at: at)
    }

    private mutating func sendAll(_ index: Int) {
        guard mistake != .neverDrain || random.chance(0.001) else { return }
        // Taken out, so that it is nobody else's while it is written into.
        var packet: [UInt8] = []
        swap(&packet, &self.packet)
        while true {
            let before = meter?.now ?? 0
            let next = nodes[index].swim.pollSend(into: &packet)
            guard let outbound = next else { break }
            meter?.note(.send, since: before)
            switch outbound {
            case .datagram(let target): send(packet, from: index, to: target)
            case .request(let id, let target, let timeout):
                sendRequest(packet, id: id, from: index, to: target, timeout: timeout)
            }
        }
        self.packet = packet
    }

    private mutating func take(_ event: GossipEvent, at index: Int) {
        trace.say(now, "n\(index): \(describe(event))")
        switch event {
        case .member(let member, let was):
            if keptStatuses.contains(member.status), let subject = indexOf[member.id] {
                sightings.append(
                    Sighting(
                        at: now, observer: index, subject: subject, status: member.status,
                        was: was))
            }
            let heard = nodes[index].swim.lastHeard(member.id)
            var told = member
            if mistake == .hideMember, index == 0, member.id == nodes[nodes.count - 1].id {
                told.status = .left
            }
            tell(index, .member(told, heard: heard))
            tellActors(index, .member(member))
        case .refused(let id): tell(index, .refused(id))
        case .forgotten(let id):
            gossipCheck.forgot(id, at: index)
            tell(index, .forgotten(id))
        case .message(let bytes, let source):
            guard !(mistake == .deafViews && index == nodes.count - 1) else { return }
            if let message = try? ViewMessage(decoding: bytes.span.bytes) {
                refreshEvidence(index)
                tell(index, .message(message, from: source))
            }
        case .isolated(let isIsolated):
            nodes[index].isolated = isIsolated
            tellSight(index)
        case .seedsWanted: meetSeeds(index)
        case .leaveDone(let missing): hasLeft(index, missing: missing)
        case .keyring(let keyring):
            nodes[index].keyring = keyring
            tellActors(index, .keyring(keyring))
        case .announcement(let bytes, _): hearDrain(bytes, at: index)
        case .joined, .nameTaken, .keyOperation: break
        }
    }

    private func describe(_ event: GossipEvent) -> String {
        switch event {
        case .member(let member, let was):
            let before = was.map { "\($0)" } ?? "unknown"
            let word = member.incarnation
            return """
                \(member.name) \(before) → \(member.status) \(word.instance)/\(word.counter) \
                \(member.metadata.state) at \(member.address)
                """
        case .message(let bytes, let source):
            let from = indexOf[source].map { "n\($0)" } ?? "\(source)"
            guard let message = try? ViewMessage(decoding: bytes.span.bytes) else {
                return "\(bytes.count) bytes from \(from)"
            }
            return "from \(from): \(describe(message.body))"
        default: return "\(event)"
        }
    }

    private func describe(_ body: ViewMessage.Body) -> String {
        switch body {
        case .chosen(let view): "chosen \(describe(view))"
        case .prepare(let ballot, let view): "prepare \(ballot.round) \(describe(view))"
        case .accept(let ballot, let view): "accept \(ballot.round) \(describe(view))"
        default: "\(body)"
        }
    }

    private func describe(_ view: View) -> String {
        let servers = view.servers.map { server in
            let name = indexOf[server.id].map { "n\($0)" } ?? "\(server.id)"
            return "\(name)/\(server.instance) \(server.state)"
        }
        let voters = view.voters.members.map { voter in
            let name = indexOf[voter.node].map { "n\($0)" } ?? "\(voter.node)"
            let mark = voter.node == view.voters.casting ? "*" : ""
            return "\(name)\(mark)/\(voter.disk % 10_000)"
        }
        return "view \(view.number) servers=\(servers) voters=\(voters)"
    }

    /// Gossip reports no change of ourselves.
    private mutating func tellOfItself(_ index: Int) {
        guard let own = nodes[index].untoldOwn() else { return }
        tell(index, .member(own, heard: local(index)))
        tellActors(index, .member(own))
        // As in the product, the next life is to be later than this one.
        nodes[index].disk.instance = max(
            nodes[index].disk.instance, own.incarnation.instance)
    }

    /// A voter removes whom it holds failed and has not heard for a second: when it last heard them
    /// is told anew before it is asked.
    private mutating func refreshEvidence(_ index: Int) {
        guard nodes[index].failedCount() > 0 else { return }
        for entry in nodes[index].swim.table.entries where entry.member.status == .failed {
            let id = entry.member.id
            let heard = nodes[index].swim.lastHeard(id)
            guard nodes[index].toldHeard[id] != heard else { continue }
            nodes[index].toldHeard[id] = heard
            tell(index, .member(entry.member, heard: heard))
        }
    }

    // MARK: Views

    mutating func tell(_ index: Int, _ event: ViewEvent) {
        if event == .tick { refreshEvidence(index) }
        for effect in nodes[index].handle(event, now: local(index)) {
            carryOut(effect, at: index)
        }
    }

    private mutating func carryOut(_ effect: ViewEffect, at index: Int) {
        switch effect {
        case .persist(let record, let token):
            persist(record, token: token, at: index)
        case .send(let message, let target):
            for said in mistake == .voteTwice ? agreeable(message) : [message] {
                post(said.encode(), to: target, from: index)
            }
        case .install(let view): install(view, at: index)
        case .outlive(let instance):
            nodes[index].swim.outlive(instance, now: local(index))
        case .muted:
            trace.say(now, "n\(index): \(effect)")
            var metadata = nodes[index].swim.own.metadata
            metadata.disk = 0
            nodes[index].swim.update(metadata, now: local(index))
        case .majority, .foreign, .opposed:
            trace.say(now, "n\(index): \(effect)")
            if case .majority = effect { tellSight(index) }
        }
    }

    /// Long messages go by stream, of which a machine has few: the others wait.
    private mutating func post(_ bytes: [UInt8], to target: NodeID, from index: Int) {
        if bytes.count <= Limits.datagramMessageBytesMax {
            nodes[index].swim.send(bytes, to: target, now: local(index))
        } else if nodes[index].waiting.count < World.waitingMax {
            nodes[index].waiting.append((bytes, target))
        }
    }

    private mutating func sendWaiting(_ index: Int) {
        guard !nodes[index].waiting.isEmpty else { return }
        let room = World.streamsMax - nodes[index].swim.gauges.requests
        guard room > 0 else { return }
        let now = local(index)
        for message in nodes[index].waiting.prefix(room) {
            nodes[index].swim.send(message.bytes, to: message.target, now: now)
        }
        nodes[index].waiting.removeFirst(min(room, nodes[index].waiting.count))
    }

    private mutating func persist(_ record: Promises, token: UInt64, at index: Int) {
        // The first write founds the cluster, or joins it.
        if mistake == .promiseUnwritten, nodes[index].disk.stored?.view != nil {
            return tell(index, .persisted(token: token))
        }
        nodes[index].disk.write(record, token: token)
        beginWrite(index)
    }

    mutating func beginWrite(_ index: Int) {
        guard let token = nodes[index].disk.begin() else { return }
        let delay = random.duration(in: nodes[index].disk.delay)
        agenda.add(
            .written(token: token, index, life: nodes[index].life), at: now.advanced(by: delay))
    }

    private mutating func install(_ view: View, at index: Int) {
        trace.say(now, "n\(index) takes up \(describe(view))")
        installations.append(Installation(at: now, node: index, view: view))
        fail(viewCheck.installed(view, at: index))
        tellActors(index, .view(view))
        let node = nodes[index]
        let own = view.server(node.id)
        let isThere = own?.instance == node.swim.own.incarnation.instance
        if !actorsSayReady, node.course == .staying, isThere, node.swim.own.metadata.state != .ready
        {
            // A serving one has no rooms to wait for.
            let wait: Duration =
                own?.state == .warming ? random.duration(in: .zero...(.seconds(1))) : .zero
            agenda.add(.warmed(index, life: node.life), at: now.advanced(by: wait))
        }
        if mistake == .forgeVoters, view.number >= 3, index == 0 { forgeView(after: view) }
    }
}
