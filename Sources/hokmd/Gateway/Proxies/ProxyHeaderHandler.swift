import Gossip
import NIOCore

/// First in the pipeline of a connection from a proxy of ours: takes the PROXY header off, and
/// itself out. How long it may take is the HTTP handler's matter, which waits behind it.
final class ProxyHeaderHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let visitor: Visitor
    private let counters: Counters
    private var bytes = ByteBuffer()
    private var isDone = false

    init(_ visitor: Visitor, counters: Counters) {
        self.visitor = visitor
        self.counters = counters
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isDone else { return context.fireChannelRead(data) }
        var next = unwrapInboundIn(data)
        bytes.writeBuffer(&next)
        switch ProxyHeader.parse(Array(bytes.readableBytesView)) {
        case .incomplete: return
        case .absent: break
        case .present(let header, let source):
            bytes.moveReaderIndex(forwardBy: header)
            if let source { visitor.identify(as: source) }
        case .malformed:
            isDone = true
            counters.count(.badProxyHeaders)
            return context.close(mode: .all, promise: nil)
        }
        isDone = true
        if case .shut = visitor.decision { return context.close(mode: .all, promise: nil) }
        if bytes.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(bytes)) }
        context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
    }
}
