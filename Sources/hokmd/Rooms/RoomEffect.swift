package import Game
package import Link

/// What the rooms ask of their shell.
package enum RoomEffect: Equatable, Sendable {
    case send(GatewayID, RoomFrame)
    /// To another server, with the number of our view.
    case peer(ServerLife, PeerFrame)
    /// What came from that server could not be kept: break the link, so that all is said again.
    case breakLink(ServerLife)
    /// Every successor holds what came this long ago; a pause that players were told of ends with it,
    /// or none does.
    case committed(after: Milliseconds, endsPause: Bool)
    /// Find a strong bot's move off the event loop, and bring it back with `botMoved`.
    case think(ThinkRequest)
    /// The turn that this room's bot was thinking about is over.
    case stopThinking(RoomCode)
    /// A public room that waits for players has this many free seats; 0 when it waits no longer.
    case vacancy(RoomCode, freeSeats: Int)
}

/// A turn for which a strong bot is to find a move.
package struct ThinkRequest: Sendable {
    package var room: RoomCode
    package var mark: TurnMark
    package var view: TableView
    /// For the bot's own random numbers.
    package var seed: UInt64
}

extension ThinkRequest: Equatable {
    /// A room has one turn at a time, so its mark says all.
    package static func == (left: ThinkRequest, right: ThinkRequest) -> Bool {
        left.room == right.room && left.mark == right.mark && left.seed == right.seed
    }
}
