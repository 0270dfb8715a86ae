package import Game
internal import Gossip
package import Link

/// What came with a newer view than ours, until we have that.
struct EarlyFrame {
    let peer: ServerLife
    let number: UInt64
    let frame: PeerFrame

    /// More than this from a cluster's servers while one view is on its way breaks the link.
    static let countMax = 65_536
}

/// What a gateway said that has a newer view than ours, until we have that.
struct AheadFrame {
    let gateway: GatewayID
    let number: UInt64
    let frame: GatewayFrame

    /// Some seconds of what the players of a full server say; the rest is sent off.
    static let countMax = 16_384
}

extension RoomHost {
    /// Another server said something of rooms.
    ///
    /// - Parameter number: of its view.
    package mutating func receive(
        _ frame: PeerFrame, from peer: ServerLife, view number: UInt64, now: Milliseconds
    ) {
        self.now = max(self.now, now)
        switch frame {
        case .copy(let copy): keep(copy, from: peer)
        case .copied(let room, let epoch, let revision):
            acknowledged(room, epoch: epoch, revision: revision, by: peer)
        case .refused(let room, let epoch, let revision, let why):
            counters.copiesRefused += 1
            guard let box = rooms[room], box.replication.epoch == epoch else { return }
            if why == .otherPair, number == map.number, epoch < number {
                return renewEpoch(of: box)
            }
            box.replication.refused(by: peer, revision: revision, why, now: now)
            touch(box)
        case .drop(let room, let epoch):
            if let copy = copies[room], copy.epoch <= epoch { copies[room] = nil }
        case .offer, .offered:
            if number > map.number {
                guard early.count < EarlyFrame.countMax else {
                    effects.append(.breakLink(peer))
                    return
                }
                early.append(EarlyFrame(peer: peer, number: number, frame: frame))
            } else if number == map.number {
                takeOffer(frame, from: peer)
            }
        case .viewsWanted(let first, let last):
            let views = map.views(from: first, through: last).prefix(PeerFrame.viewsMax)
            if !views.isEmpty { effects.append(.peer(peer, .views(Array(views)))) }
        case .views(let views):
            learnHistory(views, from: peer)
        case .vacancy, .arrived:
            preconditionFailure("the shell gives the lobby's frames to the lobby")
        }
    }

    /// The way to a server is there. Whatever it may have missed is said again.
    package mutating func reached(_ peer: ServerLife, now: Milliseconds) {
        self.now = max(self.now, now)
        reachable.insert(peer)
        lostSince[peer] = nil
        for code in sortedRooms {
            guard let box = rooms[code], box.replication.holders.contains(peer) else { continue }
            box.replication.reach(peer, true)
            touch(box)
        }
        offerAll(to: peer)
        askForHistory(peer)
    }

    /// The way to a server is gone, with what was on it.
    package mutating func lost(_ peer: ServerLife, now: Milliseconds) {
        self.now = max(self.now, now)
        if reachable.remove(peer) != nil { lostSince[peer] = self.now }
        for box in rooms.values where box.replication.holders.contains(peer) {
            box.replication.reach(peer, false)
        }
        early.removeAll { $0.peer == peer }
        offered[peer] = nil
    }

    /// The successor is in the same view and has not seen all since the pair took the room up, so that
    /// it cannot know that nobody else had it. This server has, or would have stopped: it takes the
    /// room up again, under the view in force.
    private mutating func renewEpoch(of box: RoomBox) {
        let current = box.replication
        guard map.holders(of: box.room.code) == current.holders else { return touch(box) }
        box.replication = Replication(
            epoch: map.number, holders: current.holders, awaited: current.awaited,
            formerHolders: current.formerHolders, committed: current.committed,
            pendingSince: current.pendingSince, isReachable: { reachable.contains($0) })
        box.room.isDirty = true
        touch(box)
    }

    /// As a successor: keeps what the owner sent, unless our own view names another pair.
    private mutating func keep(_ copy: RoomCopy, from peer: ServerLife) {
        let held = copies[copy.room]
        guard isPair(of: copy.room, owner: peer, since: copy.epoch) else {
            return refuse(copy, .otherPair, to: peer)
        }
        var base: [UInt8] = []
        if let revision = copy.base {
            guard let held, held.epoch == copy.epoch, held.revision == revision else {
                return refuse(copy, .needsWhole, to: peer)
            }
            base = held.record
        }
        guard
            let record = codec.decompress(
                copy.compressed, against: base, byteCount: copy.byteCount)
        else {
            counters.copiesUnreadable += 1
            return refuse(copy, .needsWhole, to: peer)
        }
        copies[copy.room] = HeldCopy(
            epoch: copy.epoch, revision: copy.revision, holders: map.holders(of: copy.room),
            validated: map.number, record: record)
        effects.append(
            .peer(peer, .copied(copy.room, epoch: copy.epoch, revision: copy.revision)))
    }

    private mutating func refuse(_ copy: RoomCopy, _ why: CopyRefusal, to peer: ServerLife) {
        effects.append(
            .peer(
                peer, .refused(copy.room, epoch: copy.epoch, revision: copy.revision, why)))
    }

    /// Whether this server and that owner have held the room together from the view `epoch` until
    /// now. An owner that slept through views in between would not know that they have not.
    private func isPair(of room: RoomCode, owner: ServerLife, since epoch: UInt64) -> Bool {
        let holders = map.holders(of: room)
        guard let life, holders.first == owner, holders.dropFirst().contains(life),
            epoch <= map.number
        else { return false }
        if let held = copies[room], held.epoch == epoch, held.validated == map.number {
            return true
        }
        return (epoch...map.number).allSatisfy { map.holders(of: room, in: $0) == holders }
    }
}
