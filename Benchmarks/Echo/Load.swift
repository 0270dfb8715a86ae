import NIOCore
import NIOPosix

/// What the connections send: bursts of messages, the next one when the last has come back.
struct Load {
    var messageBytes: Int
    var messagesInBurst: Int
    var bursts: Int

    /// A burst as a client sends it: binary frames under the mask 1, 2, 3, 4.
    var burst: ByteBuffer {
        var buffer = ByteBuffer()
        for _ in 0..<messagesInBurst {
            buffer.writeInteger(UInt8(0x82))
            if messageBytes < 126 {
                buffer.writeInteger(UInt8(0x80 | messageBytes))
            } else {
                buffer.writeMultipleIntegers(UInt8(0x80 | 126), UInt16(messageBytes))
            }
            buffer.writeBytes([1, 2, 3, 4])
            buffer.writeBytes((0..<messageBytes).map { UInt8($0 % 4 + 1) })
        }
        return buffer
    }

    /// Bytes that come back for a burst.
    var echoBytes: Int { messagesInBurst * (messageBytes + (messageBytes < 126 ? 2 : 4)) }
}

/// Connections to one server, all on one event loop.
struct Clients {
    private let channels: [any Channel]

    static func connect(
        _ count: Int, to address: SocketAddress, path: String, on loop: any EventLoop
    ) async throws -> Clients {
        var channels: [any Channel] = []
        for _ in 0..<count {
            let isOpen = loop.makePromise(of: Void.self)
            let channel = try await ClientBootstrap(group: loop)
                .channelOption(.tcpOption(.tcp_nodelay), value: 1)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(
                            LoadHandler(path: path, isOpen: isOpen))
                    }
                }
                .connect(to: address).get()
            try await isOpen.futureResult.get()
            channels.append(channel)
        }
        return Clients(channels: channels)
    }

    /// Returns when everything has come back.
    func run(_ load: Load) async throws {
        let ends = channels.map { channel in
            let order = LoadOrder(load, done: channel.eventLoop.makePromise())
            channel.pipeline.fireUserInboundEventTriggered(order)
            return order.done.futureResult
        }
        for end in ends { try await end.get() }
    }

    func close() async throws {
        for channel in channels { try await channel.close() }
    }
}

private struct LoadOrder: Sendable {
    let burst: ByteBuffer
    let echoBytes: Int
    var burstsLeft: Int
    let done: EventLoopPromise<Void>

    init(_ load: Load, done: EventLoopPromise<Void>) {
        burst = load.burst
        echoBytes = load.echoBytes
        burstsLeft = load.bursts
        self.done = done
    }
}

/// One connection: the handshake, then as it is ordered.
private final class LoadHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let path: String
    private var isOpen: EventLoopPromise<Void>?
    private var head = ""
    private var order: LoadOrder?
    private var awaitedBytes = 0

    init(path: String, isOpen: EventLoopPromise<Void>) {
        self.path = path
        self.isOpen = isOpen
    }

    func channelActive(context: ChannelHandlerContext) {
        let request = """
            GET \(path) HTTP/1.1\r
            Host: 127.0.0.1\r
            Upgrade: websocket\r
            Connection: Upgrade\r
            Sec-WebSocket-Version: 13\r
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
            \r\n
            """
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: request)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        guard let isOpen else {
            awaitedBytes -= buffer.readableBytes
            return awaitedBytes == 0 ? next(context) : ()
        }
        head += String(buffer: buffer)
        guard head.hasSuffix("\r\n\r\n") else { return }
        precondition(head.hasPrefix("HTTP/1.1 101 "), "no upgrade: \(head)")
        self.isOpen = nil
        isOpen.succeed()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        order = event as? LoadOrder
        next(context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        order?.done.fail(ChannelError.eof)
    }

    private func next(_ context: ChannelHandlerContext) {
        guard let order else { return }
        guard order.burstsLeft > 0 else {
            self.order = nil
            return order.done.succeed()
        }
        self.order?.burstsLeft -= 1
        awaitedBytes = order.echoBytes
        context.writeAndFlush(wrapOutboundOut(order.burst), promise: nil)
    }
}
