// The parts of a SWIM machine's state that are too small for a file each.
extension SWIM {
    /// A sender whose present life is proven.
    struct Peer: Sendable {
        var instance: UInt64
        var window: ReplayWindow
        var lastHeard: Instant
        /// The address that it has answered from, to something that only was sent there.
        var proven: Address?
        /// When we last sent it our keys.
        var keysSent: Instant?
    }

    /// The next time of each thing that is done regularly.
    struct Schedule: Sendable {
        var period: Instant
        var gossip = Instant.never
        var lastGossip = Instant.origin
        var contact = Instant.never
        var seeds: Instant
        var pushPull: Instant
        var lastSync = Instant.origin
        /// Until then more members are probed in a period: much is failing.
        var outageEnd = Instant.origin
        /// How often seeds were asked for before we have joined.
        var seedsTries = 0
    }

    /// A member's table was not ours, by its hash: our digest is on its way there.
    struct Sync: Sendable {
        let target: NodeID
        let hash: UInt64
        var triesLeft: Int
        var next: Instant
    }

    /// What speaks for our being cut off.
    struct Isolation: Sendable {
        var lastAck: Instant
        /// Probes that failed with no sign of life from anybody since the last ack.
        var silentProbes = 0
        var sendErrors = 0
        var firstSendError = Instant.origin
    }

    /// On hearing that others hold us failed: we come back when two members have answered us, so
    /// that a node which cannot hear does not flap. Where only one answers, three answers over a
    /// second do.
    struct Revival: Sendable {
        let started: Instant
        var first: NodeID?
        var answers = 0
    }

    /// A good-bye under way.
    package struct Leave: Sendable {
        let token: UInt64
        let deadline: Instant
        var next: Instant
        var missing: [NodeID]
        var isDone = false
    }

    /// Limits how many strangers are challenged in a second.
    struct ChallengeBudget: Sendable {
        private var second: Int64 = -1
        private var used = 0

        mutating func take(now: Instant) -> Bool {
            let second = now.nanoseconds / 1_000_000_000
            if second != self.second {
                self.second = second
                used = 0
            }
            used += 1
            return used <= Limits.challengesPerSecondMax
        }
    }

    // MARK: Around every input

    /// Takes the time, and notices when we were not running for a while.
    mutating func begin(_ time: Instant) {
        guard time > now else { return }
        now = time
        let late = scheduled.duration(to: now)
        if scheduled != .never, late > timing.lateness { wokeLate(by: late) }
    }

    mutating func end() {
        reschedule()
    }

    /// What we did not hear while we slept speaks against nobody: probes under way are void, and
    /// suspects get the time back in which we could not have heard them.
    private mutating func wokeLate(by late: Duration) {
        counters.lateWakeups += 1
        awareness.worsen(by: late > .seconds(1) ? 3 : 1)
        probes.removeAll(keepingCapacity: true)
        relays.removeAll(keepingCapacity: true)
        for id in table.suspects {
            guard let position = table.position(of: id) else { continue }
            table.note(position) { $0.suspicion?.extend(by: late) }
        }
        isolation.lastAck = isolation.lastAck.advanced(by: late)
        isolation.silentProbes = 0
        schedule.period = now.advanced(by: generator.duration(in: .zero...timing.period))
    }

    mutating func emit(_ event: GossipEvent) {
        if !events.append(event) { counters.eventOverflows += 1 }
    }

    /// Puts news in the queue. The isolated keep theirs to themselves: it is most likely wrong.
    mutating func tell(_ subject: Dissemination.Subject) {
        if isIsolated, case .suspicion = subject { return }
        news.add(subject)
        let soon = Swift.max(now, schedule.lastGossip.advanced(by: .milliseconds(20)))
        schedule.gossip = min(schedule.gossip, soon)
    }

    mutating func reschedule() {
        var next = min(schedule.gossip, schedule.seeds)
        if leaving == nil {
            next = min(next, schedule.period, schedule.pushPull)
            if table.failedCount > 0 { next = min(next, schedule.contact) }
            if let sync { next = min(next, sync.next) }
            for probe in probes { next = min(next, probe.next) }
            for id in table.suspects {
                if let suspicion = table[id]?.suspicion { next = min(next, suspicion.deadline) }
            }
            if isIsolatedSoon {
                next = min(next, isolation.lastAck.advanced(by: timing.isolation))
            }
        }
        for relay in relays { next = min(next, relay.next) }
        if let leaving, !leaving.isDone { next = min(next, leaving.next) }
        if let keyOperation { next = min(next, keyOperation.next) }
        scheduled = next
    }
}
