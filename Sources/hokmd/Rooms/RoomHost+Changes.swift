internal import Game
internal import Link
internal import PlayerProtocol
import Random

extension RoomHost {
    mutating func change(
        _ code: RoomCode, now: Milliseconds, _ body: (inout Room, inout SplitMix64) -> Void
    ) {
        guard let box = rooms[code] else { return }
        let before = RoomFigures(box.room)
        body(&box.room, &generator)
        settle(box, since: before, now: now)
    }

    mutating func changing(
        _ code: RoomCode, otherwise missing: ErrorCode, now: Milliseconds,
        _ body: (inout Room) throws(ErrorCode) -> Void
    ) throws(ErrorCode) {
        guard let box = rooms[code] else { throw missing }
        let before = RoomFigures(box.room)
        defer { settle(box, since: before, now: now) }
        try body(&box.room)
    }

    /// Does all that follows from a change in a room.
    mutating func settle(_ box: RoomBox, since before: RoomFigures?, now: Milliseconds) {
        box.room.settle(now: now, using: &generator, effects: &effects)
        let after = RoomFigures(box.room)
        counters.commits += before.map { after.version - $0.version } ?? 0
        counters.players += after.players - (before?.players ?? 0)
        if box.room.hasEnded {
            finish(box)
        } else {
            touch(box)
            timers.schedule(box.room.code, at: box.nextDeadline)
        }
    }

    /// The room has ended: nobody needs to hold it any more.
    private mutating func finish(_ box: RoomBox) {
        let code = box.room.code
        // What is told of a room that is over needs nobody to remember it.
        box.room.outbox.release(through: .max, into: &effects)
        rooms[code] = nil
        timers.forget(code)
        counters.roomsEnded += 1
        guard life != nil else { return }
        ended.note(code, epoch: box.replication.epoch)
        let others = Set(box.replication.holders.dropFirst())
            .union(box.replication.formerHolders)
        for other in others.sorted() {
            effects.append(.peer(other, .drop(code, epoch: box.replication.epoch)))
        }
    }

    /// Sends what successors lack and lets out what they all hold.
    mutating func replicate(_ box: RoomBox) {
        guard !box.room.hasEnded, rooms[box.room.code] === box else { return }
        if box.room.isDirty {
            box.room.isDirty = false
            box.room.revision += 1
        }
        let (code, now) = (box.room.code, now)
        let copies = box.replication.copies(of: box.room.revision, now: now) {
            box.room.record(at: now)
        }
        for (target, sent, base) in copies {
            let compressed = codec.compress(sent.record, against: base?.record ?? [])
            counters.copiesSent += 1
            counters.copyBytesSent += UInt64(compressed.count)
            if base == nil { counters.copiesSentWhole += 1 }
            effects.append(
                .peer(
                    target,
                    .copy(
                        RoomCopy(
                            room: code, epoch: box.replication.epoch, revision: sent.revision,
                            base: base?.revision, byteCount: sent.record.count,
                            compressed: compressed))))
        }
        release(box)
    }

    /// Lets out what is committed, and tells those who held the room before that it is safe.
    private mutating func release(_ box: RoomBox) {
        box.room.outbox.release(through: box.replication.committed, into: &effects)
        if box.replication.isSafe {
            if let lost = box.lostSince {
                box.lostSince = nil
                failedOver(after: now - lost)
            }
            for holder in box.replication.takeFormerHolders().sorted() {
                effects.append(
                    .peer(holder, .drop(box.room.code, epoch: box.replication.epoch)))
            }
        }
        timers.schedule(box.room.code, at: box.nextDeadline)
    }

    /// A copy has been on its way for a while: it is sent again where it was refused, and the
    /// players are told when it takes long.
    mutating func waitOn(_ box: RoomBox) {
        if let since = box.replication.pendingSince, !box.isPauseTold,
            now >= since + RoomSettings.pauseNoticed
        {
            box.isPauseTold = true
            counters.pauses += 1
            tellPause(box, true)
        }
        touch(box)
    }

    /// A successor holds a revision.
    mutating func acknowledged(
        _ code: RoomCode, epoch: UInt64, revision: UInt64, by peer: ServerLife
    ) {
        guard let box = rooms[code], box.replication.epoch == epoch else { return }
        let pause = box.replication.acknowledged(
            by: peer, revision: revision, newest: box.room.revision, now: now)
        if let pause {
            effects.append(.committed(after: pause, endsPause: box.isPauseTold))
            if pause > RoomSettings.pauseForgiven { box.room.postpone(by: pause) }
            if box.isPauseTold {
                box.isPauseTold = false
                tellPause(box, false)
            }
        }
        touch(box)
    }

    private mutating func tellPause(_ box: RoomBox, _ isPaused: Bool) {
        var rest = box.room.members[...]
        while let gateway = rest.first?.gateway {
            let sessions = rest.filter { $0.gateway == gateway }.map(\.session)
            send(.paused(sessions, isPaused), to: gateway)
            rest.removeAll { $0.gateway == gateway }
        }
    }
}
