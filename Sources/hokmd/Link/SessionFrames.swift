package import Game
package import PlayerProtocol

/// One player's connection. Each loop of a gateway counts up from a random number, so that no two
/// connections of a cluster have the same, in any life of any node.
package struct SessionID: Hashable, Sendable {
    package let rawValue: UInt64

    package init(_ rawValue: UInt64) { self.rawValue = rawValue }
}

/// A way on which gateways' frames come to a server: an event loop in the same process, or a link.
/// What is said to it goes back the same way, or nowhere.
package struct GatewayID: Hashable, Sendable {
    package let rawValue: Int

    package init(_ rawValue: Int) { self.rawValue = rawValue }
}

/// What a gateway says to the node that hosts a room, or the lobby.
package enum GatewayFrame: Equatable, Sendable {
    /// - Parameter id: the client's message id, which the answer names.
    case attach(SessionID, id: Int64?, RoomCode, Attach)
    /// - Parameter index: counts this session's inputs from 1.
    case input(SessionID, id: Int64?, RoomCode, index: UInt64, PlayerInput)
    case detach(SessionID, RoomCode)
    /// The session asked for a seat and its player was told that there is none: if it was given one
    /// all the same, that is free again.
    case withdraw(SessionID, RoomCode)
    /// The player waits for a seat.
    case seek(SessionID, id: Int64?, name: String)
    /// The player does not wait any longer.
    case abandon(SessionID)
    /// To be sent back as it is, by whoever owns the room's code or, without one, the lobby.
    case echo(SessionID, RoomCode?, isBinary: Bool, [UInt8])

    package var session: SessionID {
        switch self {
        case .attach(let session, _, _, _), .input(let session, _, _, _, _),
            .detach(let session, _), .withdraw(let session, _), .seek(let session, _, _),
            .abandon(let session),
            .echo(let session, _, _, _):
            session
        }
    }
}

/// In which way a session comes to a room.
package enum Attach: Equatable, Sendable {
    case create(name: String, TableOptions)
    case join(name: String, Seat?)
    /// As the lobby said: the room is made if it does not exist yet.
    case quick(name: String)
    /// - Parameter version: the last version the client saw.
    case resume(SeatClaim, version: UInt64)
    case watch
    /// The session was in the room already and has lost the way to it, or the server went. What it
    /// missed follows; the inputs that were not acknowledged are sent again behind this.
    case rejoin(Rejoin)
}

/// How a session that was in a room is known there.
package struct Rejoin: Equatable, Sendable {
    package var viewer: Viewer
    /// Tells the room from a later one with the same code.
    package var roomInstance: UInt64
    /// The last version that was passed on to the player.
    package var version: UInt64

    package init(viewer: Viewer, roomInstance: UInt64, version: UInt64) {
        self.viewer = viewer
        self.roomInstance = roomInstance
        self.version = version
    }
}

/// What a session needs to know of the room that it is in.
package struct Attached: Equatable, Sendable {
    package var room: RoomCode
    /// `nil` for a spectator.
    package var seat: Seat?
    package var roomInstance: UInt64
    /// What the answer shows, or what the frames that follow come after.
    package var version: UInt64

    package init(room: RoomCode, seat: Seat?, roomInstance: UInt64, version: UInt64) {
        self.room = room
        self.seat = seat
        self.roomInstance = roomInstance
        self.version = version
    }
}

/// What a room's host, or the lobby, says to a gateway.
package enum RoomFrame: Equatable, Sendable {
    /// The session is in the room now; the message is its `joined`, or nothing for a `rejoin`.
    case attached(SessionID, Attached, message: [UInt8]?)
    /// The session is not in the room.
    case refused(SessionID, ErrorCode)
    /// This server does not run the room, by its newest view: ask the one that does. Inputs that
    /// were not acknowledged were not carried out here.
    case moved(SessionID)
    /// The answer to a `rejoin`: the room is nowhere. Both servers that held it are gone, so the
    /// player may be told, or it has ended.
    case lost(SessionID)
    /// The room stands still (true), since nobody can keep a copy of it now, or goes on again.
    case paused([SessionID], Bool)
    /// The room's code is taken: draw another.
    case codeTaken(SessionID)
    /// One message for several sessions alike: the events of a commit, with its version, or
    /// something beside the events.
    case output([SessionID], version: UInt64?, message: [UInt8])
    /// An input is done with; without a message when the client asked for none.
    case acknowledged(SessionID, index: UInt64, message: [UInt8]?)
    case close(SessionID, CloseCode)
    /// Where the player stands in the queue; the id is that of his `quick` the first time only.
    case queued(SessionID, id: Int64?, position: Int)
    /// The lobby found a room: attach to it with `quick`.
    case matched(SessionID, RoomCode)
    /// What an `echo` brought.
    case echoed(SessionID, isBinary: Bool, [UInt8])
}

/// Where a gateway's loop hands over what it says; MUST keep the order.
package protocol RoomsPort: Sendable {
    func send(_ frames: [GatewayFrame], from gateway: GatewayID)
}

/// Where rooms hand over what a gateway's loop is to hear; MUST keep the order.
package protocol GatewayPort: Sendable {
    func deliver(_ frames: [RoomFrame])
    /// How full the server is now.
    func note(_ load: ServerLoad)
}
