internal import NIOCore

/// One request of another node by stream: takes its frame, sends the answer, closes. What is no
/// request of a member is closed without a word.
final class AnswerHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let driver: GossipDriver
    private let source: Address
    private var frame = StreamFrame()
    private var isDone = false
    private var timer: Scheduled<Void>?

    init(_ driver: GossipDriver, source: Address) {
        self.driver = driver
        self.source = source
    }

    func channelActive(context: ChannelHandlerContext) {
        let loop = context.eventLoop.assumeIsolated()
        // For the whole of it: nobody holds a place by sending slowly.
        timer = loop.scheduleTask(in: driver.options.timeScale.amount(Limits.answerTimeMax)) {
            context.close(promise: nil)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isDone else { return }
        var buffer = unwrapInboundIn(data)
        switch frame.add(&buffer) {
        case .incomplete:
            return
        case .complete:
            isDone = true
            guard let reply = driver.answer(frame.bytes, from: source) else { break }
            let answer = StreamFrame.write(reply, allocator: context.channel.allocator)
            context.writeAndFlush(wrapOutboundOut(answer)).assumeIsolated().whenComplete { _ in
                context.close(promise: nil)
            }
            return
        case .malformed:
            isDone = true
            driver.refusedStream()
        }
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        timer = nil
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
