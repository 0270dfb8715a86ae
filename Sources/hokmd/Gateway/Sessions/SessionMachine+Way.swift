internal import Game
package import Gossip
internal import Link
internal import PlayerProtocol

// The way to a server: found, lost, found again.
extension SessionMachine {
    mutating func attach(
        to room: RoomCode, _ attach: Attach, _ reply: SessionState.Reply, now: Instant,
        router: Router, effects: inout [SessionEffect]
    ) {
        state = .attaching(
            SessionState.Attaching(
                room: room, attach: attach, reply: reply, approach: Approach(since: now)))
        rerouted(router, now: now, effects: &effects)
    }

    mutating func seek(
        _ name: String, _ reply: SessionState.Reply, now: Instant, router: Router,
        effects: inout [SessionEffect]
    ) {
        state = .queued(
            SessionState.Queued(name: name, reply: reply, approach: Approach(since: now)))
        rerouted(router, now: now, effects: &effects)
    }

    /// The way to servers may have changed, or the time to ask again has come.
    package mutating func rerouted(
        _ router: Router, isNewView: Bool = false, now: Instant, effects: inout [SessionEffect]
    ) {
        switch state {
        case .attaching(var attaching):
            let way = router.way(to: attaching.room)
            let node = attaching.approach.follow(way, isNewView: isNewView, now: now)
            state = .attaching(attaching)
            guard let node else { return }
            effects.append(
                .toServer(
                    node,
                    .attach(id, id: attaching.reply.id, attaching.room, attaching.attach)))
        case .queued(let queued):
            reroute(queued, router, isNewView: isNewView, now: now, effects: &effects)
        case .joined(let joined):
            guard router.way(to: joined.membership.room) != .open(joined.node) else { return }
            rejoin(
                joined.membership, Approach(since: now), router, now: now, effects: &effects)
        case .rejoining(let rejoining):
            ask(rejoining, router, isNewView: isNewView, now: now, effects: &effects)
        case .fresh, .closed: return
        }
    }

    /// A session that was in a room is so no longer, for all that it knows.
    mutating func rejoin(
        _ membership: SessionState.Membership, _ approach: Approach, _ router: Router,
        now: Instant, effects: inout [SessionEffect]
    ) {
        guard !membership.hasLeft else {
            state = .closed
            return effects.append(.close(.left))
        }
        ask(
            SessionState.Rejoining(membership: membership, approach: approach), router, now: now,
            effects: &effects)
    }

    private mutating func ask(
        _ rejoining: SessionState.Rejoining, _ router: Router, isNewView: Bool = false,
        now: Instant, effects: inout [SessionEffect]
    ) {
        var rejoining = rejoining
        let membership = rejoining.membership
        let way = router.way(to: membership.room)
        let node = rejoining.approach.follow(way, isNewView: isNewView, now: now)
        state = .rejoining(rejoining)
        guard let node else { return }
        let rejoin = Rejoin(
            viewer: membership.viewer, roomInstance: membership.roomInstance,
            version: membership.version)
        effects.append(.toServer(node, .attach(id, id: nil, membership.room, .rejoin(rejoin))))
        for pending in membership.pending.inputs {
            effects.append(.toServer(node, frame(pending, in: membership.room)))
        }
    }

    private mutating func reroute(
        _ queued: SessionState.Queued, _ router: Router, isNewView: Bool, now: Instant,
        effects: inout [SessionEffect]
    ) {
        var queued = queued
        let former = queued.approach.asked
        let way = router.wayToLobby
        if let former, way != .open(former) {
            // The new lobby counts from here; the old one must not seat the player as well.
            queued.approach = Approach(since: now)
            if router.isReachable(former) {
                effects.append(.toServer(former, .abandon(id)))
            }
        }
        let node = queued.approach.follow(way, isNewView: isNewView, now: now)
        state = .queued(queued)
        guard let node else { return }
        effects.append(.toServer(node, .seek(id, id: queued.reply.id, name: queued.name)))
    }

    // MARK: Held for too long

    mutating func tellWaiting(
        _ rejoining: SessionState.Rejoining, now: Instant, effects: inout [SessionEffect]
    ) {
        guard rejoining.approach.since.advanced(by: Self.waitingAfter) <= now else { return }
        var rejoining = rejoining
        if let notice = rejoining.membership.pause.wayIsLost() { effects.append(.send(notice)) }
        state = .rejoining(rejoining)
    }

    mutating func giveUp(
        _ attaching: SessionState.Attaching, now: Instant, effects: inout [SessionEffect]
    ) {
        guard attaching.reply != .given else { return closeHeld(effects: &effects) }
        bidFarewell(attaching, effects: &effects)
        becomeFresh(now: now, effects: &effects)
        refuse(attaching.reply.id, .unavailable, effects: &effects)
        for held in attaching.pending.inputs { refuse(held.id, .notJoined, effects: &effects) }
    }

    /// Nobody is told of a seat that this session may have been given, so it must not be kept. Who
    /// came back to a seat has its token, and keeps it.
    func bidFarewell(_ attaching: SessionState.Attaching, effects: inout [SessionEffect]) {
        let asked = attaching.approach.asked
        switch attaching.attach {
        case .create, .join, .quick:
            if let asked {
                effects.append(.toServer(asked, .withdraw(id, attaching.room)))
            } else if attaching.approach.isUnsure {
                effects.append(.withdraw(attaching.room))
            }
        case .resume, .watch, .rejoin:
            if let asked { effects.append(.toServer(asked, .detach(id, attaching.room))) }
        }
    }

    mutating func giveUp(
        _ queued: SessionState.Queued, now: Instant, effects: inout [SessionEffect]
    ) {
        guard queued.reply != .given else { return closeHeld(effects: &effects) }
        becomeFresh(now: now, effects: &effects)
        refuse(queued.reply.id, .unavailable, effects: &effects)
    }

    mutating func giveUp(
        _ rejoining: SessionState.Rejoining, effects: inout [SessionEffect]
    ) {
        if rejoining.approach.wasLost {
            effects.append(.send(ServerMessage.notice(Self.lossNotice)))
        }
        closeHeld(effects: &effects)
    }

    private static let lossNotice =
        "this room was lost: both servers that held it failed at the same time"

    /// The token stays good.
    private mutating func closeHeld(effects: inout [SessionEffect]) {
        effects.append(.countHeldTooLong)
        close(.overloaded, effects: &effects)
    }
}
