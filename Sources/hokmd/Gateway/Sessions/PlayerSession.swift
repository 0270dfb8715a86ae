package import Gossip
internal import Link
internal import PlayerProtocol

/// A player's socket: brings what comes to the loop's `SessionTable`, and carries effects out.
package final class PlayerSession: WebSocketSession {
    let id: SessionID
    private let sessions: PlayerSessions
    private var connection: WebSocketConnection?

    init(id: SessionID, sessions: PlayerSessions) {
        self.id = id
        self.sessions = sessions
    }

    package static func acceptance(_ limits: Limits) -> FrameParser.Acceptance {
        FrameParser.Acceptance(messageBytesMax: limits.gameMessageBytesMax, binary: false)
    }

    package static var whenReaderIsSlow: SlowReaderPolicy { .close }

    package func opened(_ connection: WebSocketConnection, now: Instant) {
        self.connection = connection
        sessions.open(self, now: now)
    }

    package func received(text: RawSpan, now: Instant) {
        sessions.received(text, from: self, now: now)
    }

    package func received(binary: RawSpan, now: Instant) {
        preconditionFailure("the transport lets no binary message through here")
    }

    package func tick(now: Instant) {
        sessions.tick(id, now: now)
    }

    package func closed(_ ending: WebSocketMachine.Ending, now: Instant) {
        connection = nil
        sessions.closed(id)
    }
}

extension PlayerSession: SessionSocket {
    func wake(at time: Instant) {
        connection?.wake(at: time)
    }

    func perform(_ effect: SessionEffect) {
        switch effect {
        case .send(let message): connection?.send(text: message.span.bytes)
        case .close(let code):
            connection?.close(CloseCode(rawValue: code.rawValue), reason: code.reason)
        case .pauseReading: connection?.pauseReading()
        case .resumeReading: connection?.resumeReading()
        case .countRateLimited: connection?.loop.counters.count(.rateLimited)
        case .countTooManyMessages: connection?.loop.counters.count(.tooManyMessages)
        case .countIdle: connection?.loop.counters.count(.idle)
        case .countHeldTooLong: connection?.loop.counters.count(.heldTooLong)
        case .echo, .toServer, .withdraw: preconditionFailure("not for a player's socket")
        }
    }
}
