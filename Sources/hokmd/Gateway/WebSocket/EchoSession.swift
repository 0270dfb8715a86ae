package import Gossip

/// Sends every message back whole, whatever its fragments: for conformance suites and for load
/// generators that want the transport without the game.
package final class EchoSession: WebSocketSession {
    private var connection: WebSocketConnection?

    package init() {}

    package static func acceptance(_ limits: Limits) -> FrameParser.Acceptance {
        FrameParser.Acceptance(messageBytesMax: limits.echoMessageBytesMax, binary: true)
    }

    package static var whenReaderIsSlow: SlowReaderPolicy { .pauseReading }

    package func opened(_ connection: WebSocketConnection, now: Instant) {
        self.connection = connection
    }

    package func received(text: RawSpan, now: Instant) {
        connection?.send(text: text)
    }

    package func received(binary: RawSpan, now: Instant) {
        connection?.send(binary: binary)
    }

    package func tick(now: Instant) {}

    package func closed(_ ending: WebSocketMachine.Ending, now: Instant) {
        connection = nil
    }
}
