package import Game
package import Gossip
internal import Link

extension RoomHost {
    /// Whether this server runs the room, by the view in force.
    func isOwner(of room: RoomCode) -> Bool {
        guard let life else { return true }
        return map.holders(of: room).first == life
    }

    /// A newer view is in force. Rooms whose pair it changes stop, and their copies are offered to
    /// whom it names their owner.
    package mutating func install(_ view: View, now: Milliseconds) {
        guard let life, view.number > map.number else { return }
        self.now = max(self.now, now)
        let previous = map.number
        let wasThere = map.contains(life)
        let before = map.servers
        map.learn(view)
        // Nobody takes up later what these have left.
        lostSince = lostSince.filter { now - $0.value <= RoomSettings.doubtMax }
        noteDepartures(since: before)
        let isNext = wasThere && map.contains(life) && previous + 1 == view.number
        let interrupted = takeups
        takeups = [:]
        for code in sortedRooms {
            guard let box = rooms[code] else { continue }
            moveRoom(box, validated: isNext ? previous : nil, previous: previous)
        }
        for code in copies.keys.sorted(by: { $0.number < $1.number }) {
            moveCopy(of: code, validated: isNext ? previous : nil)
        }
        for peer in map.servers where peer != life { offerAll(to: peer) }
        askForHistory()
        replayEarly()
        settleTakeups()
        // Whoever waited for a room that was on its way here waits on, or is sent elsewhere.
        for code in interrupted.keys.sorted(by: { $0.number < $1.number }) {
            for waiting in interrupted[code]?.waiting ?? [] { readmit(waiting, to: code) }
        }
        replayAhead()
    }

    // MARK: What gateways with a newer view say

    mutating func keepForView(_ frame: GatewayFrame, from gateway: GatewayID, _ number: UInt64) {
        guard ahead.count < AheadFrame.countMax else {
            // All of a session goes: it comes again, from its attach on.
            ahead.removeAll { $0.frame.session == frame.session }
            return send(.moved(frame.session), to: gateway)
        }
        ahead.append(AheadFrame(gateway: gateway, number: number, frame: frame))
    }

    private mutating func replayAhead() {
        let frames = ahead
        ahead = []
        for each in frames {
            receive(
                each.frame, from: each.gateway, view: each.number, now: now, wallClock: wallClock)
        }
    }

    /// - Parameter validated: the number of the view before, if this server knows them all.
    private mutating func moveRoom(_ box: RoomBox, validated: UInt64?, previous: UInt64) {
        let code = box.room.code
        let holders = map.holders(of: code)
        let current = box.replication
        guard validated != nil, holders.first == life else {
            return freeze(box, validated: validated ?? previous)
        }
        guard holders != current.holders else {
            box.replication.awaitOnly { map.contains($0) }
            return touch(box)
        }
        let former = current.formerHolders.union(current.holders.dropFirst())
        box.replication = Replication(
            epoch: map.number, holders: holders,
            awaited: current.awaited.union(current.holders.dropFirst())
                .filter { map.contains($0) && offered[$0] != map.number },
            formerHolders: former, committed: current.committed,
            pendingSince: current.pendingSince, isReachable: { reachable.contains($0) })
        // The same state is another revision under the new epoch.
        box.room.isDirty = true
        touch(box)
    }

    /// Stops running a room: what it has come to, committed or not, becomes a copy.
    mutating func freeze(_ box: RoomBox, validated: UInt64) {
        let code = box.room.code
        let revision = box.room.revision + (box.room.isDirty ? 1 : 0)
        copies[code] = HeldCopy(
            epoch: box.replication.epoch, revision: revision, holders: box.replication.holders,
            validated: validated, record: box.room.record(at: now))
        if box.room.botTurn?.isAwaited ?? false { effects.append(.stopThinking(code)) }
        for member in box.room.members { send(.moved(member.session), to: member.gateway) }
        // Who was refused here may be welcome where the room is now.
        for (session, gateway) in box.room.outbox.refused { send(.moved(session), to: gateway) }
        counters.players -= RoomFigures(box.room).players
        counters.roomsGivenAway += 1
        rooms[code] = nil
        timers.forget(code)
    }

    private mutating func moveCopy(of code: RoomCode, validated: UInt64?) {
        guard let copy = copies[code] else { return }
        let holders = map.holders(of: code)
        if copy.validated == validated, holders == copy.holders {
            copies[code]?.validated = map.number
        } else if holders.first == life {
            takeups[code] = takeups[code] ?? Takeup()
        }
    }

    /// Offers a server all copies of rooms that it is to run, and says that this was all. Who is out
    /// of the view is not waited for, and has copies all the same: they may be the newest there are,
    /// and if they are not, it is told to drop them.
    mutating func offerAll(to peer: ServerLife) {
        guard let life, map.contains(peer) else { return }
        for code in copies.keys.sorted(by: { $0.number < $1.number }) {
            guard let copy = copies[code], copy.validated < map.number,
                map.holders(of: code).first == peer
            else { continue }
            effects.append(.peer(peer, .offer(copy.offer(of: code))))
        }
        if map.contains(life) { effects.append(.peer(peer, .offered)) }
    }

    private mutating func replayEarly() {
        let frames = early
        early = []
        for each in frames {
            if each.number == map.number {
                takeOffer(each.frame, from: each.peer)
            } else if each.number > map.number {
                early.append(each)
            }
        }
    }

    mutating func readmit(
        _ waiting: (frame: GatewayFrame, gateway: GatewayID), to code: RoomCode
    ) {
        if isOwner(of: code) {
            receive(waiting.frame, from: waiting.gateway, now: now, wallClock: wallClock)
        } else if case .attach(let session, _, _, _) = waiting.frame {
            send(.moved(session), to: waiting.gateway)
        }
    }
}
