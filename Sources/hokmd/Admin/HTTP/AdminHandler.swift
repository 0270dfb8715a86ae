internal import NIOCore
internal import NIOHTTP1

/// A connection to the admin port: collects a request, has it answered, writes the answer. NIO's
/// pipelining handler in front sees to it that requests come one after the other.
final class AdminHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let responder: AdminResponder
    private var state = State.awaitingHead
    private var isFirst = true

    private enum State {
        case awaitingHead
        case collecting(HTTPRequestHead, body: [UInt8])
        /// The body was too long: the answer is out, and the rest is passed over.
        case refused
        case answering(HTTPRequestHead)
    }

    init(responder: AdminResponder) {
        self.responder = responder
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch (unwrapInboundIn(data), state) {
        case (.head(let head), .awaitingHead):
            state = .collecting(head, body: [])
        case (.body(let part), .collecting(let head, var body)):
            body += part.readableBytesView
            if body.count > AdminLimits.bodyBytesMax {
                state = .refused
                let response = AdminResponse(
                    413, error: "invalid",
                    reason: "a body has at most \(AdminLimits.bodyBytesMax) bytes")
                write(response, to: head, closes: true, context: context)
            } else {
                state = .collecting(head, body: body)
            }
        case (.end, .collecting(let head, let body)):
            state = .answering(head)
            answer(AdminRequest(head, body: body), head: head, context: context)
        default:
            break
        }
    }

    private func answer(
        _ request: AdminRequest, head: HTTPRequestHead, context: ChannelHandlerContext
    ) {
        let (responder, loop) = (responder, context.eventLoop)
        let peer = context.remoteAddress?.ipAddress ?? "?"
        let isFirst = isFirst
        self.isFirst = false
        let promise = loop.makePromise(of: AdminResponse.self)
        promise.completeWithTask {
            await responder.respond(to: request, from: peer, isFirst: isFirst)
        }
        let bound = NIOLoopBound((self, context), eventLoop: loop)
        let deadline = loop.scheduleTask(in: TimeAmount(AdminLimits.answerTimeMax)) {
            let late = AdminResponse(504, error: "unavailable", reason: "no answer in time")
            bound.value.0.finish(late, closes: true, context: bound.value.1)
        }
        promise.futureResult.assumeIsolated().whenSuccess { response in
            deadline.cancel()
            self.finish(response, closes: !head.isKeepAlive, context: context)
        }
    }

    private func finish(
        _ response: AdminResponse, closes: Bool, context: ChannelHandlerContext
    ) {
        guard case .answering(let head) = state else { return }
        state = closes ? .refused : .awaitingHead
        write(response, to: head, closes: closes, context: context)
    }

    private func write(
        _ response: AdminResponse, to head: HTTPRequestHead, closes: Bool,
        context: ChannelHandlerContext
    ) {
        var fields: HTTPHeaders = [
            "Content-Type": response.contentType, "Content-Length": "\(response.body.count)",
            "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff",
        ]
        for header in response.headers { fields.add(name: header.name, value: header.value) }
        if closes { fields.add(name: "Connection", value: "close") }
        let status = HTTPResponseStatus(statusCode: response.status)
        context.write(
            wrapOutboundOut(
                .head(HTTPResponseHead(version: .http1_1, status: status, headers: fields))),
            promise: nil)
        if head.method != .HEAD {
            context.write(
                wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: response.body)))), promise: nil)
        }
        let channel = context.channel
        let written = context.writeAndFlush(wrapOutboundOut(.end(nil)))
        if closes { written.whenComplete { _ in channel.close(promise: nil) } }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is IdleStateHandler.IdleStateEvent, case .answering = state { return }
        if event is IdleStateHandler.IdleStateEvent { return context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
