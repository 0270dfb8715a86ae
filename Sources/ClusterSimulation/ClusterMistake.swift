internal import Game
internal import Gossip
internal import Link
internal import PlayerProtocol

/// Deliberate mistakes in the protocol, made between the machines, so that none of it is in the
/// product: each must be found by the simulator.
package enum ClusterMistake: String, CaseIterable, Sendable {
    case none
    /// The owner takes its own word for its successor's.
    case acknowledgedBeforeSuccessor
    /// The successor says that it holds what it does not.
    case acknowledgedAndNotKept
    /// The successor takes what an owner sends that its view does not name, or did not all along.
    case epochNotChecked
    /// A copy counts as the newest whatever its holder has missed.
    case stalePromoted
    /// A voter answers before its promise is on its disk.
    case voteNotWritten
    /// An input that was carried out is carried out again when it comes again.
    case replayAppliedTwice
    /// Who holds another failed goes on as if a view without that one were agreed.
    case minorityRecruits
    /// The gateway does not send again what was not answered.
    case inputDroppedAtReattach
    /// The gateway passes on twice what comes first after a rejoin.
    case outputSentTwice
    /// A server that drains keeps its rooms.
    case drainedServerKeeps
    /// A successor out of reach is done without.
    case committedAlone
    /// The new owner does not wait for what others hold.
    case offersNotAwaited
    /// A holder forgets a room when it offers it.
    case droppedWhenOffered
    /// The gateway takes it that the player was told what he was not.
    case versionRunsAhead
    /// A player is answered before anything is done.
    case answeredAtOnce
    /// What is one seat's goes to all.
    case cardsToAll
    /// A field that no client reads names a card of another hand.
    case strangersCardInField

    // Scalers', in `Scaling`.

    /// An instance is ended where it should drain.
    case endedInsteadOfDrained
    /// What drains is taken to hold nothing.
    case emptinessAssumed
    /// Every scaler that sees a majority acts, and hears no other.
    case everyScalerActs
    /// A server that died still counts.
    case deathUnseen
}

/// What a server's rooms do wrong.
final class RoomSlips {
    private let mistake: ClusterMistake
    private let life: ServerLife
    var isDraining = false
    /// The index that an input had before it was given a new one.
    private var indexes: [UInt64: UInt64] = [:]

    init(_ mistake: ClusterMistake, life: ServerLife) {
        self.mistake = mistake
        self.life = life
    }

    // MARK: From gateways

    func receiving(_ frame: GatewayFrame, hall: Hall) -> [GatewayFrame] {
        guard mistake == .replayAppliedTwice,
            case .input(let session, let id, let room, let index, let input) = frame
        else { return [frame] }
        let fresh = hall.nextIndex()
        indexes[fresh] = index
        return [.input(session, id: id, room, index: fresh, input)]
    }

    func answers(to frame: GatewayFrame) -> [RoomFrame] {
        guard mistake == .answeredAtOnce,
            case .input(let session, let id?, _, let index, _) = frame
        else { return [] }
        return [.acknowledged(session, index: index, message: ServerMessage.ok(re: id, version: 1))]
    }

    // MARK: To gateways

    func sending(_ frame: RoomFrame, oracle: RoomOracle) -> [RoomFrame] {
        switch (mistake, frame) {
        case (.replayAppliedTwice, .acknowledged(let session, let index, let message)):
            [.acknowledged(session, index: indexes[index] ?? index, message: message)]
        case (.cardsToAll, .output(let audience, let version, let message))
        where audience.count == 1:
            [.output(oracle.company(of: audience[0]), version: version, message: message)]
        case (.strangersCardInField, .output(let audience, let version?, let message)):
            [
                .output(
                    audience, version: version,
                    message: oracle.betray(message, to: audience[0], version))
            ]
        default: [frame]
        }
    }

    // MARK: Between servers

    func receiving(_ frame: PeerFrame, view: UInt64) -> [PeerFrame] {
        switch (mistake, frame) {
        case (.acknowledgedAndNotKept, .copy): return []
        case (.stalePromoted, .offer(var offer)):
            offer.validated = max(view, 1) - 1
            return [.offer(offer)]
        default: return [frame]
        }
    }

    func answers(to frame: PeerFrame) -> [PeerFrame] {
        guard mistake == .acknowledgedAndNotKept, case .copy(let copy) = frame else { return [] }
        return [.copied(copy.room, epoch: copy.epoch, revision: copy.revision)]
    }

    func sending(_ frame: PeerFrame) -> PeerFrame {
        guard mistake == .epochNotChecked,
            case .refused(let room, let epoch, let revision, .otherPair) = frame
        else { return frame }
        return .copied(room, epoch: epoch, revision: revision)
    }

    /// What a server says to itself in the place of those that it has spoken to.
    func madeUp(
        _ frame: PeerFrame, to peer: ServerLife, isUp: Bool
    ) -> [(PeerFrame, ServerLife)] {
        switch (mistake, frame) {
        case (.acknowledgedBeforeSuccessor, .copy(let copy)):
            [(.copied(copy.room, epoch: copy.epoch, revision: copy.revision), peer)]
        case (.committedAlone, .copy(let copy)) where !isUp:
            [(.copied(copy.room, epoch: copy.epoch, revision: copy.revision), peer)]
        case (.droppedWhenOffered, .offer(let offer)):
            [(.drop(offer.room, epoch: offer.epoch), peer)]
        default: []
        }
    }

    var ignoresLoss: Bool { mistake == .committedAlone }

    // MARK: Views

    func isDeaf(to view: View) -> Bool { mistake == .drainedServerKeeps && isDraining }

    func silentOffers(in view: View) -> [ServerLife] {
        guard mistake == .offersNotAwaited else { return [] }
        return view.servers.map(\.life).filter { $0 != life }
    }

    func recruits(without member: Gossip.Member, of view: View?) -> View? {
        guard mistake == .minorityRecruits, member.status == .failed, let view,
            view.server(member.id) != nil
        else { return nil }
        return View(
            number: view.number + 1, lineage: view.lineage,
            servers: view.servers.filter { $0.id != member.id }, voters: view.voters)
    }
}

/// What a gateway does wrong.
final class GatewaySlips {
    private let mistake: ClusterMistake
    private var rejoined: Set<SessionID> = []

    init(_ mistake: ClusterMistake) { self.mistake = mistake }

    func sending(_ frames: [GatewayFrame]) -> [GatewayFrame] {
        switch mistake {
        case .inputDroppedAtReattach:
            var again: Set<SessionID> = []
            return frames.filter { frame in
                if case .attach(let session, _, _, .rejoin) = frame { again.insert(session) }
                if case .input = frame { return !again.contains(frame.session) }
                return true
            }
        case .versionRunsAhead:
            return frames.map { frame in
                guard case .attach(let session, let id, let room, .rejoin(var rejoin)) = frame
                else { return frame }
                rejoin.version += 1
                return .attach(session, id: id, room, .rejoin(rejoin))
            }
        case .outputSentTwice:
            for case .attach(let session, _, _, .rejoin) in frames { rejoined.insert(session) }
            return frames
        default: return frames
        }
    }

    func telling(_ message: [UInt8], session: SessionID) -> [[UInt8]] {
        guard mistake == .outputSentTwice, message.starts(with: #"{"type":"events""#.utf8),
            rejoined.remove(session) != nil
        else { return [message] }
        return [message, message]
    }
}
