import NIOCore

/// Stands in front of the HTTP decoder and tells the handler behind it how many bytes go in: the
/// decoder bounds a head's parts, not the whole of one.
final class RequestHeadMeter<Source: SessionSource>: ChannelInboundHandler,
    RemovableChannelHandler
{
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let handler: HTTPHandler<Source>

    init(_ handler: HTTPHandler<Source>) {
        self.handler = handler
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data).readableBytes
        handler.metered(bytes, decoded: false)
        context.fireChannelRead(data)
        handler.metered(bytes, decoded: true)
    }
}
