// What members say of each other, and what becomes of it: the merge rules (SWIM, section 4.2).
//
// Two of ours differ: a *failed* of somebody whom we hold alive only begins a suspicion, so that no
// old word can kill a healthy member; and what an accuser says whom we hold failed is not counted.
extension SWIM {
    /// A full record, by anyone.
    mutating func apply(_ record: Member, from source: NodeID) {
        guard record.id != own.id else {
            applyToSelf(record)
            return
        }
        guard let position = table.position(of: record.id) else {
            insert(record)
            return
        }
        let known = table.entries[position].member
        switch record.status {
        case .alive:
            applyAlive(record, known: known, position: position, from: source)
        case .suspect:
            applyAlive(record, known: known, position: position, from: source)
            applySuspect(record.id, record.incarnation, by: source, from: source)
        case .failed where known.status == .failed:
            // Newer word of a member that has failed meanwhile: it may have moved before that.
            if record.incarnation > known.incarnation {
                table.update(position) { $0.member = record }
            }
        case .failed:
            applyAlive(record, known: known, position: position, from: source)
            applyFailed(record.id, record.incarnation, by: source)
        case .left:
            applyLeft(record.id, record.incarnation)
        }
    }

    private mutating func insert(_ record: Member) {
        if table.entries.count >= Limits.membersMax, !forgetOldest() { return }
        table.insert(record, now: now)
        if record.status == .suspect, let position = table.position(of: record.id) {
            beginSuspicion(position, by: own.id, isOwn: false)
        }
        if record.status == .failed { scheduleContact() }
        tell(.member(record.id))
        emit(.member(record, was: nil))
    }

    private mutating func applyAlive(
        _ record: Member, known: Member, position: Int, from source: NodeID
    ) {
        guard record.incarnation > known.incarnation else {
            // Somebody has it alive on a word that is too old for us: ask the member itself.
            if known.status == .failed, record.incarnation == known.incarnation {
                contactSoon(position)
            } else if known.status == .left, source != record.id {
                tellLeft(known, to: source)
            }
            return
        }
        let moves = record.address != known.address
        if moves, source == record.id, known.status == .alive {
            // One of that name is alive elsewhere, as far as we know: ask there first.
            if let address = peers[source]?.proven {
                enqueue(Intent(to: address, message: .nameInUse(at: known.address)))
            }
            if !probes.contains(where: { $0.target == known.id }) {
                startProbe(position, isHinted: true)
            }
            return
        }
        table.update(position) { entry in
            entry.member = record
            entry.member.status = .alive
            entry.suspicion = nil
            entry.refused = nil
            if moves { entry.roundTrip = RoundTrip() }
            if known.status != .alive { entry.since = now }
        }
        // Whoever was asked for it is no more.
        probes.removeAll {
            $0.target == record.id && $0.incarnation.instance < record.incarnation.instance
        }
        news.removeAll(of: record.id)
        tell(.member(record.id))
        emit(.member(table.entries[position].member, was: known.status))
    }

    mutating func applySuspect(
        _ id: NodeID, _ incarnation: Incarnation, by accuser: NodeID, from source: NodeID
    ) {
        guard id != own.id else {
            if isPresent(accuser) { awarenessOfAccusation(incarnation) }
            refute(incarnation, isFailure: false)
            return
        }
        guard let position = table.position(of: id), isPresent(accuser), accuser != own.id else {
            return
        }
        let member = table.entries[position].member
        guard incarnation == member.incarnation else { return }
        if member.status == .left { tellLeft(member, to: source) }
        suspect(position, incarnation, by: accuser)
    }

    /// Begins or confirms a suspicion of exactly this incarnation.
    mutating func suspect(_ position: Int, _ incarnation: Incarnation, by accuser: NodeID) {
        let member = table.entries[position].member
        guard member.incarnation == incarnation else { return }
        switch member.status {
        case .alive:
            counters.suspicions += 1
            table.update(position) { $0.member.status = .suspect }
            beginSuspicion(position, by: accuser, isOwn: accuser == own.id)
            table.note(position) { $0.since = now }
            news.removeAll(of: member.id)
            tell(.suspicion(member.id, by: accuser))
            emit(.member(table.entries[position].member, was: .alive))
            if refusal(at: position) != nil { schedule.gossip = now }
            if accuser == own.id {
                enqueue(ping(member.address, target: member.id, for: .contact))
            }
        case .suspect:
            let now = now
            let isNews = table.note(position) {
                $0.suspicion?.confirm(by: accuser, now: now) ?? false
            }
            guard isNews else { return }
            tell(.suspicion(member.id, by: accuser))
            if refusal(at: position) != nil { schedule.gossip = now }
        case .failed, .left:
            break
        }
    }

    private mutating func beginSuspicion(_ position: Int, by accuser: NodeID, isOwn: Bool) {
        let suspicion = Suspicion(
            accuser: accuser, isOwn: isOwn, refused: refusal(at: position),
            present: table.presentCount, timing: timing, now: now)
        table.note(position) { $0.suspicion = suspicion }
    }

    /// Suspicions whose time is over become failures.
    mutating func stepSuspicions() {
        var index = 0
        while index < table.suspects.count {
            let id = table.suspects[index]
            guard let position = table.position(of: id),
                let suspicion = table.entries[position].suspicion, suspicion.deadline <= now
            else {
                index += 1
                continue
            }
            markFailed(position)
        }
    }

    mutating func applyFailed(_ id: NodeID, _ incarnation: Incarnation, by accuser: NodeID) {
        guard id != own.id else {
            refute(incarnation, isFailure: true)
            return
        }
        guard let position = table.position(of: id), isPresent(accuser), accuser != own.id,
            table.entries[position].member.incarnation == incarnation
        else { return }
        switch table.entries[position].member.status {
        case .alive: suspect(position, incarnation, by: accuser)
        case .suspect: markFailed(position)
        case .failed, .left: break
        }
    }

    private mutating func markFailed(_ position: Int) {
        counters.failures += 1
        table.update(position) { entry in
            entry.member.status = .failed
            entry.suspicion = nil
            entry.since = now
        }
        let member = table.entries[position].member
        news.removeAll(of: member.id)
        if !isIsolated { tell(.member(member.id)) }
        if refusal(at: position) != nil { schedule.gossip = now }
        scheduleContact()
        emit(.member(member, was: .suspect))
    }

    mutating func applyLeft(_ id: NodeID, _ incarnation: Incarnation) {
        guard id != own.id else {
            refute(incarnation, isFailure: false)
            return
        }
        guard let position = table.position(of: id) else { return }
        let known = table.entries[position].member
        guard known.status != .left, incarnation >= known.incarnation else { return }
        table.update(position) { entry in
            entry.member.status = .left
            entry.member.incarnation = incarnation
            entry.suspicion = nil
            entry.since = now
        }
        probes.removeAll { $0.target == id }
        news.removeAll(of: id)
        tell(.member(id))
        emit(.member(table.entries[position].member, was: known.status))
    }

    func isPresent(_ id: NodeID) -> Bool { table[id]?.member.status.isPresent ?? false }

    private mutating func tellLeft(_ member: Member, to source: NodeID) {
        guard let address = table[source]?.member.address else { return }
        enqueue(
            Intent(
                to: address, recipient: source, message: .left(member.id, member.incarnation)))
    }

    // MARK: What others say of us

    private mutating func applyToSelf(_ record: Member) {
        guard leaving == nil else { return }
        if record.incarnation.instance > own.incarnation.instance {
            if record.address == own.address {
                beginLife(after: record.incarnation.instance)
            } else {
                emit(.nameTaken(by: record.address))
            }
            return
        }
        if record.status != .alive || record.incarnation > own.incarnation {
            refute(record.incarnation, isFailure: record.status == .failed)
        }
    }

    /// A genuine suspicion of us speaks against our health once for each incarnation.
    private mutating func awarenessOfAccusation(_ incarnation: Incarnation) {
        if incarnation == own.incarnation { awareness.worsen() }
    }

    /// Answers a word against us with a newer one: at once if we are suspected, after a revival if
    /// we are held failed.
    private mutating func refute(_ incarnation: Incarnation, isFailure: Bool) {
        guard leaving == nil, incarnation.instance == own.incarnation.instance,
            incarnation.counter >= own.incarnation.counter
        else { return }
        guard !isFailure else {
            beginRevival()
            return
        }
        guard revival == nil else { return }
        speakAnew(after: incarnation.counter)
    }

    mutating func speakAnew(after counter: UInt32) {
        counters.refutations += 1
        table.update(0) {
            $0.member.incarnation.counter = Swift.max($0.member.incarnation.counter, counter) &+ 1
        }
        tell(.member(own.id))
        schedule.gossip = now
    }

    /// A second, in an instance's microseconds.
    private static let lifeGap: UInt64 = 1_000_000

    /// Starts a new life, past one that the cluster remembers better than our clock does.
    mutating func beginLife(after instance: UInt64) {
        guard instance < .max - SWIM.lifeGap else { return }
        // Not simply the next: another life of ours may have passed the same one, and be forgotten.
        let gap = UInt64.random(in: 1...SWIM.lifeGap, using: &generator)
        table.update(0) { $0.member.incarnation = Incarnation(instance: instance + gap) }
        cookies.removeAll()
        tell(.member(own.id))
        schedule.gossip = now
    }

    private mutating func beginRevival() {
        guard revival == nil else { return }
        revival = Revival(started: now)
        askForRevival()
    }

    /// Repeats the question while too few have answered it.
    mutating func continueRevival() {
        if revival != nil { askForRevival() }
    }

    private mutating func askForRevival() {
        var chosen: [Int] = []
        swap(&chosen, &self.chosen)
        table.choose(3, using: &generator, into: &chosen) { $0.member.status.isPresent }
        if chosen.count < 2 {
            table.choose(3, using: &generator, into: &chosen) { $0.member.status != .left }
        }
        for position in chosen {
            let member = table.entries[position].member
            contact(member.address, target: member.id)
        }
        swap(&chosen, &self.chosen)
    }

    mutating func countForRevival(_ id: NodeID) {
        guard var revival else { return }
        revival.answers += 1
        let isSecond = revival.first != nil && revival.first != id
        if revival.first == nil { revival.first = id }
        let isEnough =
            isSecond
            || (revival.answers >= 3 && revival.started.duration(to: now) >= .seconds(1))
        self.revival = isEnough ? nil : revival
        if isEnough { speakAnew(after: own.incarnation.counter) }
    }
}
