import Gossip
import NIOCore
import NIOHTTP1

/// Speaks HTTP/1.1 on a new connection until it ends or turns into a WebSocket.
///
/// It stands behind NIO's decoder and writes its answers itself, as whole buffers.
final class HTTPHandler<Source: SessionSource>: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let loop: ConnectionLoop
    private let source: Source
    private let routes: Routes
    private let visitor: Visitor
    private var state: State
    private var context: ChannelHandlerContext?
    /// Bytes since the head under way began.
    private var headBytes = 0
    private var answers = 0
    private var missedRead = false
    /// Bytes that waited for the client when the deadline was last looked at.
    private var waitingBytes = 0
    /// When the gateway, which is stopping, ends this connection too.
    private var departure = Instant.never
    var loopIndex = -1

    private enum State {
        case awaitingHead
        /// The head is answered when the request ends; it has no body.
        case awaitingEnd(HTTPRequestHead)
        /// The last answer is out; what comes is passed over until the client's bytes end.
        case draining
        case upgraded
        case gone
    }

    init(
        loop: ConnectionLoop, source: Source, routes: Routes, visitor: Visitor
    ) {
        self.loop = loop
        self.source = source
        self.routes = routes
        self.visitor = visitor
        state = .awaitingHead
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        loop.join(self, deadline: loop.now.advanced(by: loop.limits.requestHeadTimeMax))
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        leaveLoop(.gone)
    }

    func channelInactive(context: ChannelHandlerContext) {
        leaveLoop(.gone)
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch (state, unwrapInboundIn(data)) {
        case (.awaitingHead, .head(let head)):
            headBytes = 0
            received(head)
        case (.awaitingEnd(let head), .end):
            state = .awaitingHead
            answer(head)
        default:
            break
        }
    }

    func read(context: ChannelHandlerContext) {
        // Who asks and does not read gets no more until it has read.
        guard context.channel.isWritable else {
            missedRead = true
            return
        }
        context.read()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable, missedRead {
            missedRead = false
            context.read()
        }
        context.fireChannelWritabilityChanged()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? HTTPParserError else {
            return context.close(mode: .all, promise: nil)
        }
        guard case .awaitingHead = state else { return drain() }
        if error == .headerOverflow {
            refuseHead()
        } else {
            loop.counters.count(.badRequests)
            send(HTTPResponse(.badRequest, text: "not HTTP/1.1", closes: true))
        }
    }
}

// MARK: - Requests

extension HTTPHandler {
    /// Bytes are on their way into the decoder, or have been through it.
    func metered(_ bytes: Int, decoded: Bool) {
        guard case .awaitingHead = state else { return }
        guard decoded else {
            headBytes += bytes
            return
        }
        if headBytes > loop.limits.requestHeadBytesMax { refuseHead() }
    }

    private func received(_ head: HTTPRequestHead) {
        loop.counters.count(.requests)
        guard head.bytes <= loop.limits.requestHeadBytesMax else { return refuseHead() }
        if case .refused = visitor.decision { return refuseConnection() }
        // No request here has a body to be read: the answer is the last one.
        guard !head.hasBody else { return answer(head, last: true) }
        state = .awaitingEnd(head)
    }

    private func answer(_ head: HTTPRequestHead, last: Bool = false) {
        let withBody = head.method != .HEAD
        switch routes.answer(head) {
        case .respond(var response):
            // After a request for an upgrade, the decoder stops.
            response.closes =
                response.closes || last || !head.isKeepAlive
                || head.headers.contains(name: "upgrade")
            send(response, withBody: withBody)
        case .refuse(var response, let event):
            loop.counters.count(event)
            response.closes = true
            send(response, withBody: withBody)
        case .upgrade where last:
            loop.counters.count(.refusedUpgrade)
            send(HTTPResponse(.badRequest, text: "an upgrade has no body", closes: true))
        case .upgrade where departure != .never:
            send(
                HTTPResponse(
                    .unavailable, text: "this gateway stops",
                    headers: [HTTPResponse.Header("Retry-After", "1")], closes: true))
        case .upgrade(let service, let response):
            // From here on the connection is one client's, whoever shared it before.
            visitor.identify(by: head.headers)
            guard visitor.decision == .admitted else { return refuseConnection() }
            upgrade(to: service, response)
        }
    }

    private func upgrade(to service: Routes.Service, _ response: HTTPResponse) {
        switch service {
        case .play:
            upgrade(response) { source.session(for: $0, now: $1) }
        case .echo(nil):
            upgrade(response) { _, _ in EchoSession() }
        case .echo(let room?):
            upgrade(response) { _, now in source.echo(room, now: now) }
        }
    }

    private func refuseHead() {
        loop.counters.count(.headsTooLarge)
        send(
            HTTPResponse(
                .headTooLarge, text: "at most \(loop.limits.requestHeadBytesMax) bytes",
                closes: true))
    }

    private func refuseConnection() {
        send(
            HTTPResponse(
                .unavailable, text: "too many connections",
                headers: [HTTPResponse.Header("Retry-After", "5")], closes: true))
    }

    private func send(_ response: HTTPResponse, withBody: Bool = true) {
        guard let context else { return }
        var buffer = context.channel.allocator.buffer(
            capacity: 512 + (withBody ? response.body.readableBytes : 0))
        response.write(to: &buffer, withBody: withBody)
        context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
        answers += 1
        guard !response.closes else { return drain() }
        let deadline = loop.now.advanced(by: loop.limits.requestHeadTimeMax)
        loop.setDeadline(min(deadline, departure), of: self)
    }

    /// Shuts our direction, and lets the client's bytes come to their end: closing on top of unread
    /// bytes would send a reset that overtakes the answer.
    private func drain() {
        if case .draining = state { return }
        state = .draining
        loop.setDeadline(loop.now.advanced(by: loop.limits.closeTimeMax), of: self)
        context?.close(mode: .output, promise: nil)
    }
}

// MARK: - The upgrade

extension HTTPHandler {
    /// Sends the 101 and gives the channel to a WebSocket handler, with the bytes that came behind
    /// the request.
    private func upgrade<Session: WebSocketSession>(
        _ response: HTTPResponse, session: (SocketAddress?, Instant) -> Session
    ) {
        guard let context else { return }
        var buffer = context.channel.allocator.buffer(capacity: 256)
        response.write(to: &buffer, withBody: false)
        context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
        loop.counters.count(.upgrades)
        leaveLoop(.upgraded)

        let now = loop.now
        let address = visitor.socketAddress
        let webSocket = WebSocketHandler(
            session(address, now), loop: loop, address: address, now: now)
        let pipeline = context.pipeline.syncOperations
        do {
            let decoder = try pipeline.context(
                handlerType: ByteToMessageHandler<HTTPRequestDecoder>.self)
            try pipeline.addHandler(webSocket, position: .after(self))
            pipeline.removeHandler(
                context: try pipeline.context(handlerType: RequestHeadMeter<Source>.self),
                promise: nil)
            pipeline.removeHandler(context: context, promise: nil)
            // Takes effect on the next turn, when the decoder hands on what it has left.
            let isRemoved = pipeline.removeHandler(context: decoder)
            isRemoved.assumeIsolated().whenComplete { _ in webSocket.leftoversRead() }
        } catch {
            context.close(mode: .all, promise: nil)
        }
    }

    private func leaveLoop(_ next: State) {
        switch state {
        case .upgraded, .gone:
            break
        case .awaitingHead, .awaitingEnd, .draining:
            state = next
            loop.remove(self)
        }
        if case .gone = next { context = nil }
    }
}

// MARK: - Deadlines

extension HTTPHandler: LoopMember {
    func deadlineReached(now: Instant) {
        guard let context else { return }
        if isStillReading(context) {
            return loop.setDeadline(
                now.advanced(by: loop.limits.requestHeadTimeMax), of: self)
        }
        switch state {
        case .awaitingHead where departure <= now || answers > 0 && headBytes == 0:
            // Idle between two requests, or the gateway stops.
            drain()
        case .awaitingHead, .awaitingEnd:
            loop.counters.count(.headTimeouts)
            send(HTTPResponse(.requestTimeout, text: "too slow a request", closes: true))
        case .draining, .upgraded, .gone:
            context.close(mode: .all, promise: nil)
        }
    }

    var isPlayer: Bool { false }

    func leave(_ code: CloseCode, at time: Instant, now: Instant) {
        guard time > now else { return drain() }
        departure = time
        loop.noLaterThan(time, of: self)
    }

    /// Whether an answer is on its way and has come on since the last look.
    private func isStillReading(_ context: ChannelHandlerContext) -> Bool {
        let options = context.channel.syncOptions
        let waiting = (try? options?.getOption(.bufferedWritableBytes)) ?? 0
        defer { waitingBytes = waiting }
        return waiting > 0 && (waitingBytes == 0 || waiting < waitingBytes)
    }
}

extension HTTPRequestHead {
    /// Bytes of the head as it came, give or take white space.
    fileprivate var bytes: Int {
        let line = method.rawValue.utf8.count + uri.utf8.count + 12
        return headers.reduce(line + 2) { $0 + $1.name.utf8.count + $1.value.utf8.count + 4 }
    }

    fileprivate var hasBody: Bool {
        headers.contains(name: "transfer-encoding")
            || headers["content-length"].contains { $0 != "0" }
    }
}
