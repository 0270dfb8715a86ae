import Game
import Gossip
import Link
import NIOCore
import NIOPosix
import PlayerProtocol
import Testing

@testable import Gateway

/// Sessions behind a real socket, with a server that answers at once.
@Suite(.timeLimit(.minutes(1))) struct PlayerSessionsTests {
    /// Sends echoes back, and seats everyone.
    private final class AnsweringServer: ServerPort {
        weak var sessions: PlayerSessions?

        func send(_ frames: [GatewayFrame], to node: NodeID) {
            let answers = frames.compactMap { frame -> RoomFrame? in
                switch frame {
                case .echo(let session, _, let isBinary, let payload):
                    return .echoed(session, isBinary: isBinary, payload)
                case .attach(let session, _, let room, _):
                    let attached = Attached(
                        room: room, seat: Seat(0), roomInstance: 1, version: 1)
                    return .attached(
                        session, attached, message: Array("joined \(room) on \(node)".utf8))
                default: return nil
                }
            }
            sessions?.receive(answers, from: node)
        }
    }

    /// Seats everyone, and acknowledges no input before it is told to. Lives on the loop.
    private final class SlowServer: ServerPort {
        weak var sessions: PlayerSessions?
        private var inputs: [(session: SessionID, index: UInt64)] = []
        private var waiting: (count: Int, promise: EventLoopPromise<Void>)?

        func send(_ frames: [GatewayFrame], to node: NodeID) {
            for case .attach(let session, _, let room, _) in frames {
                let attached = Attached(room: room, seat: Seat(0), roomInstance: 1, version: 1)
                sessions?.receive(
                    [.attached(session, attached, message: Array("joined".utf8))], from: node)
            }
            for case .input(let session, _, _, let index, _) in frames {
                inputs.append((session, index))
            }
            if let waiting, inputs.count >= waiting.count { waiting.promise.succeed() }
        }

        func wait(for count: Int, _ promise: EventLoopPromise<Void>) {
            guard inputs.count < count else { return promise.succeed() }
            waiting = (count, promise)
        }

        func tell(_ text: String) {
            guard let session = inputs.first?.session else { return }
            sessions?.receive(
                [.output([session], version: nil, message: Array(text.utf8))], from: anna)
        }

        func acknowledgeAll() {
            let frames = inputs.map {
                RoomFrame.acknowledged($0.session, index: $0.index, message: nil)
            }
            inputs = []
            sessions?.receive(frames, from: anna)
        }
    }

    @Test func `a socket whose room holds 32 KiB of inputs is not read until there is room`()
        async throws
    {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = group.next()
        do {
            let server = try await loop.submit { NIOLoopBound(SlowServer(), eventLoop: loop) }.get()
            let listener = try await PlayerListener.start(
                host: "127.0.0.1", port: 0, group: group, limits: .patient, routes: Routes()
            ) { connections in
                let sessions = PlayerSessions(
                    loop: connections, servers: server.value, tokens: TableBench.tokens,
                    hold: TableBench.hold)
                server.value.sessions = sessions
                sessions.install(view(1, [anna]))
                sessions.linkUp(anna)
                return sessions
            }
            let client = try await upgraded(listener, "/v1/play")
            try await client.send(textFrame(#"{"type":"join","room":"K7M2QX","name":"Ana"}"#))
            #expect(await client.receiveFrame() == .text("joined"))
            // 38 times some 860 bytes, within the messages that are allowed at once.
            let long = String(repeating: "🂡", count: 200)
            for _ in 0..<38 { client.sendSoon(textFrame(#"{"type":"say","text":"\#(long)"}"#)) }
            try await loop.flatSubmit {
                let promise = loop.makePromise(of: Void.self)
                server.value.wait(for: 38, promise)
                return promise.futureResult
            }.get()
            try await client.send(textFrame(#"{"type":"ping","id":7}"#))
            // The loop looks at its sockets before each of these, and would see the ping.
            for _ in 0..<5 { try await loop.submit {}.get() }
            try await loop.submit { server.value.tell("goes on") }.get()
            #expect(await client.receiveFrame() == .text("goes on"))
            try await loop.submit { server.value.acknowledgeAll() }.get()
            let pong = await client.receiveFrame()?.payload ?? []
            #expect(String(decoding: pong, as: UTF8.self).contains(#""type":"pong","re":7"#))
        } catch {
            try await group.shutdownGracefully()
            throw error
        }
        try await group.shutdownGracefully()
    }

    private func withSessions(_ body: (PlayerListener) async throws -> Void) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        do {
            let listener = try await PlayerListener.start(
                host: "127.0.0.1", port: 0, group: group, limits: .patient,
                routes: Routes(echo: true)
            ) { loop in
                let server = AnsweringServer()
                let sessions = PlayerSessions(
                    loop: loop, servers: server, tokens: TableBench.tokens,
                    hold: TableBench.hold)
                server.sessions = sessions
                sessions.install(view(1, [anna, berta]))
                sessions.linkUp(anna)
                sessions.linkUp(berta)
                return sessions
            }
            try await body(listener)
        } catch {
            try await group.shutdownGracefully()
            throw error
        }
        try await group.shutdownGracefully()
    }

    private func upgraded(_ listener: PlayerListener, _ path: String) async throws -> RawClient {
        let client = try await RawClient.connect(to: listener.address)
        try await client.send(upgradeRequest(path))
        #expect(await client.receiveHead().hasPrefix("HTTP/1.1 101"))
        return client
    }

    @Test func `an echo with a room goes to that room's server and back`() async throws {
        try await withSessions { listener in
            let client = try await upgraded(listener, "/v1/echo?load=1&room=k7m2qx")
            let large = [UInt8](repeating: 9, count: 300_000)
            for _ in 0..<5 { client.sendSoon(frame(0x2, large)) }
            try await client.send(textFrame("سلام"))
            for _ in 0..<5 {
                let isWhole = await client.receiveFrame() == .init(2, large)
                #expect(isWhole)
            }
            #expect(await client.receiveFrame() == .text("سلام"))
            let bad = try await RawClient.connect(to: listener.address)
            try await bad.send(upgradeRequest("/v1/echo?room=LOUI"))
            #expect(await bad.receiveHead().hasPrefix("HTTP/1.1 400"))
        }
    }

    @Test func `a player is seated by the server that owns the room`() async throws {
        try await withSessions { listener in
            for node in [anna, berta] {
                let room = TableBench.code(of: node)
                let client = try await upgraded(listener, "/v1/play?room=\(room)")
                try await client.send(
                    textFrame(#"{"type":"join","id":1,"room":"\#(room)","name":"Ana"}"#))
                #expect(await client.receiveFrame() == .text("joined \(room) on \(node)"))
            }
        }
    }
}
