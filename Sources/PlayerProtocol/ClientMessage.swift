package import Game

/// One message of a client, checked as far as it can be without knowing the table.
package struct ClientMessage: Equatable, Sendable {
    package enum Body: Equatable, Sendable {
        case create(name: String, TableOptions)
        case join(RoomCode, name: String, Seat?)
        case quick(name: String)
        /// - Parameter version: the last version the client saw.
        case resume(token: String, version: UInt64)
        case watch(RoomCode)
        case play(PlayerInput)
        case ping
    }

    /// What a reply refers to; `nil` when the client wants none.
    package var id: Int64?
    package var body: Body

    package init(id: Int64?, body: Body) {
        self.id = id
        self.body = body
    }
}

/// What a player does in a room.
package enum PlayerInput: Equatable, Sendable {
    case bots
    case trump(Suit)
    case play(Card, TurnMark?)
    case say(String)
    case emote(String)
    case leave
}

/// Why a client's message was refused before any room saw it.
package struct ClientMessageError: Error, Equatable, Sendable {
    /// The message's id, where it could be read.
    package var id: Int64?
    package var code: ErrorCode
}
