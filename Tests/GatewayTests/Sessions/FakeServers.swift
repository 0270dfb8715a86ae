import Game
import Gossip
import Link
import PlayerProtocol
import Random

@testable import Gateway

/// A room as two servers hold it between them: what is here is committed, and survives either.
struct FakeRoom {
    struct Member {
        /// What the session's attach got for an answer.
        var joinedAt: UInt64
        var lastIndex: UInt64 = 0
        /// Everything that it has to be told since.
        var told: [(version: UInt64, message: [UInt8])] = []
    }

    let instance: UInt64
    /// Who runs the room, since which view.
    var holder: NodeID
    var epoch: UInt64
    var version: UInt64 = 0
    var members: [SessionID: Member] = [:]
    /// Texts that were said, in order: each is there once, or invariant R3 is broken.
    var said: [String] = []
}

/// Room servers as a gateway meets them, without rules of any game: a `say` is a commit that
/// everybody in the room is told of. They crash, and what is under way is lost with their links.
struct FakeServers {
    struct Server {
        var view: View
        var isUp = true
        /// Sessions that are attached on the present link.
        var attached: Set<SessionID> = []
        var toServer: [GatewayFrame] = []
        var toGateway: [RoomFrame] = []
        /// Whether the gateway's link is up.
        var isLinked = true
    }

    var rooms: [RoomCode: FakeRoom] = [:]
    var servers: [NodeID: Server] = [:]
    var generator: SplitMix64
    private var instances: UInt64 = 0

    init(_ nodes: [NodeID], view: View, seed: UInt64) {
        generator = SplitMix64(seed: seed)
        for node in nodes { servers[node] = Server(view: view) }
    }

    static func message(_ words: Any...) -> [UInt8] {
        Array(words.map { "\($0)" }.joined(separator: " ").utf8)
    }

    /// The server learns of a view and takes up what it owns by it.
    mutating func install(_ view: View, on node: NodeID) {
        guard let server = servers[node], server.view.number < view.number else { return }
        servers[node]?.view = view
        for code in rooms.keys.sorted(by: { $0.number < $1.number }) {
            takeUp(code, on: node)
        }
    }

    private mutating func takeUp(_ code: RoomCode, on node: NodeID) {
        guard let view = servers[node]?.view, let room = rooms[code], room.epoch < view.number,
            owner(of: code, in: view) == node, servers[node]?.isUp == true
        else { return }
        if room.holder != node {
            release(code, on: room.holder, view)
            detachAll(code, on: node)
        }
        rooms[code]?.holder = node
        rooms[code]?.epoch = view.number
    }

    /// No room is taken up before its former owner, if that lives, knows of it; and that one tells
    /// whoever was there.
    private mutating func release(_ code: RoomCode, on node: NodeID, _ view: View) {
        guard servers[node]?.isUp == true else { return }
        let members = rooms[code]?.members.keys.sorted { $0.rawValue < $1.rawValue } ?? []
        for session in members where servers[node]?.attached.contains(session) == true {
            say(.moved(session), on: node)
        }
        detachAll(code, on: node)
        if servers[node]!.view.number < view.number { servers[node]?.view = view }
    }

    private mutating func detachAll(_ code: RoomCode, on node: NodeID) {
        for session in rooms[code]?.members.keys ?? [:].keys {
            servers[node]?.attached.remove(session)
        }
    }

    private func owner(of code: RoomCode, in view: View) -> NodeID? {
        Rendezvous(view).owner(of: PlacementKey(code: code.number))
    }

    /// The end of a link: a part of what is under way still arrives, nothing of the rest.
    ///
    /// - Returns: what the gateway gets before it hears of the end.
    mutating func breakLink(of node: NodeID) -> [RoomFrame] {
        guard var server = servers[node], server.isLinked else { return [] }
        let arriving = server.toServer.prefix(
            .random(in: 0...server.toServer.count, using: &generator))
        for frame in arriving where server.isUp { receive(frame, on: node) }
        server = servers[node]!
        let heard = Array(
            server.toGateway.prefix(.random(in: 0...server.toGateway.count, using: &generator)))
        server.toServer = []
        server.toGateway = []
        server.attached = []
        server.isLinked = false
        servers[node] = server
        return heard
    }

    /// A part of what is under way arrives.
    ///
    /// - Returns: what the gateway gets.
    mutating func step(_ node: NodeID, all: Bool = false) -> [RoomFrame] {
        guard let server = servers[node], server.isUp, server.isLinked else { return [] }
        let arriving =
            all ? server.toServer.count : .random(in: 0...server.toServer.count, using: &generator)
        servers[node]?.toServer.removeFirst(arriving)
        for frame in server.toServer.prefix(arriving) { receive(frame, on: node) }
        let queue = servers[node]!.toGateway
        let leaving = all ? queue.count : .random(in: 0...queue.count, using: &generator)
        servers[node]?.toGateway.removeFirst(leaving)
        return Array(queue.prefix(leaving))
    }

    // MARK: A server's rules

    private mutating func say(_ frame: RoomFrame, on node: NodeID) {
        servers[node]?.toGateway.append(frame)
    }

    private mutating func receive(_ frame: GatewayFrame, on node: NodeID) {
        switch frame {
        case .attach(let session, let id, let code, let attach):
            takeUp(code, on: node)
            guard let view = servers[node]?.view, owner(of: code, in: view) == node,
                rooms[code].map({ $0.holder == node }) ?? true
            else { return say(.moved(session), on: node) }
            self.attach(session, id, code, attach, on: node, epoch: view.number)
        case .input(let session, let id, let code, let index, let input):
            guard rooms[code]?.holder == node, servers[node]?.attached.contains(session) == true
            else { return say(.moved(session), on: node) }
            carryOut(input, session, id, code, index, on: node)
        case .detach(let session, let code), .withdraw(let session, let code):
            rooms[code]?.members[session] = nil
            servers[node]?.attached.remove(session)
        case .seek, .abandon, .echo: return
        }
    }

    private mutating func attach(
        _ session: SessionID, _ id: Int64?, _ code: RoomCode, _ attach: Attach, on node: NodeID,
        epoch: UInt64
    ) {
        if let member = rooms[code]?.members[session] {
            // Known already: by an answer that was lost, or from the former owner.
            let isRejoin = if case .rejoin = attach { true } else { false }
            var version = member.joinedAt
            if case .rejoin(let rejoin) = attach { version = rejoin.version }
            return welcome(session, id, code, after: version, isRejoin: isRejoin, on: node)
        }
        switch attach {
        case .create:
            guard rooms[code] == nil else { return say(.codeTaken(session), on: node) }
            instances += 1
            rooms[code] = FakeRoom(instance: instances, holder: node, epoch: epoch)
        case .join, .watch, .quick, .resume:
            guard rooms[code] != nil else { return say(.refused(session, .noSuchRoom), on: node) }
        case .rejoin:
            return say(.refused(session, .badToken), on: node)
        }
        commit(code, on: node)
        let version = rooms[code]!.version
        rooms[code]?.members[session] = FakeRoom.Member(joinedAt: version)
        welcome(session, id, code, after: version, isRejoin: false, on: node)
    }

    private mutating func welcome(
        _ session: SessionID, _ id: Int64?, _ code: RoomCode, after version: UInt64,
        isRejoin: Bool, on node: NodeID
    ) {
        let room = rooms[code]!
        servers[node]?.attached.insert(session)
        let attached = Attached(
            room: code, seat: Seat(0), roomInstance: room.instance, version: version)
        say(
            .attached(
                session, attached,
                message: isRejoin ? nil : Self.message("joined", id ?? 0, version)), on: node)
        for event in room.members[session]!.told where event.version > version {
            say(.output([session], version: event.version, message: event.message), on: node)
        }
    }

    private mutating func carryOut(
        _ input: PlayerInput, _ session: SessionID, _ id: Int64?, _ code: RoomCode,
        _ index: UInt64, on node: NodeID
    ) {
        guard let member = rooms[code]?.members[session] else { return }
        // A replay is recognised by its index, and acknowledged again.
        if index > member.lastIndex {
            precondition(index == member.lastIndex + 1, "an input was left out")
            rooms[code]?.members[session]?.lastIndex = index
            if case .say(let text) = input { rooms[code]?.said.append(text) }
            commit(code, on: node)
        }
        say(
            .acknowledged(session, index: index, message: id.map { Self.message("ok", $0) }),
            on: node)
    }

    /// One version that every member is told of.
    private mutating func commit(_ code: RoomCode, on node: NodeID) {
        rooms[code]?.version += 1
        let version = rooms[code]!.version
        let message = Self.message("event", version)
        let members = rooms[code]!.members.keys.sorted { $0.rawValue < $1.rawValue }
        for session in members {
            rooms[code]?.members[session]?.told.append((version, message))
        }
        let here = members.filter { servers[node]!.attached.contains($0) }
        if !here.isEmpty { say(.output(here, version: version, message: message), on: node) }
    }
}
