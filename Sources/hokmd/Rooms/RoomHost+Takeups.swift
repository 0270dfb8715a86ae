internal import Game
internal import Link

extension RoomHost {
    /// Whether every server of the view has said that it has offered all, so that a room which is
    /// not here is nowhere.
    func knowsAll(of room: RoomCode) -> Bool {
        guard life != nil else { return true }
        return takeups[room] == nil && hasHeardAll
    }

    private var hasHeardAll: Bool {
        map.servers.allSatisfy { $0 == life || offered[$0] == map.number }
    }

    /// A player has come for a room that is on its way here, if it is anywhere.
    mutating func wait(_ frame: GatewayFrame, from gateway: GatewayID, for code: RoomCode) {
        var takeup = takeups[code] ?? Takeup()
        guard takeup.waiting.count < Self.waitingMax else {
            // It comes again, from its attach on.
            takeup.waiting.removeAll { $0.frame.session == frame.session }
            takeups[code] = takeup
            return send(.moved(frame.session), to: gateway)
        }
        if case .attach = frame { takeup.waiting.removeAll { $0.frame.session == frame.session } }
        takeup.waiting.append((frame, gateway))
        takeups[code] = takeup
    }

    /// Four seats with all inputs that a gateway keeps for each, all spectators there can be, and as
    /// many again.
    private static let waitingMax = 2 * (4 * 65 + RoomSettings.spectatorsMax)

    mutating func takeOffer(_ frame: PeerFrame, from peer: ServerLife) {
        switch frame {
        case .offered:
            offered[peer] = map.number
            for code in sortedRooms {
                guard let box = rooms[code], box.replication.awaited.contains(peer) else {
                    continue
                }
                box.replication.released(by: peer)
                touch(box)
            }
            settleTakeups()
        case .offer(let offer): take(offer, from: peer)
        default: preconditionFailure("only offers are given here")
        }
    }

    private mutating func take(_ offer: RoomOffer, from peer: ServerLife) {
        let code = offer.room
        if let epoch = ended.epoch(of: code), epoch >= offer.epoch {
            return effects.append(.peer(peer, .drop(code, epoch: epoch)))
        }
        if let box = rooms[code] {
            box.replication.note(formerHolder: peer)
            return touch(box)
        }
        guard isOwner(of: code) else { return }
        takeups[code, default: Takeup()].offers[peer] = offer
        settleTakeup(code)
    }

    mutating func settleTakeups() {
        for code in takeups.keys.sorted(by: { $0.number < $1.number }) { settleTakeup(code) }
    }

    /// Takes the room up if no newer copy of it can come.
    mutating func settleTakeup(_ code: RoomCode) {
        guard let takeup = takeups[code] else { return }
        let own = copies[code].map { $0.offer(of: code) }
        let isCertain = own.map(isHeir) ?? false
        guard isCertain || hasHeardAll else { return }
        // In an order that does not depend on where a dictionary keeps them.
        let candidates =
            takeup.offers.sorted { $0.key < $1.key }.map(\.value) + (own.map { [$0] } ?? [])
        // Of equal ones the one of which most is known: another may be in doubt, and this one not.
        let best = candidates.max {
            ($0.epoch, $0.revision, $0.validated) < ($1.epoch, $1.revision, $1.validated)
        }
        guard let best else {
            takeups[code] = nil
            return admit(takeup.waiting)
        }
        if !isCertain, isInDoubt(best) {
            takeups[code]?.doubtedSince = takeup.doubtedSince ?? now
            return keep(best, offered: takeup.offers)
        }
        takeUp(best, of: takeup)
    }

    /// Whether nobody but the others of its pair, if they are still there, can have a newer state
    /// than this server: it held the room in the view before, and they have offered theirs.
    private func isHeir(_ own: RoomOffer) -> Bool {
        own.validated + 1 == map.number
            && own.pair.allSatisfy {
                $0 == life || !map.contains($0) || offered[$0] == map.number
            }
    }

    /// Whether another pair may have taken the room up since this copy's holder last knew, and have
    /// gone with what it did. In each view since, one of the pair that it named must be here still:
    /// it would have offered what it has. A view in which no holder of this copy was could take
    /// nothing up. (docs/decisions/takeup.md)
    private func isInDoubt(_ offer: RoomOffer) -> Bool {
        for number in (offer.validated + 1)..<max(map.number, offer.validated + 1) {
            guard let holders = map.holders(of: offer.room, in: number) else { return true }
            let couldMove = offer.pair.contains { map.contains($0, in: number) ?? true }
            if couldMove, !holders.contains(where: { map.contains($0) }) { return true }
        }
        return false
    }

    /// While it is not known whether this is the newest, it stays here: whoever drains, or is out of
    /// the view, need not wait for the end of that.
    private mutating func keep(_ best: RoomOffer, offered offers: [ServerLife: RoomOffer]) {
        let leaving = offers.keys.filter { !map.isServing($0) }
        guard !leaving.isEmpty, historyAwaitedUntil == nil else { return }
        copies[best.room] = HeldCopy(best)
        for holder in leaving.sorted() {
            takeups[best.room]?.offers[holder] = nil
            effects.append(.peer(holder, .drop(best.room, epoch: best.epoch)))
        }
    }

    private mutating func takeUp(_ offer: RoomOffer, of takeup: Takeup) {
        let code = offer.room
        let room: Room
        do throws(SnapshotError) {
            room = try Room(
                record: offer.record, revision: offer.revision, settings: settings, now: now)
        } catch {
            // A record that was acknowledged was made by this code or a newer one.
            counters.recordsUnusable += 1
            return giveUp(code, takeup, epoch: offer.epoch)
        }
        let former = Set(takeup.offers.keys).union(offer.pair).filter { $0 != life }
        let box = RoomBox(
            room,
            Replication(
                epoch: map.number, holders: map.holders(of: code),
                formerHolders: former, committed: offer.revision,
                isReachable: { reachable.contains($0) }))
        box.room.isDirty = true
        if let owner = offer.pair.first, owner != life, !map.contains(owner) {
            box.lostSince = lostSince[owner] ?? now
        }
        rooms[code] = box
        copies[code] = nil
        takeups[code] = nil
        counters.roomsTakenUp += 1
        settle(box, since: nil, now: now)
        admit(takeup.waiting)
    }

    private mutating func admit(_ waiting: [(frame: GatewayFrame, gateway: GatewayID)]) {
        for each in waiting {
            receive(each.frame, from: each.gateway, now: now, wallClock: wallClock)
        }
    }

    // MARK: Rooms that nobody may go on with

    /// When the first of the doubted rooms is given up.
    var doubtDeadline: Milliseconds? {
        takeups.values.compactMap(\.doubtedSince).min().map { $0 + RoomSettings.doubtMax }
    }

    mutating func endDoubts() {
        guard let deadline = doubtDeadline, deadline <= now else { return }
        for code in takeups.keys.sorted(by: { $0.number < $1.number }) {
            guard let takeup = takeups[code], let since = takeup.doubtedSince,
                since + RoomSettings.doubtMax <= now
            else { continue }
            counters.roomsDoubted += 1
            let epochs = takeup.offers.values.map(\.epoch) + [copies[code]?.epoch ?? 0]
            giveUp(code, takeup, epoch: epochs.max() ?? 0)
        }
    }

    /// The room ends, for everybody who has something of it or waits for it.
    private mutating func giveUp(_ code: RoomCode, _ takeup: Takeup, epoch: UInt64) {
        ended.note(code, epoch: epoch)
        copies[code] = nil
        takeups[code] = nil
        counters.roomsEnded += 1
        for holder in takeup.offers.keys.sorted() {
            effects.append(.peer(holder, .drop(code, epoch: epoch)))
        }
        admit(takeup.waiting)
    }
}
