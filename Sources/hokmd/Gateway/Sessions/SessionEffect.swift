package import Link
package import PlayerProtocol

/// What a session asks of its shell.
package enum SessionEffect: Equatable, Sendable {
    /// One text frame for the player.
    case send([UInt8])
    case toRooms(GatewayFrame)
    /// Closes the socket, after what was sent before.
    case close(PlayerProtocol.CloseCode)
    /// A message was refused for coming too fast.
    case countRateLimited
    /// The socket is closed because of too many of them.
    case countTooManyMessages
    case countIdle
}
