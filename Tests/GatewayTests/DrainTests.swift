import Gateway
import NIOCore
import NIOPosix
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct DrainTests {
    private func get(
        _ path: String, _ listener: PlayerListener, headers: [String] = []
    ) async throws -> String {
        let client = try await RawClient.connect(to: listener.address)
        let lines = ["GET \(path) HTTP/1.1", "Host: a", "Connection: close"] + headers
        try await client.send(lines.map { $0 + "\r\n" }.joined() + "\r\n")
        return await client.receiveToEnd()
    }

    @Test func `a gateway that stops says so to whoever asks, and takes no new player`()
        async throws
    {
        let isDraining = Atomic<Bool>(false)
        let routes = Routes(unreadiness: { isDraining.load(ordering: .relaxed) ? "draining" : nil })
        try await withListener(routes: routes) { listener in
            let player = try await RawClient.connect(to: listener.address)
            try await player.send(upgradeRequest("/v1/play"))
            #expect(await player.receiveHead().hasPrefix("HTTP/1.1 101"))
            #expect(await player.receiveFrame() == .text("hello"))
            #expect(try await get("/readyz", listener).hasPrefix("HTTP/1.1 200"))
            isDraining.store(true, ordering: .relaxed)
            let second = try await RawClient.connect(to: listener.address)
            try await second.send(upgradeRequest("/v1/play"))
            #expect(await second.receiveHead().hasPrefix("HTTP/1.1 101"))
            // Far longer than the test: the first player goes at once, the second never does.
            let closing = Task {
                await listener.closeAll(.serviceRestart, spread: .seconds(600))
            }
            #expect(await player.receiveFrame() == .close(.serviceRestart))
            let answer = try await get("/readyz", listener)
            #expect(answer.hasPrefix("HTTP/1.1 503") && answer.hasSuffix("draining\n"))
            let late = try await RawClient.connect(to: listener.address)
            try await late.send(upgradeRequest("/v1/play"))
            #expect(await late.receiveHead().hasPrefix("HTTP/1.1 503"))
            closing.cancel()
        }
    }

    @Test func `what stands first in the pipeline is made for each connection`() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let listener = try await PlayerListener.start(
            host: "127.0.0.1", port: 0, group: group, routes: Routes(),
            secure: { _ in [Rot13()] }
        ) { _ in ScriptedSource() }
        let client = try await RawClient.connect(to: listener.address)
        try await client.send(
            "GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".rot13)
        #expect(await client.receiveToEnd().rot13.hasPrefix("HTTP/1.1 200 OK"))
        try await group.shutdownGracefully()
    }
}

/// Stands in for TLS.
private final class Rot13: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let text = String(buffer: unwrapInboundIn(data)).rot13
        context.fireChannelRead(wrapInboundOut(ByteBuffer(string: text)))
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let text = String(buffer: unwrapOutboundIn(data)).rot13
        context.write(wrapOutboundOut(ByteBuffer(string: text)), promise: promise)
    }
}

extension String {
    fileprivate var rot13: String {
        String(
            decoding: utf8.map { byte in
                switch byte {
                case 0x41...0x5A: (byte - 0x41 + 13) % 26 + 0x41
                case 0x61...0x7A: (byte - 0x61 + 13) % 26 + 0x61
                default: byte
                }
            }, as: UTF8.self)
    }
}
