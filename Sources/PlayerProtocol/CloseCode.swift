/// Why a player's socket is closed (RFC 6455 section 7.4, and PROTOCOL.md for those above 4000).
package enum CloseCode: UInt16, Sendable {
    /// The player left, or the room ended.
    case left = 1000
    case goingAway = 1001
    /// The gateway restarts: reconnect and resume.
    case restart = 1012
    /// Overloaded: try later.
    case overloaded = 1013
    /// Another connection took the seat over with the same token.
    case takenOver = 4001
    /// Nothing was sent for 10 s before joining.
    case idle = 4003
    case tooManyMessages = 4008

    /// The reason in the close frame.
    package var reason: StaticString {
        switch self {
        case .left: "left"
        case .goingAway: "going away"
        case .restart: "the server restarts, resume"
        case .overloaded: "overloaded, try later"
        case .takenOver: "the seat was taken over by another connection"
        case .idle: "idle before joining"
        case .tooManyMessages: "too many messages"
        }
    }
}
