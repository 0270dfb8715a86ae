import Game
import Gossip
import JSON
import Link
import PlayerProtocol
import Testing

@testable import Rooms

/// A player's connection as a gateway keeps it: what is not answered is sent again, by whatever way
/// leads to the room.
struct FakeSession {
    let id: SessionID
    let room: RoomCode
    let first: Attach
    /// What the room said when the session came; nil until then.
    var attached: Attached?
    /// The server that the session is with, or was sent to.
    var route: ServerLife?
    var isIn = false
    /// When it may ask again, after it was sent away.
    var notBefore = Milliseconds.min
    /// As the gateway counts, and as the player was told.
    var version: UInt64 = 0
    var told: UInt64 = 0
    var unanswered: [(index: UInt64, text: String)] = []
    var nextIndex: UInt64 = 1
    var answers: [UInt64: JSONValue] = [:]
    var isClosed = false
    var isLost = false
    var pausesTold: [Bool] = []

    var wantsWay: Bool { route == nil && !isClosed }

    mutating func loseWay() {
        route = nil
        isIn = false
    }
}

extension ClusterStage {
    var sortedSessions: [SessionID] { sessions.keys.sorted { $0.rawValue < $1.rawValue } }

    func owner(of room: RoomCode) -> ServerLife? { gatewayMap.holders(of: room).first }

    /// Servers with one room, whose turns have no end and in which Ana sits.
    static func hosting(_ room: RoomCode, servers count: Int) -> ClusterStage {
        let stage = ClusterStage(servers: count)
        var options = TableOptions()
        options.turnSeconds = 0
        stage.player(1, in: room, .create(name: "Ana", options))
        stage.settle(50)
        return stage
    }

    @discardableResult
    func player(_ number: Int, in room: RoomCode, _ attach: Attach) -> SessionID {
        let id = SessionID(UInt64(number))
        sessions[id] = FakeSession(id: id, room: room, first: attach)
        send(id)
        return id
    }

    func say(_ text: String, by id: SessionID) {
        guard var session = sessions[id], !session.isClosed else { return }
        let index = session.nextIndex
        session.nextIndex += 1
        session.unanswered.append((index, text))
        sessions[id] = session
        oracle.said(text, in: session.room)
        // Behind a rejoin it may go at once; behind a first attach it waits for the answer.
        if session.attached != nil, session.route != nil {
            post(input(index, text, of: session), from: nil, to: session.route)
        }
    }

    func resumeSessions(at life: ServerLife) {
        for id in sortedSessions
        where sessions[id]!.wantsWay && owner(of: sessions[id]!.room) == life { send(id) }
    }

    /// Goes to whoever runs the room, if there is a way.
    func send(_ id: SessionID) {
        guard var session = sessions[id], session.wantsWay, session.notBefore <= now,
            let owner = owner(of: session.room), isUp(nil, owner)
        else { return }
        session.route = owner
        sessions[id] = session
        guard let attached = session.attached else {
            return post(
                .toRoom(.attach(id, id: 1, session.room, session.first)), from: nil, to: owner)
        }
        let rejoin = Rejoin(
            viewer: attached.seat.map { .seat($0) } ?? .spectator,
            roomInstance: attached.roomInstance,
            version: session.version + (mistake == .versionRunsAhead ? 1 : 0))
        if mistake == .versionRunsAhead { sessions[id]?.version += 1 }
        post(.toRoom(.attach(id, id: nil, session.room, .rejoin(rejoin))), from: nil, to: owner)
        guard mistake != .inputsNotSentAgain else { return }
        for (index, text) in session.unanswered {
            post(input(index, text, of: session), from: nil, to: owner)
        }
    }

    private func input(_ index: UInt64, _ text: String, of session: FakeSession) -> Parcel {
        .toRoom(
            .input(
                session.id, id: Int64(index), session.room, index: index, .say(text)))
    }

    /// What the gateway is told by this server, of sessions that nobody else has.
    func answers(
        to attach: Attach, by id: UInt64, in code: RoomCode, at life: ServerLife
    ) -> [RoomFrame] {
        queues[.init(source: life, target: nil)] = nil
        act(life) {
            $0.receive(
                .attach(SessionID(id), id: 1, code, attach), from: gateway, now: now,
                wallClock: 1_700_000_000)
        }
        return (queues[.init(source: life, target: nil)] ?? []).compactMap { parcel in
            if case .toGateway(let frame) = parcel { frame } else { nil }
        }
    }

    func hear(_ frame: RoomFrame, from server: ServerLife) {
        switch frame {
        case .output(let audience, let version, let message):
            for id in audience { hear(version, message, by: id, from: server) }
        case .paused(let audience, let isPaused):
            for id in audience { sessions[id]?.pausesTold.append(isPaused) }
        case .attached(let id, let attached, let message):
            guard sessions[id]?.route == server else { return }
            sessions[id]?.isIn = true
            if message != nil {
                sessions[id]?.attached = attached
                sessions[id]?.version = attached.version
                sessions[id]?.told = attached.version
                let held = sessions[id]!.unanswered
                for (index, text) in held {
                    post(input(index, text, of: sessions[id]!), from: nil, to: server)
                }
            }
        case .acknowledged(let id, let index, let message):
            guard sessions[id]?.route == server, sessions[id]?.isIn == true,
                let position = sessions[id]?.unanswered.firstIndex(where: {
                    $0.index == index
                })
            else { return }
            oracle.expect(position == 0, "answers come in another order than the inputs")
            sessions[id]?.unanswered.remove(at: position)
            sessions[id]?.answers[index] = message.flatMap { try? JSONValue.parse($0) }
        case .moved(let id):
            guard sessions[id]?.route == server else { return }
            sessions[id]?.loseWay()
            sessions[id]?.notBefore = now + 50
        case .lost(let id):
            guard sessions[id]?.route == server else { return }
            sessions[id]?.loseWay()
            sessions[id]?.isLost = true
            sessions[id]?.notBefore = now + 500
        case .refused(let id, let code):
            guard sessions[id]?.route == server else { return }
            oracle.expect(false, "session \(id.rawValue) was refused: \(code)")
            sessions[id]?.isClosed = true
        case .close(let id, _):
            sessions[id]?.isClosed = true
        case .codeTaken, .queued, .matched, .echoed:
            oracle.expect(false, "nobody asked for a new room: \(frame)")
        }
    }

    /// R4: in order, without gap or repeat.
    private func hear(
        _ version: UInt64?, _ message: [UInt8], by id: SessionID, from server: ServerLife
    ) {
        // Between a rejoin and its answer, what comes was meant for the way before.
        guard let version, let session = sessions[id], session.route == server, session.isIn else {
            return
        }
        // What was under way when the session came anew comes again behind its answer.
        guard version > session.version else { return }
        oracle.expect(
            version == session.told + 1, "session \(id.rawValue) missed something")
        sessions[id]?.version = version
        sessions[id]?.told = version
        sessions[id]?.isLost = false
    }
}
