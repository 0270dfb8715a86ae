package import Game
package import Gossip
package import NIOCore

/// What a connection serves: the game, or the echo. Every call is made on the connection's loop.
///
/// The transport MUST call `opened` first, `closed` once and last, and nothing after it. It never
/// calls a session from inside a call that the session made to a connection.
package protocol WebSocketSession: AnyObject, SendableMetatype {
    /// What it takes; frames beyond it end the connection before they are read.
    static func acceptance(_ limits: Limits) -> FrameParser.Acceptance

    /// What happens when more than `Limits.waitingBytesMax` waits for the client.
    static var whenReaderIsSlow: SlowReaderPolicy { get }

    func opened(_ connection: WebSocketConnection, now: Instant)

    /// A whole message in valid UTF-8. The bytes are lent for the time of the call.
    func received(text: RawSpan, now: Instant)

    /// A whole binary message; only where `acceptance` has them.
    func received(binary: RawSpan, now: Instant)

    /// The time that was given to `WebSocketConnection.wake` has come.
    func tick(now: Instant)

    /// No more messages come, and what is sent from now on is dropped.
    func closed(_ ending: WebSocketMachine.Ending, now: Instant)
}

package enum SlowReaderPolicy: Sendable {
    /// Count it and close with 1013: events must not queue up for somebody who does not read them.
    case close
    /// Read no more until it has caught up: it has asked for all that it gets.
    case pauseReading
}

/// Makes the sessions of one event loop, and holds what they share there.
package protocol SessionSource: AnyObject, SendableMetatype {
    associatedtype Session: WebSocketSession
    associatedtype Echo: WebSocketSession = EchoSession

    /// A session for a client that was just upgraded.
    func session(for address: SocketAddress?, now: Instant) -> Session

    /// An echo by way of the server that owns this room's code.
    func echo(_ room: RoomCode, now: Instant) -> Echo
}

extension SessionSource where Echo == EchoSession {
    /// Where there are no servers, the echo is here.
    package func echo(_ room: RoomCode, now: Instant) -> EchoSession { EchoSession() }
}
