import Gossip
import NIOCore
import Wire

/// One connection's handler above TLS: feeds the machine, and collects what a tick says into one
/// write.
final class LinkConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    let id: LinkID
    /// Of the cluster key that the handshake used.
    private(set) var keyID: UInt32?
    private(set) var link: Link?

    private let hub: LinkHub
    private var machine: LinkMachine
    private var reader: FrameReader
    private var context: ChannelHandlerContext?
    private var outbound = ByteBuffer()
    /// The owner's frames in `outbound`.
    private var waitingBytes = 0
    private var waitingFrames = 0
    private var isOnFlushList = false
    private var isWatched = true

    /// Bytes of outbound memory that a link keeps from one tick to the next.
    private static let retainedBytesMax = 64 << 10

    init(id: LinkID, role: LinkMachine.Role, hub: LinkHub) {
        self.id = id
        self.hub = hub
        machine = LinkMachine(
            role: role, hello: hub.hello, timing: hub.timing, limits: hub.limits)
        reader = FrameReader(payloadBytesMax: hub.limits.frameBytesMax)
    }

    var role: LinkMachine.Role { machine.role }
    var isUp: Bool { machine.isUp }
    var deadline: Instant { machine.deadline }

    /// How the peer's address is called in the log.
    var peerAddress: String { context?.remoteAddress?.description ?? "none" }
}

// MARK: - The channel's events

extension LinkConnection {
    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        // The owner did not want it any more before there was a channel.
        if machine.hasEnded { context.close(mode: .all, promise: nil) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        end(.lost)
        self.context = nil
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard let done = event as? TLSHandshakeDone else {
            return context.fireUserInboundEventTriggered(event)
        }
        keyID = done.keyID
        perform(machine.secured(now: hub.now))
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !machine.hasEnded else { return }
        let bytes = unwrapInboundIn(data)
        hub.counters.bytesReceived += UInt64(bytes.readableBytes)
        let now = hub.now
        reader.feed(bytes)
        do throws(FrameReader.TooLong) {
            while let (type, payload) = try reader.next() {
                let effect = machine.received(
                    type, payload: payload.readableBytesSpan, now: now)
                if effect == .deliver, let link {
                    hub.counters.framesReceived += 1
                    hub.onEvent(.frame(type, payload, on: id, from: link.node))
                } else {
                    perform(effect)
                }
                guard !machine.hasEnded else { break }
            }
        } catch {
            end(.frameTooLong(error.bytes))
        }
        reader.settle()
    }

    func channelInactive(context: ChannelHandlerContext) { end(.lost) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if let error = error as? TLSError { end(.tls(error)) } else { end(.failed("\(error)")) }
    }
}

// MARK: - Effects

extension LinkConnection {
    /// Its deadline may have come.
    func tick(now: Instant) {
        guard machine.deadline <= now else { return }
        perform(machine.tick(now: now))
    }

    /// The loop is awake for its links.
    func pingAlong(now: Instant) {
        perform(machine.pingAlong(now: now))
    }

    /// Ends it for a reason of the shell's.
    func end(_ ending: LinkEnding) {
        perform(machine.refuse(ending))
    }

    private func perform(_ effect: LinkMachine.Effect) {
        switch effect {
        case .nothing, .deliver: return
        case .sayHello: sayHello()
        case .ping: say(.ping, ByteBuffer())
        case .greeted(let peer):
            if let objection = hub.objection(to: peer, from: self) {
                perform(machine.refuse(objection))
            } else {
                perform(machine.accept(now: hub.now))
            }
        case .up(let peer, let saysHello):
            if saysHello { sayHello() }
            let link = Link(
                id: id, direction: machine.role == .accepted ? .accepted : .dialled, peer: peer,
                version: machine.version ?? 0)
            self.link = link
            hub.isUp(self, link)
        case .end(let ending, let saysHello):
            if saysHello { sayHello() }
            finish(ending)
        }
        hub.wake(at: machine.deadline)
    }

    private func sayHello() {
        var writer = WireWriter()
        machine.hello.encode(into: &writer)
        say(.hello, ByteBuffer(bytes: writer.bytes))
    }

    /// A frame of the link's own.
    private func say(_ type: FrameType, _ payload: ByteBuffer) {
        Frame.append(type, payload, to: &outbound)
        flushLater()
    }

    /// The machine has ended; carries it out and tells the hub.
    func finish(_ ending: LinkEnding) {
        let link = link
        self.link = nil
        if let context {
            if !ending.isOrderly { outbound = ByteBuffer() }
            if let goodbye = ending.goodbye {
                Frame.append(.goodbye, ByteBuffer(bytes: [goodbye.rawValue]), to: &outbound)
            }
            close(context, linger: ending.isOrderly)
        }
        outbound = ByteBuffer()
        if isWatched {
            isWatched = false
            hub.hasEnded(self, link, ending)
        }
    }

    private func close(_ context: ChannelHandlerContext, linger: Bool) {
        guard linger, outbound.readableBytes > 0 else {
            if outbound.readableBytes > 0 {
                context.writeAndFlush(wrapOutboundOut(outbound), promise: nil)
            }
            return context.close(mode: .all, promise: nil)
        }
        let channel = context.channel
        let promise = context.eventLoop.makePromise(of: Void.self)
        promise.futureResult.whenComplete { _ in channel.close(mode: .all, promise: nil) }
        context.writeAndFlush(wrapOutboundOut(outbound), promise: promise)
        context.eventLoop.scheduleTask(in: hub.timeScale.amount(hub.timing.lingerMax)) {
            channel.close(mode: .all, promise: nil)
        }
    }
}

// MARK: - Sending

extension LinkConnection {
    /// Asks whether the link takes a frame; if it does, `append` MUST follow. What it took arrives,
    /// or the link's end is told.
    func admit(_ type: FrameType, payloadBytes: Int) -> Bool {
        precondition(type.isFree, "frame types below 16 are the links' own")
        precondition(payloadBytes <= hub.limits.frameBytesMax, "a frame above the limit")
        guard machine.isUp else { return false }
        let bytes = Frame.headerBytes + payloadBytes
        let effect = machine.queued(bytes: bytes, now: hub.now)
        if case .end(let ending, _) = effect {
            // Its end is not told within a call of the owner's.
            hub.finishLater(self, ending)
            return false
        }
        waitingBytes += bytes
        waitingFrames += 1
        return true
    }

    func append(_ type: FrameType, _ payload: RawSpan) {
        Frame.append(type, payload, to: &outbound)
        flushLater()
    }

    func append(_ type: FrameType, _ payload: ByteBuffer) {
        Frame.append(type, payload, to: &outbound)
        flushLater()
    }

    private func flushLater() {
        guard !isOnFlushList else { return }
        isOnFlushList = true
        hub.flushLater(self)
    }

    /// The end of the tick.
    func flush() {
        isOnFlushList = false
        guard let context, !machine.hasEnded, outbound.readableBytes > 0 else { return }
        var burst = outbound
        outbound = ByteBuffer()
        hub.counters.flushes += 1
        hub.counters.bytesSent += UInt64(burst.readableBytes)
        hub.counters.framesSent += UInt64(waitingFrames)
        context.writeAndFlush(wrapOutboundOut(burst), promise: writtenPromise(context))
        guard burst.capacity <= Self.retainedBytesMax, outbound.capacity == 0 else { return }
        burst.clear()
        outbound = burst
    }

    /// Tells the machine when the socket has taken the frames that waited.
    private func writtenPromise(_ context: ChannelHandlerContext) -> EventLoopPromise<Void>? {
        guard waitingFrames > 0 else { return nil }
        let (bytes, frames) = (waitingBytes, waitingFrames)
        waitingBytes = 0
        waitingFrames = 0
        let promise = context.eventLoop.makePromise(of: Void.self)
        promise.futureResult.assumeIsolated().whenComplete { _ in
            self.machine.written(bytes: bytes, frames: frames)
        }
        return promise
    }
}
