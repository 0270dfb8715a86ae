import Gateway
import NIOCore
import NIOPosix

/// A TCP client that sends bytes and looks at bytes: it knows no HTTP and no WebSocket beyond how to
/// cut a server's frames.
final class RawClient {
    private let channel: any Channel
    private var incoming: AsyncStream<ByteBuffer>.Iterator
    private var buffer = ByteBuffer()
    private(set) var isAtEnd = false

    private init(channel: any Channel, incoming: AsyncStream<ByteBuffer>) {
        self.channel = channel
        self.incoming = incoming.makeAsyncIterator()
    }

    private final class Collector: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        let continuation: AsyncStream<ByteBuffer>.Continuation

        init(_ continuation: AsyncStream<ByteBuffer>.Continuation) {
            self.continuation = continuation
        }
        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            continuation.yield(unwrapInboundIn(data))
        }
        func channelInactive(context: ChannelHandlerContext) {
            continuation.finish()
        }
        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }
    }

    static func connect(
        to address: SocketAddress, reading: Bool = true
    ) async throws -> RawClient {
        let (stream, continuation) = AsyncStream<ByteBuffer>.makeStream()
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.autoRead, value: reading)
            .channelOption(.allowRemoteHalfClosure, value: false)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Collector(continuation))
                }
            }
            .connect(to: address).get()
        return RawClient(channel: channel, incoming: stream)
    }

    func send(_ bytes: [UInt8]) async throws {
        try await channel.writeAndFlush(ByteBuffer(bytes: bytes))
    }

    func send(_ text: String) async throws {
        try await send(Array(text.utf8))
    }

    /// Sends without waiting until all of it is gone.
    func sendSoon(_ bytes: [UInt8]) {
        channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
    }

    func startReading() async throws {
        try await channel.setOption(.autoRead, value: true).get()
    }

    func close() async throws {
        try await channel.close()
    }

    private func more() async -> Bool {
        guard var next = await incoming.next(isolation: #isolation) else {
            isAtEnd = true
            return false
        }
        buffer.writeBuffer(&next)
        return true
    }

    /// So many bytes, or fewer if the server ends before.
    func receive(_ count: Int) async -> [UInt8] {
        while buffer.readableBytes < count {
            guard await more() else { break }
        }
        return buffer.readBytes(length: min(count, buffer.readableBytes)) ?? []
    }

    func receiveToEnd() async -> String {
        while await more() {}
        return buffer.readString(length: buffer.readableBytes) ?? ""
    }

    /// Up to the empty line that ends an HTTP head.
    func receiveHead() async -> String {
        var head = ""
        while !head.hasSuffix("\r\n\r\n") {
            let next = await receive(1)
            guard !next.isEmpty else { break }
            head += String(decoding: next, as: UTF8.self)
        }
        return head
    }

    struct ServerFrame: Equatable {
        var opcode: UInt8
        var payload: [UInt8]

        init(_ opcode: UInt8, _ payload: [UInt8]) {
            self.opcode = opcode
            self.payload = payload
        }

        static func text(_ text: String) -> Self { Self(1, Array(text.utf8)) }
        static func close(_ code: CloseCode, _ reason: String = "") -> Self {
            Self(8, bigEndian(code.rawValue) + Array(reason.utf8))
        }
    }

    /// A server's frame: final, unmasked; nil at the end.
    func receiveFrame() async -> ServerFrame? {
        let head = await receive(2)
        guard head.count == 2, head[0] & 0xF0 == 0x80, head[1] & 0x80 == 0 else { return nil }
        let length =
            switch head[1] {
            case 126: await receive(2).reduce(0) { $0 << 8 | Int($1) }
            case 127: await receive(8).reduce(0) { $0 << 8 | Int($1) }
            default: Int(head[1])
            }
        let payload = await receive(length)
        return payload.count == length ? ServerFrame(head[0] & 0x0F, payload) : nil
    }
}

/// What a browser would send, more or less.
func upgradeRequest(
    _ path: String = "/v1/echo", key: String = "dGhlIHNhbXBsZSBub25jZQ==",
    headers: [String] = []
) -> String {
    ([
        "GET \(path) HTTP/1.1", "Host: play.example", "Upgrade: websocket",
        "Connection: keep-alive, Upgrade", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: \(key)",
    ] + headers).map { $0 + "\r\n" }.joined() + "\r\n"
}
