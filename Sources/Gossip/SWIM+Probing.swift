extension SWIM {
    // MARK: Probes of our own

    /// Starts the regular probe of a period.
    mutating func startPeriod() {
        schedule.period = now.advanced(by: awareness.stretch(timing.period))
        continueRevival()
        pingOwnSuspects()
        probeNext()
        if table.suspects.count >= timing.outage, table.presentCount >= timing.outageMembersMin {
            schedule.outageEnd = now.advanced(by: timing.outageMin)
        }
        if now < schedule.outageEnd { probeMore() }
    }

    private mutating func probeNext() {
        guard let position = table.nextProbed(using: &generator) else { return }
        let id = table.entries[position].member.id
        guard !probes.contains(where: { $0.target == id }) else { return }
        startProbe(position, isHinted: false)
    }

    /// Several suspects at one time: a rack, a switch or half of the network is gone, and each of
    /// its members would have to wait for its turn to be found out, and for two others to confirm
    /// it. So more are probed in a period: those whom others suspect and we have not asked, then
    /// those whom we have not heard for the longest time.
    private mutating func probeMore() {
        var left = timing.outageProbes
        for id in table.suspects where left > 0 {
            guard let position = table.position(of: id),
                table.entries[position].suspicion?.accusers.contains(own.id) == false,
                !probes.contains(where: { $0.target == id })
            else { continue }
            startProbe(position, isHinted: false)
            left -= 1
        }
        while left > 0, let position = longestSilent() {
            startProbe(position, isHinted: false)
            left -= 1
        }
    }

    private func longestSilent() -> Int? {
        var silent: (position: Int, heard: Instant)?
        for position in table.entries.indices.dropFirst() {
            let member = table.entries[position].member
            guard member.status == .alive else { continue }
            let heard = peers[member.id]?.lastHeard ?? .origin
            guard silent.map({ heard < $0.heard }) ?? true,
                !probes.contains(where: { $0.target == member.id })
            else { continue }
            silent = (position, heard)
        }
        return silent?.position
    }

    mutating func startProbe(_ position: Int, isHinted: Bool) {
        counters.probes += 1
        let entry = table.entries[position]
        // A hint is evidence: that probe is not stretched by our own health.
        let stretch = isHinted ? 1 : awareness.score + 1
        probes.append(
            Probe(
                target: entry.member.id, incarnation: entry.member.incarnation,
                isHinted: isHinted, token: generator.next(),
                end: now.advanced(by: timing.period * stretch),
                timeout: entry.roundTrip.timeout(within: timing) * stretch, nextTry: now))
        stepProbe(probes.count - 1)
    }

    /// Does what is due in all probes, and ends those whose time is over.
    mutating func stepProbes() {
        var index = 0
        while index < probes.count {
            if probes[index].next <= now { stepProbe(index) }
            if isOver(probes[index]) {
                let probe = probes.remove(at: index)
                concludeFailed(probe)
            } else {
                index += 1
            }
        }
    }

    private func isOver(_ probe: Probe) -> Bool {
        if now >= probe.end { return true }
        // All that could be tried has been answered with "no": there is nothing to wait for. Helpers
        // that have given up had as much time as our own pings.
        let isTried = probe.nextTry == .never || probe.tries > 1 && probe.helpersAsked > 0
        return probe.isRefused && isTried && probe.nacks >= probe.helpersAsked
            && probe.hasEscalated
    }

    private mutating func stepProbe(_ index: Int) {
        let probe = probes[index]
        guard now >= probe.nextTry, now < probe.end, let member = table[probe.target]?.member else {
            return
        }
        if probe.tries < timing.tries {
            enqueue(ping(member.address, target: member.id, for: .probe(member.id)))
            probes[index].tries += 1
            probes[index].nextTry = now.advanced(by: probe.timeout)
        } else {
            probes[index].nextTry = .never
        }
        let isTime = probes[index].tries == 2 || probe.isHinted
        if isTime, !probe.hasEscalated {
            escalate(index, member: member)
        } else if probe.isHinted, probe.hasEscalated, !probe.isRefused {
            knockAgain(probe, at: member)
        }
    }

    /// Asks helpers, and knocks by stream, beside the second direct try; after a hint at once.
    private mutating func escalate(_ index: Int, member: Member) {
        let token = probes[index].token
        var chosen: [Int] = []
        swap(&chosen, &self.chosen)
        table.choose(timing.helpers, using: &generator, into: &chosen) {
            $0.member.status == .alive && $0.member.id != member.id
        }
        for position in chosen {
            let helper = table.entries[position].member
            enqueue(
                Intent(
                    to: helper.address, recipient: helper.id,
                    message: .pingRequest(token: token, target: member.id)))
        }
        probes[index].helpersAsked = chosen.count
        probes[index].hasEscalated = true
        swap(&chosen, &self.chosen)
        if requests.count < Limits.probeRequestsMax {
            request(member.address, target: member.id, .probe(token))
        }
    }

    /// A process that is being killed loses its links before the port on which it would be refused:
    /// a stream that got in between, and ended without an answer, has told nothing.
    private mutating func knockAgain(_ probe: Probe, at member: Member) {
        guard !requests.contains(where: { $0.kind == .probe(probe.token) }) else { return }
        request(member.address, target: member.id, .probe(probe.token))
    }

    private mutating func concludeFailed(_ probe: Probe) {
        counters.probesFailed += 1
        // A helper that says "not me either" vouches for our own health. One is enough: in a split
        // the others may be on the far side, and those who then slow down find it out late.
        if probe.nacks == 0 {
            isolation.silentProbes += 1
            awareness.worsen()
        }
        updateIsolation()
        guard let position = table.position(of: probe.target) else { return }
        let member = table.entries[position].member
        // Its last word may have come by way of others: what the hint said is still to be seen.
        if probe.isHinted, member.incarnation != probe.incarnation, member.status.isPresent {
            startProbe(position, isHinted: true)
            return
        }
        suspect(position, probe.incarnation, by: own.id)
    }

    /// A sign of life from the target of a probe.
    private mutating func concludeAlive(_ id: NodeID) {
        guard let index = probes.firstIndex(where: { $0.target == id }) else { return }
        probes.remove(at: index)
        awareness.improve()
    }

    mutating func handleAck(_ token: UInt64, hash: UInt64, from source: Source) {
        guard let ping = outstanding.take(token, from: source.address) else { return }
        guard ping.target == nil || ping.target == source.id else { return }
        // The token was sent to that address only: who echoes it hears there.
        peers.note(source.id) { $0.proven = source.address }
        heardAck(from: source.id)
        if let position = table.position(of: source.id) {
            let sample = ping.at.duration(to: now)
            table.note(position) { $0.roundTrip.add(sample) }
        }
        concludeAlive(source.id)
        if case .relay(let token) = ping.purpose { answerRelay(token, isAck: true) }
        agree(on: hash, with: source)
    }

    mutating func handleRelayed(_ token: UInt64, isAck: Bool, from source: Source) {
        guard let index = probes.firstIndex(where: { $0.token == token }) else { return }
        heardAck(from: source.id)
        if isAck {
            concludeAlive(probes[index].target)
        } else {
            probes[index].nacks += 1
        }
    }

    /// The answer to a stream probe.
    mutating func concludeStreamProbe(_ token: UInt64, isAlive: Bool, isRefused: Bool) {
        guard let index = probes.firstIndex(where: { $0.token == token }) else { return }
        if isAlive { concludeAlive(probes[index].target) }
        if isRefused { noteRefusal(of: index) }
    }

    /// A refusal speaks of the process that was asked for, not of one that was started since.
    private mutating func noteRefusal(of index: Int) {
        let probe = probes[index]
        guard let position = table.position(of: probe.target),
            table.entries[position].member.incarnation == probe.incarnation
        else { return }
        probes[index].isRefused = true
        let now = now
        table.note(position) { entry in
            entry.refused = now
            entry.suspicion?.refuse(now: now)
        }
        emit(.refused(probe.target))
    }

    /// A member whose machine says that it is no more has been heard: the machine was wrong, or is
    /// asked again.
    mutating func forgiveRefusal(_ position: Int) {
        table.note(position) { entry in
            entry.refused = nil
            entry.suspicion?.forgive()
        }
        let id = table.entries[position].member.id
        for index in probes.indices where probes[index].target == id {
            probes[index].isRefused = false
        }
    }

    // MARK: Probes for others

    mutating func startRelay(_ token: UInt64, target: NodeID, for source: Source) {
        guard isTrusted(source), relays.count < Limits.relaysMax, let entry = table[target],
            target != own.id, !relays.contains(where: { $0.token == token })
        else { return }
        relays.append(
            Relay(
                target: target, requester: source.id, requesterAddress: source.address,
                keyID: source.keyID, token: token,
                timeout: entry.roundTrip.timeout(within: timing), triesLeft: timing.helperTries,
                next: now))
        stepRelays()
    }

    mutating func stepRelays() {
        var index = 0
        while index < relays.count {
            let relay = relays[index]
            guard relay.next <= now else {
                index += 1
                continue
            }
            guard relay.triesLeft > 0, let member = table[relay.target]?.member else {
                relays.remove(at: index)
                answer(relay, with: .nack(token: relay.token))
                continue
            }
            enqueue(ping(member.address, target: member.id, for: .relay(relay.token)))
            relays[index].triesLeft -= 1
            relays[index].next = now.advanced(by: relay.timeout)
            index += 1
        }
    }

    private mutating func answerRelay(_ token: UInt64, isAck: Bool) {
        guard let index = relays.firstIndex(where: { $0.token == token }) else { return }
        let relay = relays.remove(at: index)
        answer(relay, with: .relayedAck(token: token))
    }

    private mutating func answer(_ relay: Relay, with message: Message) {
        enqueue(
            Intent(
                to: relay.requesterAddress, recipient: relay.requester, message: message,
                keyID: relay.keyID))
    }

    // MARK: Our own standing

    /// Somebody answered us: we are heard.
    mutating func heardAck(from id: NodeID) {
        isolation.lastAck = now
        isolation.silentProbes = 0
        isolation.sendErrors = 0
        if isIsolated {
            isIsolated = false
            emit(.isolated(false))
        }
        countForRevival(id)
    }

    /// The operating system refused to send.
    package mutating func sendFailed(to address: Address, now: Instant) {
        begin(now)
        defer { end() }
        counters.sendErrors += 1
        if isolation.sendErrors == 0 { isolation.firstSendError = now }
        isolation.sendErrors += 1
        awareness.worsen()
        updateIsolation()
    }

    mutating func updateIsolation() {
        guard !isIsolated, table.presentCount > 1 else { return }
        let sinceAck = isolation.lastAck.duration(to: now)
        // Errors that are our own, and no ack in spite of them; or silence from everyone, with
        // enough members asked that it can hardly be them. Of three we cannot tell.
        let cannotSend =
            isolation.sendErrors >= 3 && sinceAck >= timing.isolation / 2
            && isolation.firstSendError.duration(to: now) >= timing.isolation / 4
        let isUnheard = isIsolatedSoon && sinceAck >= timing.isolation
        guard cannotSend || isUnheard else { return }
        isIsolated = true
        emit(.isolated(true))
    }

    /// Whether we hold ourselves isolated if no ack comes in time.
    var isIsolatedSoon: Bool {
        !isIsolated && isolation.silentProbes >= 2 && table.presentCount >= 4
    }

    /// Suspicions that we have raised are put to the suspects once a period, so that a healthy one
    /// refutes in time.
    private mutating func pingOwnSuspects() {
        for id in table.suspects {
            guard let entry = table[id], entry.suspicion?.isOwn == true else { continue }
            enqueue(ping(entry.member.address, target: id, for: .contact))
        }
    }
}
