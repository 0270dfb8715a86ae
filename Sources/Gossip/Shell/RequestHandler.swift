internal import NIOCore

/// One request of ours by stream: sends its frame, and reports exactly once what became of it.
final class RequestHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let packet: [UInt8]
    private var frame = StreamFrame()
    private var report: ((Result<[UInt8], any Error>) -> Void)?

    struct NoAnswer: Error {}

    init(_ packet: [UInt8], report: @escaping (Result<[UInt8], any Error>) -> Void) {
        self.packet = packet
        self.report = report
    }

    func channelActive(context: ChannelHandlerContext) {
        let frame = StreamFrame.write(packet, allocator: context.channel.allocator)
        context.writeAndFlush(wrapOutboundOut(frame), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var buffer = unwrapInboundIn(data)
        switch frame.add(&buffer) {
        case .incomplete: break
        case .complete: end(.success(frame.bytes), context)
        case .malformed: end(.failure(NoAnswer()), context)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        end(.failure(NoAnswer()), context)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        end(.failure(error), context)
    }

    private func end(_ result: Result<[UInt8], any Error>, _ context: ChannelHandlerContext) {
        guard let report else { return }
        self.report = nil
        context.close(promise: nil)
        report(result)
    }
}
