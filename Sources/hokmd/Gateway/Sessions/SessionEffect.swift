package import Game
package import Gossip
package import Link
package import PlayerProtocol

/// What a session asks of its shell.
package enum SessionEffect: Equatable, Sendable {
    /// One text frame for the player.
    case send([UInt8])
    case toServer(NodeID, GatewayFrame)
    /// Whoever has the room is to hear, as soon as there is a way, that the session wants no seat
    /// there any more.
    case withdraw(RoomCode)
    /// Closes the socket, after what was sent before.
    case close(PlayerProtocol.CloseCode)
    /// Takes no more bytes from the player until `resumeReading`.
    case pauseReading
    case resumeReading
    /// What an echo's client sent, back to it.
    case echo([UInt8], isBinary: Bool)
    /// A message was refused for coming too fast.
    case countRateLimited
    /// The socket is closed because of too many of them.
    case countTooManyMessages
    case countIdle
    /// The socket is closed because its room could not be reached for too long.
    case countHeldTooLong
}
