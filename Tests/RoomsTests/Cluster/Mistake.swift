import Game
import Gossip
import Link
import PlayerProtocol

@testable import Rooms

/// A deliberate mistake in the protocol, made between the machines so that none of it is in the
/// product: each must be found by the storm.
enum Mistake: CaseIterable {
    /// The owner takes its own word for its successor's.
    case acknowledgedBeforeTheSuccessor
    /// Players hear of what nobody else holds yet.
    case toldBeforeTheCommit
    /// The successor says that it holds what it does not.
    case acknowledgedAndNotKept
    /// The successor takes copies from an owner that its view does not name.
    case pairNotChecked
    /// A successor out of reach is done without.
    case committedAlone
    /// A server takes its own copy to be the newest.
    case ownCopyPreferred
    /// A copy counts as the newest whatever its holder has missed.
    case stalePromoted
    /// The new owner does not wait for what others hold.
    case offersNotAwaited
    /// A holder forgets a room when it offers it.
    case droppedWhenOffered
    /// An input that was carried out is carried out again when it comes again.
    case replayNotRecognised
    /// The record says nothing of the inputs that it has.
    case indexNotInTheRecord
    /// The gateway does not send again what was not answered.
    case inputsNotSentAgain
    /// The gateway takes it that the player was told what he was not.
    case versionRunsAhead

    // MARK: Between servers

    func sent(
        _ frame: PeerFrame, by server: ClusterStage.Server, to target: ServerLife,
        in stage: ClusterStage
    ) {
        guard case .copy(let copy) = frame else { return }
        let isUnreachable = !stage.isUp(server.life, target)
        guard self == .acknowledgedBeforeTheSuccessor || self == .committedAlone && isUnreachable
        else { return }
        server.host.receive(
            .copied(copy.room, epoch: copy.epoch, revision: copy.revision), from: target,
            view: server.host.map.number, now: stage.now)
    }

    func afterTurn(of server: ClusterStage.Server, in stage: ClusterStage) {
        switch self {
        case .toldBeforeTheCommit:
            var effects = server.host.effects
            for code in server.host.sortedRooms {
                server.host.rooms[code]?.room.outbox.release(through: .max, into: &effects)
            }
            server.host.effects = effects
        case .committedAlone:
            // What is out of reach counts as reached, and its answers are made up.
            for code in server.host.sortedRooms {
                guard let box = server.host.rooms[code] else { continue }
                for other in box.replication.holders.dropFirst()
                where !stage.isUp(server.life, other) {
                    box.replication.reach(other, true)
                    server.host.touch(box)
                }
            }
        default: return
        }
        if !server.host.effects.isEmpty || self == .committedAlone {
            stage.carryOutOnce(server)
        }
    }

    /// - Returns: whether the frame was dealt with here.
    func deliver(
        _ frame: PeerFrame, from source: ServerLife, to target: ClusterStage.Server,
        view number: UInt64, in stage: ClusterStage
    ) -> Bool {
        switch (self, frame) {
        case (.acknowledgedAndNotKept, .copy(let copy)):
            let before = target.host.copies[copy.room]
            stage.act(target.life) {
                $0.receive(frame, from: source, view: number, now: stage.now)
            }
            if before != nil { target.host.copies[copy.room] = before }
            return true
        case (.pairNotChecked, .copy(let copy)):
            stage.act(target.life) {
                $0.receive(frame, from: source, view: number, now: stage.now)
            }
            stage.post(
                .peer(
                    .copied(copy.room, epoch: copy.epoch, revision: copy.revision),
                    view: target.host.map.number), from: target.life, to: source)
            return true
        case (.stalePromoted, .offer(var offer)):
            offer.validated = number - 1
            stage.act(target.life) {
                $0.receive(.offer(offer), from: source, view: number, now: stage.now)
            }
            return true
        case (.droppedWhenOffered, .offer(let offer)):
            stage.servers[source]?.host.copies[offer.room] = nil
            return false
        default:
            return false
        }
    }

    func afterInstall(at life: ServerLife, in stage: ClusterStage) {
        guard let server = stage.servers[life] else { return }
        if self == .ownCopyPreferred {
            let (codes, number) = (server.host.takeups.keys, server.host.map.number)
            for code in codes { server.host.copies[code]?.epoch = number }
        }
        guard self == .offersNotAwaited else { return }
        for other in server.host.map.servers where other != life {
            stage.act(life) {
                $0.receive(.offered, from: other, view: stage.view.number, now: stage.now)
            }
        }
    }

    func afterTakeup(at host: RoomHost) {
        guard self == .indexNotInTheRecord else { return }
        forgetInputs(of: host.rooms.values.map { $0 })
    }

    // MARK: Between a gateway and a server

    func beforeInput(_ frame: GatewayFrame, at host: RoomHost) {
        guard self == .replayNotRecognised, case .input(_, _, let code, _, _) = frame,
            let box = host.rooms[code]
        else { return }
        forgetInputs(of: [box])
    }

    private func forgetInputs(of boxes: [RoomBox]) {
        for box in boxes {
            for seat in Seat.all {
                box.room.sitters[seat.index]?.lastIndex = 0
                box.room.sitters[seat.index]?.refusals = 0
            }
        }
    }
}
