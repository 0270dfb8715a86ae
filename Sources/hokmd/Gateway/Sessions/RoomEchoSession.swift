internal import Game
package import Gossip
internal import Link
internal import PlayerProtocol

/// Sends every message back by way of the server that owns a room's code.
package final class RoomEchoSession: WebSocketSession {
    let id: SessionID
    private let room: RoomCode
    private let sessions: PlayerSessions
    private var connection: WebSocketConnection?

    init(id: SessionID, room: RoomCode, sessions: PlayerSessions) {
        self.id = id
        self.room = room
        self.sessions = sessions
    }

    /// What fits on a link.
    package static func acceptance(_ limits: Limits) -> FrameParser.Acceptance {
        FrameParser.Acceptance(
            messageBytesMax: min(limits.echoMessageBytesMax, SessionLimits.messageBytesMax),
            binary: true)
    }

    package static var whenReaderIsSlow: SlowReaderPolicy { .pauseReading }

    package func opened(_ connection: WebSocketConnection, now: Instant) {
        self.connection = connection
        sessions.openEcho(self, room: room, now: now)
    }

    package func received(text: RawSpan, now: Instant) {
        sessions.received(echo: text, isBinary: false, from: id)
    }

    package func received(binary: RawSpan, now: Instant) {
        sessions.received(echo: binary, isBinary: true, from: id)
    }

    package func tick(now: Instant) {
        sessions.tick(id, now: now)
    }

    package func closed(_ ending: WebSocketMachine.Ending, now: Instant) {
        connection = nil
        sessions.closed(id)
    }
}

extension RoomEchoSession: SessionSocket {
    func wake(at time: Instant) {
        connection?.wake(at: time)
    }

    func perform(_ effect: SessionEffect) {
        switch effect {
        case .echo(let payload, isBinary: true): connection?.send(binary: payload.span.bytes)
        case .echo(let payload, isBinary: false): connection?.send(text: payload.span.bytes)
        case .pauseReading: connection?.pauseReading()
        case .resumeReading: connection?.resumeReading()
        case .close(let code):
            connection?.close(CloseCode(rawValue: code.rawValue), reason: code.reason)
        case .countHeldTooLong: connection?.loop.counters.count(.heldTooLong)
        case .send, .toServer, .withdraw, .countRateLimited, .countTooManyMessages, .countIdle:
            preconditionFailure("not for an echo's socket")
        }
    }
}
