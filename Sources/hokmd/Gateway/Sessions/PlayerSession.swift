package import Gossip
internal import Link
internal import PlayerProtocol

/// Carries a session machine's effects out on a player's socket.
package final class PlayerSession: WebSocketSession {
    let id: SessionID
    private let sessions: PlayerSessions
    private var machine: SessionMachine
    private var connection: WebSocketConnection?

    init(id: SessionID, sessions: PlayerSessions, tokens: SeatTokens, now: Instant) {
        self.id = id
        self.sessions = sessions
        machine = SessionMachine(id: id, tokens: tokens, now: now)
    }

    package static func acceptance(_ limits: Limits) -> FrameParser.Acceptance {
        FrameParser.Acceptance(messageBytesMax: limits.gameMessageBytesMax, binary: false)
    }

    package static var whenReaderIsSlow: SlowReaderPolicy { .close }

    package func opened(_ connection: WebSocketConnection, now: Instant) {
        self.connection = connection
        sessions.add(self)
        wakeWhenIdle()
    }

    package func received(text: RawSpan, now: Instant) {
        machine.received(
            text, now: now, wallClock: WallClock.milliseconds, using: &sessions.generator,
            effects: &sessions.effects)
        carryOut()
    }

    package func received(binary: RawSpan, now: Instant) {
        preconditionFailure("the transport lets no binary message through here")
    }

    /// A room or the lobby said something to this session.
    func received(_ frame: RoomFrame, now: Instant) {
        machine.received(
            frame, now: now, using: &sessions.generator, effects: &sessions.effects)
        carryOut()
        wakeWhenIdle()
    }

    package func tick(now: Instant) {
        machine.tick(now: now, effects: &sessions.effects)
        carryOut()
        wakeWhenIdle()
    }

    package func closed(_ ending: WebSocketMachine.Ending, now: Instant) {
        machine.ended(effects: &sessions.effects)
        carryOut()
        connection = nil
        sessions.remove(self)
    }

    private func wakeWhenIdle() {
        if let deadline = machine.idleDeadline { connection?.wake(at: deadline) }
    }

    private func carryOut() {
        for effect in sessions.effects {
            switch effect {
            case .send(let message): connection?.send(text: message.span.bytes)
            case .toRooms(let frame): sessions.send(frame)
            case .close(let code):
                connection?.close(CloseCode(rawValue: code.rawValue), reason: code.reason)
            case .countRateLimited: connection?.loop.counters.count(.rateLimited)
            case .countTooManyMessages: connection?.loop.counters.count(.tooManyMessages)
            case .countIdle: connection?.loop.counters.count(.idle)
            }
        }
        sessions.effects.removeAll(keepingCapacity: true)
    }
}
