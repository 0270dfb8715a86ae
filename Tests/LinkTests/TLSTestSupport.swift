import Gossip
import Link
import Logging
import NIOCore
import NIOEmbedded
import Testing

let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

func key(_ letter: UInt8) -> Key {
    Key(bytes: [UInt8](repeating: letter, count: 32))!
}

/// What a handler above TLS sees, in the order it comes.
final class Recorder: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private(set) var log: [String] = []
    private(set) var received = ByteBuffer()
    private(set) var done: TLSHandshakeDone?
    private(set) var error: TLSError?

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        log.append("read \(bytes.readableBytes)")
        received.writeBuffer(&bytes)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let done = event as? TLSHandshakeDone {
            self.done = done
            log.append("done")
        } else if let event = event as? ChannelEvent {
            log.append("\(event)")
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.error = error as? TLSError
        log.append("error")
    }

    func channelInactive(context: ChannelHandlerContext) {
        log.append("inactive")
    }

    var text: String { String(buffer: received) }
}

/// A dialler and a listener on one loop of virtual time, with a wire between them that a test can
/// look at and cut.
final class TLSPair {
    let eventLoop = EmbeddedEventLoop()
    let loop: TLSLoop
    let dialler: EmbeddedChannel
    let listener: EmbeddedChannel
    let diallerLog = Recorder()
    let listenerLog = Recorder()

    init(
        dialling: Keyring = Keyring(primary: key(1)), accepting: Keyring = Keyring(primary: key(1)),
        listenerContext: TLSContext? = nil, limits: TLSLimits = TLSLimits(),
        keepsHalfClosed: Bool = false
    ) throws {
        loop = TLSLoop(eventLoop: eventLoop, limits: limits, logger: quiet)
        dialler = EmbeddedChannel(loop: eventLoop)
        listener = EmbeddedChannel(loop: eventLoop)
        try dialler.pipeline.syncOperations.addHandlers([
            TLSHandler(
                .dialling(LinkKeys(keyring: dialling)), loop: loop,
                keepsHalfClosed: keepsHalfClosed), diallerLog,
        ])
        try listener.pipeline.syncOperations.addHandlers([
            TLSHandler(
                listenerContext ?? .accepting(LinkKeys(keyring: accepting)), loop: loop,
                keepsHalfClosed: keepsHalfClosed), listenerLog,
        ])
    }

    func connect() {
        listener.open()
        dialler.open()
    }

    /// Carries bytes both ways until none are left.
    func pump() throws {
        while true {
            let there = try dialler.readOutbound(as: ByteBuffer.self)
            if let there, listener.isActive { try listener.writeInbound(there) }
            let back = try listener.readOutbound(as: ByteBuffer.self)
            if let back, dialler.isActive { try dialler.writeInbound(back) }
            if there == nil, back == nil { return }
        }
    }

    func connected() throws -> TLSPair {
        connect()
        try pump()
        #expect(diallerLog.done != nil && listenerLog.done != nil)
        return self
    }
}

/// The lengths of the records in some ciphertext.
func recordLengths(_ bytes: ByteBuffer) -> [Int] {
    var bytes = bytes
    var lengths: [Int] = []
    while bytes.readableBytes >= 5 {
        bytes.moveReaderIndex(forwardBy: 3)
        let length = Int(bytes.readInteger(as: UInt16.self) ?? 0)
        lengths.append(length)
        bytes.moveReaderIndex(forwardBy: min(length, bytes.readableBytes))
    }
    return lengths
}

extension EmbeddedChannel {
    /// All that waits to be sent, as one.
    func allOutbound() throws -> ByteBuffer {
        var all = ByteBuffer()
        while var next = try readOutbound(as: ByteBuffer.self) { all.writeBuffer(&next) }
        return all
    }

    func open() {
        guard let nowhere = try? SocketAddress(ipAddress: "127.0.0.1", port: 1) else { return }
        connect(to: nowhere, promise: nil)
    }

    func say(_ text: String) {
        writeAndFlush(ByteBuffer(string: text), promise: nil)
    }
}
