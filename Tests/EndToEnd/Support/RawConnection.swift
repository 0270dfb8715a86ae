import NIOCore
import NIOPosix

/// Bare TCP: for what no client's library would send.
final class RawConnection: Sendable {
    private let channel: any Channel
    /// Bytes as they come; nil at the end.
    private let received = Mailbox<[UInt8]?>()

    private init(channel: any Channel) {
        self.channel = channel
    }

    static func connect(port: Int) async throws -> RawConnection {
        let channel = try await ClientBootstrap(group: NIOSingletons.posixEventLoopGroup)
            .connect(host: "127.0.0.1", port: port).get()
        let connection = RawConnection(channel: channel)
        let received = connection.received
        try await channel.pipeline.addHandler(RawReader(received))
        return connection
    }

    func send(_ bytes: [UInt8]) {
        channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
    }

    /// Waits until a text has come; false if the connection ended before.
    func wait(for text: String) async throws -> Bool {
        var all = ""
        while !all.contains(text) {
            guard let bytes = try await received.next(within: patience, text) else { return false }
            all += String(decoding: bytes, as: UTF8.self)
        }
        return true
    }

    /// All that comes until the server ends the connection.
    func rest() async throws -> [UInt8] {
        var all: [UInt8] = []
        while let bytes = try await received.next(within: patience, "the end of the connection") {
            all += bytes
        }
        return all
    }

    func drop() {
        channel.close(promise: nil)
    }

    /// One request, its answer whole; the status is the number of its first line, the body what comes
    /// after the head.
    static func get(
        _ path: String, port: Int, headers: [String] = []
    ) async throws -> (status: Int, text: String, body: String) {
        let connection = try await connect(port: port)
        let lines =
            ["GET \(path) HTTP/1.1", "Host: 127.0.0.1:\(port)", "Connection: close"] + headers
        connection.send(Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8))
        let text = String(decoding: try await connection.rest(), as: UTF8.self)
        let status = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        let body = text.unicodeScalars.split(separator: "\r\n\r\n".unicodeScalars).last
        return (status, text, String(body ?? "".unicodeScalars[...]))
    }

    /// A connection whose upgrade the server has granted, with nothing sent after it.
    static func upgraded(
        port: Int, path: String = "/v1/play", subprotocol: String? = "hokm.v1"
    ) async throws -> RawConnection {
        let connection = try await connect(port: port)
        connection.send(
            Array(
                ("GET \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nUpgrade: websocket\r\n"
                    + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                    + (subprotocol.map { "Sec-WebSocket-Protocol: \($0)\r\n" } ?? "") + "\r\n").utf8
            ))
        guard try await connection.wait(for: "\r\n\r\n") else { throw UpgradeRefused() }
        return connection
    }
}

private final class RawReader: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer

    private let received: Mailbox<[UInt8]?>

    init(_ received: Mailbox<[UInt8]?>) {
        self.received = received
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received.put(Array(unwrapInboundIn(data).readableBytesView))
    }

    func channelInactive(context: ChannelHandlerContext) {
        received.put(nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
