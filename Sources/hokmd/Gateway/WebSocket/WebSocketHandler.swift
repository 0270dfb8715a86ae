import Gossip
import NIOCore

/// The one handler of a player's channel after the 101 (behind TLS, where there is TLS): feeds the
/// parser, gives messages to the session, and flushes once a burst.
final class WebSocketHandler<Session: WebSocketSession>: ChannelDuplexHandler,
    RemovableChannelHandler
{
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let session: Session
    private let connection: WebSocketConnection
    private let counters: Counters
    private var parser: FrameParser
    private var isSettled = false

    init(_ session: Session, loop: ConnectionLoop, address: SocketAddress?, now: Instant) {
        self.session = session
        counters = loop.counters
        connection = WebSocketConnection(
            loop: loop, address: address, slowReaderPolicy: Session.whenReaderIsSlow, now: now)
        parser = FrameParser(Session.acceptance(loop.limits))
    }

    func handlerAdded(context: ChannelHandlerContext) {
        connection.attach(context, owner: self)
        session.opened(connection, now: connection.loop.now)
        connection.flush()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        connection.detach()
    }

    func channelInactive(context: ChannelHandlerContext) {
        connection.detach()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        let now = connection.loop.now
        connection.beginBurst(now: now)
        var index = 0
        let bytes = buffer.readableBytesSpan
        while let frame = parser.next(bytes, from: &index) {
            guard connection.received(frame, payload: parser.payload, now: now) else { continue }
            counters.count(.messages)
            if frame == .message(.text) {
                session.received(text: parser.payload, now: now)
            } else {
                session.received(binary: parser.payload, now: now)
            }
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        connection.flush()
        context.fireChannelReadComplete()
    }

    /// The bytes that came behind the upgrade request have been handed over, with no `ReadComplete`
    /// to follow them.
    func leftoversRead() {
        connection.flush()
    }

    func read(context: ChannelHandlerContext) {
        if connection.mayRead() { context.read() }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        connection.writabilityChanged(context.channel.isWritable)
        context.fireChannelWritabilityChanged()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A socket's error: the end is told by `channelInactive`.
        context.close(mode: .all, promise: nil)
    }
}

extension WebSocketHandler: WebSocketConnectionOwner {
    func wakeSession(now: Instant) {
        session.tick(now: now)
    }

    func settle(_ ending: WebSocketMachine.Ending, now: Instant) {
        guard !isSettled else { return }
        isSettled = true
        session.closed(ending, now: now)
    }
}
