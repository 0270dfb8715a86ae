extension SWIM {
    /// Does all that is due by now.
    package mutating func advance(to now: Instant) {
        begin(now)
        defer { end() }
        stepRelays()
        stepKeyOperation()
        if now >= schedule.seeds { askForSeeds() }
        guard leaving == nil else {
            stepLeave()
            if now >= schedule.gossip { gossip() }
            return
        }
        stepProbes()
        if now >= schedule.period { startPeriod() }
        updateIsolation()
        stepSuspicions()
        if table.failedCount > 0, now >= schedule.contact { contactFailed() }
        if now >= schedule.pushPull { exchangeTables() }
        stepSync()
        if now >= schedule.gossip { gossip() }
    }

    /// Sends the news to a few members at random, then again after `timing.gossip` if any is left.
    private mutating func gossip() {
        guard !news.isEmpty else {
            schedule.gossip = .never
            return
        }
        schedule.lastGossip = now
        schedule.gossip = now.advanced(by: timing.gossip)
        // What no packet holds, as in a crowd's start or a split, goes to more at one time.
        let share = min(news.items.count / Limits.newsPerPacket, timing.gossipFactorMax - 1)
        var chosen: [Int] = []
        swap(&chosen, &self.chosen)
        table.choose(timing.gossipTargets * (1 + share), using: &generator, into: &chosen) {
            $0.member.status == .alive
        }
        for position in chosen {
            let member = table.entries[position].member
            enqueue(Intent(to: member.address, recipient: member.id))
        }
        swap(&chosen, &self.chosen)
        // Nobody to tell: the tables are exchanged when somebody comes. (Suspects are told what is
        // held against them by those who hold it.)
        if self.chosen.isEmpty { schedule.gossip = .never }
    }

    private mutating func askForSeeds() {
        if !hasJoined { schedule.seedsTries += 1 }
        let wait =
            hasJoined
            ? timing.seedsJoined
            : min(timing.seedsJoined, timing.seedsJoining * (1 + schedule.seedsTries / 10))
        schedule.seeds = now.advanced(by: generator.duration(in: (wait / 2)...(wait * 3 / 2)))
        if leaving == nil { emit(.seedsWanted) }
    }

    /// The slow safety net: whole tables with one member at random.
    private mutating func exchangeTables() {
        let wait = max(timing.pushPull, .seconds(table.presentCount))
        schedule.pushPull = now.advanced(by: generator.duration(in: (wait / 2)...(wait * 3 / 2)))
        forgetTombstones()
        var chosen: [Int] = []
        swap(&chosen, &self.chosen)
        table.choose(1, using: &generator, into: &chosen) { $0.member.status == .alive }
        if let position = chosen.first {
            let member = table.entries[position].member
            requestTable(from: member.address, target: member.id)
        }
        swap(&chosen, &self.chosen)
    }

    private mutating func forgetTombstones() {
        let old = table.entries.filter {
            $0.member.status == .left && $0.since.duration(to: now) >= timing.tombstone
        }
        for entry in old { forget(entry.member.id) }
    }
}
