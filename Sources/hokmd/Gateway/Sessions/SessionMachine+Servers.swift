internal import Game
package import Gossip
package import Link
internal import PlayerProtocol

// What servers say.
extension SessionMachine {
    /// A room or the lobby said something. From any other server than the one that was asked last
    /// it counts for nothing: that one may know of a later state, and says it all again.
    package mutating func received(
        _ frame: RoomFrame, from node: NodeID, now: Instant, router: inout Router,
        using generator: inout some RandomNumberGenerator, effects: inout [SessionEffect]
    ) {
        switch state {
        case .joined(var joined) where joined.node == node:
            state = .closed  // Gives up its share of the memory that is about to be changed.
            if say(frame, to: &joined.membership, effects: &effects) {
                state = .joined(joined)
            } else {
                state = .joined(joined)
                leaveRoom(frame, joined, now: now, router: router, effects: &effects)
            }
        case .attaching(let attaching) where attaching.approach.asked == node:
            answer(
                frame, attaching, node, now: now, router: &router, using: &generator,
                effects: &effects)
        case .rejoining(let rejoining) where rejoining.approach.asked == node:
            answer(frame, rejoining, node, now: now, router: router, effects: &effects)
        case .queued(let queued) where queued.approach.asked == node:
            answer(frame, queued, node, now: now, router: router, effects: &effects)
        case .fresh, .attaching, .queued, .joined, .rejoining, .closed:
            return
        }
    }

    /// What happens in the room.
    ///
    /// - Returns: whether the session is still in it.
    private mutating func say(
        _ frame: RoomFrame, to membership: inout SessionState.Membership,
        effects: inout [SessionEffect]
    ) -> Bool {
        switch frame {
        case .output(_, let version, let message):
            if let version {
                guard version > membership.version else { return true }
                membership.version = version
            }
            effects.append(.send(message))
        case .acknowledged(_, let index, let message):
            guard let input = membership.pending.acknowledge(index) else { return true }
            if input == .leave { membership.hasLeft = true }
            if let message { effects.append(.send(message)) }
            if membership.pending.hasRoom { resumeReading(effects: &effects) }
        case .paused(_, let isPaused):
            if let notice = membership.pause.room(isPaused: isPaused) {
                effects.append(.send(notice))
            }
        case .close, .moved, .lost: return false
        case .attached, .refused, .codeTaken, .queued, .matched, .echoed:
            // The answer to something that is over.
            return true
        }
        return true
    }

    private mutating func leaveRoom(
        _ frame: RoomFrame, _ joined: SessionState.Joined, now: Instant, router: Router,
        effects: inout [SessionEffect]
    ) {
        if case .close(_, let code) = frame { return close(code, effects: &effects) }
        var approach = Approach(since: now)
        if case .lost = frame {
            approach.lost(by: joined.node, now: now)
        } else {
            approach.moved(by: joined.node, now: now)
        }
        rejoin(joined.membership, approach, router, now: now, effects: &effects)
    }

    private mutating func answer(
        _ frame: RoomFrame, _ attaching: SessionState.Attaching, _ node: NodeID, now: Instant,
        router: inout Router, using generator: inout some RandomNumberGenerator,
        effects: inout [SessionEffect]
    ) {
        var attaching = attaching
        switch frame {
        case .attached(_, let attached, let message):
            if let message { effects.append(.send(message)) }
            let membership = SessionState.Membership(attached, pending: attaching.pending)
            state = .joined(SessionState.Joined(membership: membership, node: node))
            for pending in attaching.pending.inputs {
                effects.append(.toServer(node, self.frame(pending, in: attached.room)))
            }
        case .refused(_, let code):
            refused(code, attaching, now: now, router: router, effects: &effects)
        case .codeTaken:
            guard case .create = attaching.attach else { return }
            attaching.room = router.newRoom(using: &generator)
            attaching.approach.askAgain()
            state = .attaching(attaching)
            rerouted(router, now: now, effects: &effects)
        case .moved, .lost:
            attaching.approach.moved(by: node, now: now)
            state = .attaching(attaching)
        case .close(_, let code): close(code, effects: &effects)
        case .paused, .output, .acknowledged, .queued, .matched, .echoed: return
        }
    }

    private mutating func refused(
        _ code: ErrorCode, _ attaching: SessionState.Attaching, now: Instant, router: Router,
        effects: inout [SessionEffect]
    ) {
        guard case .quick(let name) = attaching.attach else {
            becomeFresh(now: now, effects: &effects)
            refuse(attaching.reply.id, code, effects: &effects)
            for held in attaching.pending.inputs { refuse(held.id, .notJoined, effects: &effects) }
            return
        }
        // Somebody else took the seat in the meantime: the lobby has others.
        resumeReading(effects: &effects)
        seek(name, attaching.reply, now: now, router: router, effects: &effects)
        for held in attaching.pending.inputs {
            guard case .queued = state else { return }
            if held.input == .leave {
                leaveQueue(held.id, effects: &effects)
            } else {
                refuse(held.id, .notJoined, effects: &effects)
            }
        }
    }

    private mutating func answer(
        _ frame: RoomFrame, _ rejoining: SessionState.Rejoining, _ node: NodeID, now: Instant,
        router: Router, effects: inout [SessionEffect]
    ) {
        var rejoining = rejoining
        switch frame {
        case .attached:
            if let notice = rejoining.membership.pause.attached() { effects.append(.send(notice)) }
            state = .joined(
                SessionState.Joined(membership: rejoining.membership, node: node))
            return
        case .refused(_, .badToken): return close(.takenOver, effects: &effects)
        case .close(_, let code): return close(code, effects: &effects)
        case .lost, .refused(_, .noSuchRoom): rejoining.approach.lost(by: node, now: now)
        case .moved, .refused: rejoining.approach.moved(by: node, now: now)
        case .paused, .output, .acknowledged, .codeTaken, .queued, .matched, .echoed:
            // Said before it heard of the rejoin; it says it again behind its answer.
            return
        }
        state = .rejoining(rejoining)
    }

    private mutating func answer(
        _ frame: RoomFrame, _ queued: SessionState.Queued, _ node: NodeID, now: Instant,
        router: Router, effects: inout [SessionEffect]
    ) {
        var queued = queued
        switch frame {
        case .queued(_, _, let position):
            guard queued.reply != .given || queued.position != position else { return }
            effects.append(
                .send(ServerMessage.queued(re: queued.reply.id, position: position)))
            queued.reply = .given
            queued.position = position
        case .refused(_, let code):
            becomeFresh(now: now, effects: &effects)
            return refuse(queued.reply.id, code, effects: &effects)
        case .matched(_, let room):
            return attach(
                to: room, .quick(name: queued.name), queued.reply, now: now, router: router,
                effects: &effects)
        case .moved, .lost:
            queued.approach = Approach(since: now)
            queued.approach.moved(by: node, now: now)
        case .close(_, let code): return close(code, effects: &effects)
        case .attached, .paused, .output, .codeTaken, .acknowledged, .echoed: return
        }
        state = .queued(queued)
    }
}
