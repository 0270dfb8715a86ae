import Gateway
import Gossip
import NIOCore
import NIOPosix

/// Other targets have their own.
typealias Limits = Gateway.Limits

/// Answers what it is told to, so that tests see when a session is called.
final class ScriptedSession: WebSocketSession {
    private var connection: WebSocketConnection?

    static func acceptance(_ limits: Limits) -> FrameParser.Acceptance {
        FrameParser.Acceptance(messageBytesMax: limits.gameMessageBytesMax, binary: false)
    }

    static var whenReaderIsSlow: SlowReaderPolicy { .close }

    func opened(_ connection: WebSocketConnection, now: Instant) {
        self.connection = connection
        connection.send(text: "hello".utf8Span.span.bytes)
    }

    func received(text: RawSpan, now: Instant) {
        let command = String(decoding: text.array, as: UTF8.self)
        switch command {
        case "bye": connection?.close(.normal, reason: "bye")
        case "wake": connection?.wake(at: now)
        case "flood": flood()
        default: connection?.send(text: text)
        }
    }

    func received(binary: RawSpan, now: Instant) {}

    func tick(now: Instant) {
        connection?.send(text: "awake".utf8Span.span.bytes)
    }

    func closed(_ ending: WebSocketMachine.Ending, now: Instant) {
        connection = nil
    }

    /// More than a client's window and what may wait for it; less than a socket's buffer can grow to.
    private func flood() {
        let event = [UInt8](repeating: 0x2E, count: 1000)
        guard let connection else { return }
        for _ in 0..<500 { connection.send(text: event.span.bytes) }
    }
}

final class ScriptedSource: SessionSource {
    func session(for address: SocketAddress?, now: Instant) -> ScriptedSession {
        ScriptedSession()
    }
}

extension Limits {
    /// For a machine that is busy with other tests: no time runs out, and ticks are near.
    static var patient: Limits {
        var limits = Limits()
        limits.requestHeadTimeMax = .seconds(600)
        limits.closeTimeMax = .seconds(600)
        limits.tickInterval = .milliseconds(5)
        return limits
    }
}

/// Runs a listener on a free port, with the echo, for as long as `body` takes.
func withListener(
    host: String = "127.0.0.1", loops: Int = 1, limits: Limits = .patient,
    routes: Routes = Routes(echo: true), _ body: (PlayerListener) async throws -> Void
) async throws {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: loops)
    do {
        let listener = try await PlayerListener.start(
            host: host, port: 0, group: group, limits: limits, routes: routes
        ) { _ in ScriptedSource() }
        try await body(listener)
    } catch {
        try await group.shutdownGracefully()
        throw error
    }
    try await group.shutdownGracefully()
}
