internal import Glibc
internal import JSON
internal import NIOCore
internal import NIOPosix

/// A player's WebSocket (RFC 6455), so small that one event loop serves thousands. It shares no code
/// with the server's.
final class PlayerSocket: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    enum Incoming {
        case open
        case message(JSONValue)
        /// The server's code, if it gave one; nothing comes after this.
        case closed(Int?)
        /// There was no WebSocket at all; nothing comes after this.
        case refused(String)
    }

    /// Bytes of one message; the longest that the protocol has is a state of a few KiB.
    private static let messageBytesMax = 1 << 20
    /// The one key of all our handshakes, and what a server must answer to it (RFC 6455, section
    /// 4.2.2).
    private static let (key, accept) = ("AAAAAAAAAAAAAAAAAAAAAA==", "ICX+Yqv66kxgM0FcWaLWlFLwTAI=")

    private var take: ((Incoming) -> Void)?
    private var channel: (any Channel)?
    private let door: Door
    private var received = ByteBuffer()
    private var isUpgraded = false
    private var code: Int?
    /// What went wrong below the WebSocket.
    private var fault: String?

    private init(_ door: Door, _ take: @escaping (Incoming) -> Void) {
        self.door = door
        self.take = take
    }

    /// Called on `loop`, as `take` is.
    static func connect(
        to door: Door, within time: TimeAmount, on loop: any EventLoop,
        _ take: @escaping (Incoming) -> Void
    ) -> PlayerSocket {
        let socket = PlayerSocket(door, take)
        let bound = NIOLoopBound(socket, eventLoop: loop)
        ClientBootstrap(group: loop)
            .connectTimeout(time)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    for handler in try door.secure?(channel) ?? [] {
                        try channel.pipeline.syncOperations.addHandler(handler)
                    }
                    try channel.pipeline.syncOperations.addHandler(bound.value)
                }
            }
            .connect(to: door.address).whenFailure { error in
                bound.value.fault = Self.reason(of: error)
                bound.value.end()
            }
        return socket
    }

    func send(_ message: JSONValue) { send(opcode: 0x1, message.bytes) }

    /// Ends it without a word, as a lost network would; nothing is reported.
    func drop() {
        take = nil
        channel?.close(promise: nil)
    }

    private func send(opcode: UInt8, _ payload: [UInt8]) {
        guard let channel, isUpgraded else { return }
        var frame = channel.allocator.buffer(capacity: payload.count + 8)
        frame.writeInteger(0x80 | opcode)
        if payload.count < 126 {
            frame.writeInteger(0x80 | UInt8(payload.count))
        } else {
            frame.writeInteger(UInt8(0x80 | 126))
            frame.writeInteger(UInt16(payload.count))
        }
        // Any mask will do for a program that no proxy reads.
        let mask: [UInt8] = [0x5A, 0xC3, 0x0F, 0x99]
        frame.writeBytes(mask)
        frame.writeBytes(payload.enumerated().map { $1 ^ mask[$0 & 3] })
        channel.writeAndFlush(frame, promise: nil)
    }

    private func end() {
        let take = take
        self.take = nil
        take?(isUpgraded ? .closed(code) : .refused(fault ?? "the connection ended"))
    }

    /// One reason is one text, however many meet it.
    private static func reason(of error: any Error) -> String {
        switch error {
        case let error as IOError:
            strerror(error.errnoCode).map { String(cString: $0) } ?? "error \(error.errnoCode)"
        case ChannelError.connectTimeout: "no answer in time"
        default: "\(error)"
        }
    }

    // MARK: From the channel

    func channelActive(context: ChannelHandlerContext) {
        channel = context.channel
        guard take != nil else { return context.close(promise: nil) }
        let lines = [
            "GET /v1/play HTTP/1.1", "Host: \(door.authority)", "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: \(Self.key)",
            "Sec-WebSocket-Protocol: hokm.v1", "", "",
        ]
        context.writeAndFlush(
            NIOAny(ByteBuffer(string: lines.joined(separator: "\r\n"))), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        received.writeBuffer(&bytes)
        guard isUpgraded || readUpgrade() else { return }
        while take != nil, readFrame() {}
        received.discardReadBytes()
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        channel = nil
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fault = fault ?? Self.reason(of: error)
        context.close(promise: nil)
    }

    // MARK: What came

    private func readUpgrade() -> Bool {
        let view = received.readableBytesView
        let blank = Array("\r\n\r\n".utf8)
        guard view.count >= blank.count,
            let end = (view.startIndex...view.endIndex - blank.count)
                .first(where: { view[$0..<$0 + blank.count].elementsEqual(blank) })
        else { return false }
        let head = String(decoding: view[..<end], as: UTF8.self)
        received.moveReaderIndex(forwardBy: end + blank.count - view.startIndex)
        guard head.hasPrefix("HTTP/1.1 101 "), head.hasPart(Self.accept) else {
            let status = head.split(separator: "\r\n").first ?? ""
            fault = "the answer was '\(status.prefix(60))'"
            channel?.close(promise: nil)
            return false
        }
        isUpgraded = true
        take?(.open)
        return true
    }

    /// Whether there was a whole frame.
    private func readFrame() -> Bool {
        let start = received.readerIndex
        guard let first: UInt8 = received.getInteger(at: start),
            let second: UInt8 = received.getInteger(at: start + 1)
        else { return false }
        var (header, count) = (2, Int(second & 0x7F))
        if count == 126 {
            guard let long: UInt16 = received.getInteger(at: start + 2) else { return false }
            (header, count) = (4, Int(long))
        } else if count == 127 {
            guard let long: UInt64 = received.getInteger(at: start + 2) else { return false }
            (header, count) = (10, Int(clamping: long))
        }
        guard count <= Self.messageBytesMax else {
            channel?.close(promise: nil)
            return false
        }
        guard received.readableBytes >= header + count else { return false }
        received.moveReaderIndex(forwardBy: header)
        let payload = received.readBytes(length: count) ?? []
        switch first & 0x0F {
        case 0x1: take?(.message((try? JSONValue.parse(payload)) ?? .null))
        case 0x8:
            code = payload.count >= 2 ? Int(payload[0]) << 8 | Int(payload[1]) : nil
            send(opcode: 0x8, payload)
        case 0x9: send(opcode: 0xA, payload)
        default: break
        }
        return true
    }
}
