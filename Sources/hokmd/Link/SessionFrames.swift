package import Game
package import PlayerProtocol

/// One player's connection, as its gateway counts them; never used twice by one gateway.
package struct SessionID: Hashable, Sendable {
    package let rawValue: UInt64

    package init(_ rawValue: UInt64) { self.rawValue = rawValue }
}

/// A gateway's event loop, as the rooms tell them apart.
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
    /// The player waits for a seat.
    case seek(SessionID, id: Int64?, name: String)
    /// The player does not wait any longer.
    case abandon(SessionID)
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
}

/// What a room's host, or the lobby, says to a gateway.
package enum RoomFrame: Equatable, Sendable {
    /// The session is in the room now; the message is its `joined`.
    case attached(SessionID, RoomCode, Seat?, message: [UInt8])
    /// The session is not in the room.
    case refused(SessionID, ErrorCode)
    /// The room's code is taken: draw another.
    case codeTaken(SessionID)
    /// One message for several sessions alike.
    case output([SessionID], message: [UInt8])
    /// An input is done with; without a message when the client asked for none.
    case acknowledged(SessionID, index: UInt64, message: [UInt8]?)
    case close(SessionID, CloseCode)
    /// Where the player stands in the queue; the id is that of his `quick` the first time only.
    case queued(SessionID, id: Int64?, position: Int)
    /// The lobby found a room: attach to it with `quick`.
    case matched(SessionID, RoomCode)
}

/// Where a gateway's loop hands over what it says; MUST keep the order.
package protocol RoomsPort: Sendable {
    func send(_ frames: [GatewayFrame], from gateway: GatewayID)
}

/// Where rooms hand over what a gateway's loop is to hear; MUST keep the order.
package protocol GatewayPort: Sendable {
    func deliver(_ frames: [RoomFrame])
}
