// Making tables equal. Every ping and ack carries a hash of the sender's table; on a mismatch the
// pinger sends its 32 bucket hashes, is answered with the entries of the buckets that differ, and
// both send each other what the other lacks. Where much differs, whole tables go by stream.
extension SWIM {
    /// Compares the hash that came with an ack.
    mutating func agree(on hash: UInt64, with source: Source) {
        guard let member = table[source.id]?.member, member.status.isPresent else { return }
        guard hash != table.hash else {
            sync = nil
            concludeJoin()
            return
        }
        guard now >= schedule.lastSync.advanced(by: timing.sync) else { return }
        schedule.lastSync = now
        // A stream whose first packet is lost takes a second longer: others are tried beside it,
        // and datagrams.
        if !hasJoined { requestTable(from: member.address, target: member.id) }
        sync = Sync(
            target: member.id, hash: hash, triesLeft: timing.syncTries, next: now)
        stepSync()
    }

    /// Sends our digest, and again while nothing has come of it.
    mutating func stepSync() {
        guard var sync, now >= sync.next else { return }
        guard sync.triesLeft > 0, sync.hash != table.hash, isPresent(sync.target),
            let address = table[sync.target]?.member.address
        else {
            self.sync = nil
            return
        }
        counters.syncs += 1
        sync.triesLeft -= 1
        sync.next = now.advanced(by: timing.sync)
        self.sync = sync
        var buckets: [UInt32] = []
        buckets.reserveCapacity(MemberTable.bucketsCount)
        for bucket in 0..<MemberTable.bucketsCount { buckets.append(table.buckets[bucket]) }
        enqueue(Intent(to: address, recipient: sync.target, message: .digest(buckets)))
    }

    mutating func answerDigest(_ theirs: [UInt32], source: Source) {
        guard isTrusted(source), theirs.count == MemberTable.bucketsCount else { return }
        var differing: UInt32 = 0
        for bucket in 0..<MemberTable.bucketsCount where theirs[bucket] != table.buckets[bucket] {
            differing |= 1 << UInt32(bucket)
        }
        guard differing != 0 else { return }
        var byBucket = [[DigestEntry]](repeating: [], count: MemberTable.bucketsCount)
        var total = 0
        for entry in table.entries where entry.member.status.isPresent {
            let bucket = MemberTable.bucket(of: entry.member.id)
            guard differing & (1 << UInt32(bucket)) != 0 else { continue }
            byBucket[bucket].append(
                DigestEntry(id: entry.member.id, incarnation: entry.member.incarnation))
            total += 1
        }
        guard total <= Limits.deltaMembersMax else {
            answer(source, .tableWanted)
            return
        }
        var bitmap: UInt32 = 0
        var entries: [DigestEntry] = []
        for bucket in 0..<MemberTable.bucketsCount where differing & (1 << UInt32(bucket)) != 0 {
            if entries.count + byBucket[bucket].count > Limits.entriesPerPacketMax, bitmap != 0 {
                answer(source, .entries(bitmap: bitmap, entries))
                bitmap = 0
                entries = []
            }
            // A bucket that alone is too long for a packet.
            guard byBucket[bucket].count <= Limits.entriesPerPacketMax else {
                answer(source, .tableWanted)
                return
            }
            bitmap |= 1 << UInt32(bucket)
            entries += byBucket[bucket]
        }
        if bitmap != 0 { answer(source, .entries(bitmap: bitmap, entries)) }
    }

    /// Sends what the other lacks, and asks for what we lack.
    mutating func compare(_ entries: [DigestEntry], bitmap: UInt32, source: Source) {
        guard isTrusted(source) else { return }
        var wanted: [NodeID] = []
        var offered: [NodeID] = []
        var listed = Set<NodeID>(minimumCapacity: entries.count)
        for entry in entries {
            listed.insert(entry.id)
            guard let position = table.position(of: entry.id) else {
                wanted.append(entry.id)
                continue
            }
            let known = table.entries[position].member
            if entry.incarnation > known.incarnation {
                wanted.append(entry.id)
            } else if known.status == .failed {
                contactSoon(position)
            } else if entry.incarnation < known.incarnation || known.status == .left {
                offered.append(entry.id)
            }
        }
        for entry in table.entries where entry.member.status.isPresent {
            let id = entry.member.id
            guard bitmap & (1 << UInt32(MemberTable.bucket(of: id))) != 0, !listed.contains(id)
            else { continue }
            offered.append(id)
        }
        if !wanted.isEmpty {
            for start in stride(from: 0, to: wanted.count, by: 64) {
                answer(source, .pull(Array(wanted[start..<min(start + 64, wanted.count)])))
            }
        }
        if !offered.isEmpty {
            enqueue(
                Intent(
                    to: source.address, recipient: source.id, records: offered,
                    keyID: source.keyID))
        }
    }

    mutating func answerPull(_ ids: [NodeID], source: Source) {
        guard isTrusted(source), !ids.isEmpty else { return }
        enqueue(
            Intent(
                to: source.address, recipient: source.id,
                records: Array(ids.prefix(Limits.deltaMembersMax)), keyID: source.keyID))
    }

    private mutating func answer(_ source: Source, _ message: Message) {
        enqueue(
            Intent(
                to: source.address, recipient: source.id, message: message, keyID: source.keyID))
    }

    // MARK: Contacts

    /// Writes to a member whom somebody seems to hold alive and we hold failed: it is to speak for
    /// itself.
    mutating func contactSoon(_ position: Int) {
        let entry = table.entries[position]
        guard entry.contacted.duration(to: now) >= timing.sync * 2 else { return }
        contact(entry.member.address, target: entry.member.id)
    }

    mutating func scheduleContact() {
        let wait = min(
            timing.contactMax,
            max(timing.contactMin, timing.contactPerMember * table.presentCount))
        let next = now.advanced(by: generator.duration(in: (wait / 2)...(wait * 3 / 2)))
        // A timer that is already running is kept, unless it is for a larger cluster.
        schedule.contact = schedule.contact > now ? min(schedule.contact, next) : next
    }

    /// Writes to one of those who failed: for ever, since a split may last a day.
    mutating func contactFailed() {
        var chosen: [Int] = []
        swap(&chosen, &self.chosen)
        table.choose(1, using: &generator, into: &chosen) { $0.member.status == .failed }
        if let position = chosen.first {
            let member = table.entries[position].member
            contact(member.address, target: member.id)
        }
        swap(&chosen, &self.chosen)
        schedule.contact = now
        scheduleContact()
    }

    /// Makes room in a full table: the left first, then the failed, the oldest of them.
    mutating func forgetOldest() -> Bool {
        for status in [MemberStatus.left, .failed] {
            let oldest = table.entries.filter { $0.member.status == status }
                .min { $0.since < $1.since }
            guard let oldest else { continue }
            forget(oldest.member.id)
            return true
        }
        return false
    }

    mutating func forget(_ id: NodeID) {
        table.remove(id)
        peers.remove(id)
        news.removeAll(of: id)
        emit(.forgotten(id))
    }
}
