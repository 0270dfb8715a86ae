import JSON
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket

/// What comes from the server over one connection.
enum Incoming: Sendable, Equatable {
    case message(JSONValue)
    /// A text frame that is no JSON, or a binary one.
    case strange([UInt8])
    /// The connection ended; with the code of the server's Close, if there was one.
    case closed(Int?)
}

/// The server refused to upgrade.
struct UpgradeRefused: Error {}

/// A player's program on NIO's own WebSocket, which shares nothing with the server's.
final class ProtocolClient: Sendable {
    /// One of several connections, as their common mailbox tells them apart.
    struct Arrival: Sendable {
        let connection: Int
        let incoming: Incoming
    }

    private let channel: any Channel

    private init(channel: any Channel) {
        self.channel = channel
    }

    /// - Parameter connection: how `mailbox` names what comes over this connection.
    static func connect(
        port: Int, path: String = "/v1/play", subprotocol: String? = "hokm.v1",
        as connection: Int = 0, into mailbox: Mailbox<Arrival>
    ) async throws -> ProtocolClient {
        let outcome: EventLoopFuture<any Channel> = try await ClientBootstrap(
            group: NIOSingletons.posixEventLoopGroup
        ).connect(host: "127.0.0.1", port: port) { channel in
            channel.eventLoop.makeCompletedFuture {
                let upgrader = NIOTypedWebSocketClientUpgrader<any Channel>(maxFrameSize: 1 << 24) {
                    channel, _ in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(
                            FrameReader {
                                mailbox.put(Arrival(connection: connection, incoming: $0))
                            })
                        return channel
                    }
                }
                var head = HTTPRequestHead(version: .http1_1, method: .GET, uri: path)
                head.headers.add(name: "Host", value: "127.0.0.1:\(port)")
                if let subprotocol {
                    head.headers.add(name: "Sec-WebSocket-Protocol", value: subprotocol)
                }
                let configuration = NIOTypedHTTPClientUpgradeConfiguration(
                    upgradeRequestHead: head, upgraders: [upgrader]
                ) { $0.eventLoop.makeFailedFuture(UpgradeRefused()) }
                return try channel.pipeline.syncOperations.configureUpgradableHTTPClientPipeline(
                    configuration: .init(upgradeConfiguration: configuration))
            }
        }
        return ProtocolClient(channel: try await outcome.get())
    }

    func send(_ message: JSONValue) {
        send(text: message.bytes)
    }

    /// Sends later: for players who keep to the rate.
    func send(_ message: JSONValue, at time: NIODeadline) {
        send(text: message.bytes, at: time)
    }

    func send(text: [UInt8], at time: NIODeadline) {
        channel.eventLoop.scheduleTask(deadline: time) { self.send(text: text) }
    }

    func send(text: [UInt8]) {
        send(.text, text)
    }

    func send(_ opcode: WebSocketOpcode, _ payload: [UInt8], fin: Bool = true) {
        channel.writeAndFlush(
            WebSocketFrame(
                fin: fin, opcode: opcode, maskKey: .random(), data: ByteBuffer(bytes: payload)),
            promise: nil)
    }

    /// Ends the connection without a word, as a lost network would.
    func drop() {
        channel.close(promise: nil)
    }

    /// Stops reading, as a phone in a tunnel would.
    func stall() {
        channel.setOption(.autoRead, value: false).whenComplete { _ in }
    }
}

/// Puts fragments together, answers Pings and Closes.
private final class FrameReader: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    private let take: (Incoming) -> Void
    private var message: [UInt8] = []
    private var code: Int?

    init(_ take: @escaping (Incoming) -> Void) {
        self.take = take
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        var payload = frame.unmaskedData
        switch frame.opcode {
        case .text, .continuation:
            message += payload.readableBytesView
            guard frame.fin else { return }
            if let value = try? JSONValue.parse(message) {
                take(.message(value))
            } else {
                take(.strange(message))
            }
            message = []
        case .binary: take(.strange(Array(payload.readableBytesView)))
        case .ping: answer(.pong, payload, context)
        case .connectionClose:
            code = payload.readInteger(as: UInt16.self).map(Int.init)
            answer(.connectionClose, frame.unmaskedData, context)
        default: break
        }
    }

    private func answer(
        _ opcode: WebSocketOpcode, _ payload: ByteBuffer, _ context: ChannelHandlerContext
    ) {
        let frame = WebSocketFrame(fin: true, opcode: opcode, maskKey: .random(), data: payload)
        context.writeAndFlush(wrapOutboundOut(frame), promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        take(.closed(code))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
