package import NIOCore

/// TLS for one channel: plaintext above, ciphertext below. Says `TLSHandshakeDone` as a user event
/// before anything is read, and a `TLSError` as the channel's error before it closes it.
///
/// What is written goes into records at the flush, all that waits into as few as hold it. Nothing
/// leaves before the handshake is over.
package final class TLSHandler: ChannelDuplexHandler {
    package typealias InboundIn = ByteBuffer
    package typealias InboundOut = ByteBuffer
    package typealias OutboundIn = ByteBuffer
    package typealias OutboundOut = ByteBuffer

    private enum State: Equatable {
        case idle
        case handshaking(number: UInt64)
        case open
        /// Failed, or told to close: nothing is passed on any more.
        case closed
    }

    private let machine: TLSMachine
    private let loop: TLSLoop
    private let keepsHalfClosed: Bool
    private var state = State.idle
    private var context: ChannelHandlerContext?

    private var isHandshakeWaiting = false
    private var handshakeBytes = 0
    /// The peer's close_notify, or the end of its transport, was passed on.
    private var isInputEnded = false
    private var isOutputEnded = false
    /// The next handler asked for bytes and has got none since.
    private var owesRead = false
    /// The channel was not told so, since what had come was not worked off; nobody asks again.
    private var withholdsRead = false

    private var writes: [ByteBuffer] = []
    private var promises: [EventLoopPromise<Void>] = []
    private var queuedBytes = 0
    private var wantsFlush = false
    /// The channel has not sent all that it was given: what it holds must not hold shared memory.
    private var isBehind = false

    /// - Parameter keepsHalfClosed: whether the peer's close_notify is passed on as
    ///   `ChannelEvent.inputClosed`, so that writing can go on; else it closes the channel.
    /// - Parameter serverName: the name or address whose certificate must be shown, for who comes
    ///   as a player.
    package init(
        _ context: TLSContext, loop: TLSLoop, keepsHalfClosed: Bool = false,
        serverName: String? = nil
    ) throws(TLSError) {
        machine = try TLSMachine(context, serverName: serverName)
        self.loop = loop
        self.keepsHalfClosed = keepsHalfClosed
    }
}

// MARK: - The channel's life

extension TLSHandler {
    package func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive { start() }
    }

    package func handlerRemoved(context: ChannelHandlerContext) {
        leave()
        self.context = nil
    }

    package func channelActive(context: ChannelHandlerContext) {
        context.fireChannelActive()
        start()
    }

    package func channelInactive(context: ChannelHandlerContext) {
        if state != .closed { endInput(context) }
        leave()
        context.fireChannelInactive()
    }

    private func start() {
        guard state == .idle else { return }
        state = .handshaking(number: loop.begin(self))
        stepHandshake()
    }

    /// No more of this connection.
    private func leave() {
        if case .handshaking(let number) = state { loop.end(number) }
        state = .closed
        dropWrites()
    }

    /// Passes an error on and closes, with OpenSSL's alert if it made one.
    private func fail(_ error: TLSError) {
        guard let context, state != .closed else { return }
        if state == .open {
            loop.counters.broken += 1
        } else {
            loop.handshakeFailed(error)
        }
        loop.report(error, peer: context.remoteAddress)
        leave()
        sendOutput(context)
        context.flush()
        context.fireErrorCaught(error)
        context.close(mode: .all, promise: nil)
    }

    /// The loop has removed it from its handshakes.
    func giveUp(_ error: TLSError) {
        fail(error)
    }
}

// MARK: - Handshake

extension TLSHandler {
    private func stepHandshake() {
        guard case .handshaking(let number) = state, !isHandshakeWaiting else { return }
        isHandshakeWaiting = true
        loop.step(number) { resumeHandshake() }
    }

    /// The loop has time for it.
    func resumeHandshake() {
        isHandshakeWaiting = false
        guard let context, case .handshaking(let number) = state else { return }
        let step = machine.handshake()
        guard case .done(let done) = step else {
            if case .failed(let error) = step { return fail(error) }
            sendOutput(context)
            context.flush()
            if owesRead { context.read() }
            return
        }
        sendOutput(context)
        context.flush()
        loop.end(number)
        loop.counters.handshakes += 1
        if done.isResumed { loop.counters.resumed += 1 }
        state = .open
        context.fireUserInboundEventTriggered(done)
        guard state == .open else { return }
        // Messages may have come along with the last of the handshake.
        decrypt(context)
        if wantsFlush { flush(context: context) }
        context.fireChannelReadComplete()
        // What came along may have been all that the next handler asked for, but the channel reads on
        // only when it is told to.
        if owesRead || withholdsRead { context.read() }
        withholdsRead = false
    }
}

// MARK: - Reading

extension TLSHandler {
    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        switch state {
        case .idle, .closed: return
        case .open:
            machine.feed(bytes)
            decrypt(context)
        case .handshaking:
            handshakeBytes += bytes.readableBytes
            guard handshakeBytes <= loop.limits.handshakeBytesMax else {
                return fail(.handshakeTooLong)
            }
            machine.feed(bytes)
            stepHandshake()
        }
    }

    package func channelReadComplete(context: ChannelHandlerContext) {
        guard state == .open || state == .closed else {
            // A part of a handshake: the next handler has nothing to do with it.
            if !isHandshakeWaiting { context.read() }
            return
        }
        context.fireChannelReadComplete()
        // A part of a record: whoever asked for bytes still waits.
        if state == .open, owesRead { context.read() }
    }

    package func read(context: ChannelHandlerContext) {
        owesRead = true
        // What has come is not worked off yet: no more of it.
        withholdsRead = isHandshakeWaiting
        if !isHandshakeWaiting { context.read() }
    }

    /// Reads until OpenSSL wants more input, which is bounded by what the channel reads at a time.
    /// What was said before an end, or before a fault, is passed on first.
    private func decrypt(_ context: ChannelHandlerContext) {
        guard state == .open, !isInputEnded else { return }
        var plaintext = loop.takePlaintext()
        defer { loop.giveBackPlaintext(plaintext) }
        while true {
            let reading = machine.read(into: &plaintext)
            if reading != .read || plaintext.writableBytes == 0, plaintext.readableBytes > 0 {
                owesRead = false
                context.fireChannelRead(wrapInboundOut(plaintext))
                plaintext.clear(minimumCapacity: TLSLoop.recordBytesMax)
            }
            guard state == .open else { return }
            switch reading {
            case .read: continue
            case .wantsInput:
                // An answer to a KeyUpdate, say.
                if sendOutput(context) { context.flush() }
                return
            case .ended: return inputEnded(context)
            case .failed(let error): return fail(error)
            }
        }
    }

    private func inputEnded(_ context: ChannelHandlerContext) {
        isInputEnded = true
        if keepsHalfClosed, !isOutputEnded {
            context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        } else {
            close(context: context, mode: .all, promise: nil)
        }
    }

    package func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard let event = event as? ChannelEvent, event == .inputClosed else {
            return context.fireUserInboundEventTriggered(event)
        }
        endInput(context)
    }

    /// The peer's bytes end, with close_notify or without.
    private func endInput(_ context: ChannelHandlerContext) {
        machine.endInput()
        switch state {
        case .open: decrypt(context)
        case .handshaking: resumeHandshake()
        case .idle, .closed: return
        }
    }
}

// MARK: - Writing

extension TLSHandler {
    package func write(
        context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?
    ) {
        guard state != .closed, !isOutputEnded else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        let bytes = unwrapOutboundIn(data)
        queuedBytes += bytes.readableBytes
        writes.append(bytes)
        if let promise { promises.append(promise) }
        if state != .open, queuedBytes > loop.limits.queuedBytesMax { fail(.queueFull) }
    }

    package func flush(context: ChannelHandlerContext) {
        guard state == .open else {
            wantsFlush = true
            return
        }
        wantsFlush = false
        encrypt(context)
        context.flush()
    }

    package func close(
        context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?
    ) {
        switch mode {
        case .input: context.close(mode: .input, promise: promise)
        case .output where state == .open:
            endOutput(context, flushing: true)
            context.close(mode: .output, promise: promise)
        case .output, .all:
            endOutput(context, flushing: false)
            leave()
            context.close(mode: .all, promise: promise)
        }
    }

    /// Says close_notify, once.
    private func endOutput(_ context: ChannelHandlerContext, flushing: Bool) {
        guard state == .open, !isOutputEnded else { return }
        if flushing { encrypt(context) }
        guard state == .open else { return }
        isOutputEnded = true
        machine.shutDown()
        sendOutput(context)
        context.flush()
    }

    private func dropWrites() {
        let dropped = promises
        writes.removeAll()
        promises.removeAll()
        queuedBytes = 0
        for promise in dropped { promise.fail(ChannelError.ioOnClosedChannel) }
    }

    @discardableResult
    private func sendOutput(_ context: ChannelHandlerContext) -> Bool {
        guard machine.output.readableBytes > 0 else { return false }
        let output = machine.output
        machine.output = ByteBuffer()
        context.write(wrapOutboundOut(output), promise: nil)
        return true
    }

    /// Makes records of all that waits and gives them to the channel.
    private func encrypt(_ context: ChannelHandlerContext) {
        guard !writes.isEmpty else { return }
        let isShared = !isBehind
        if isShared { machine.output = loop.takeCiphertext() }
        let error = encryptWrites()
        writes.removeAll(keepingCapacity: writes.count == 1)
        queuedBytes = 0
        if let error { return fail(error) }
        let output = machine.output
        machine.output = ByteBuffer()
        context.writeAndFlush(wrapOutboundOut(output), promise: takePromise(context))
        isBehind = loop.releaseCiphertext(output, isShared: isShared)
    }

    private func encryptWrites() -> TLSError? {
        if writes.count == 1 {
            return writes[0].withUnsafeReadableBytes { machine.write($0) }
        }
        var plaintext = loop.takePlaintext()
        defer { loop.giveBackPlaintext(plaintext) }
        for var bytes in writes {
            while bytes.readableBytes > 0 {
                let room = TLSLoop.recordBytesMax - plaintext.readableBytes
                guard var part = bytes.readSlice(length: min(room, bytes.readableBytes)) else {
                    break
                }
                plaintext.writeBuffer(&part)
                guard plaintext.readableBytes == TLSLoop.recordBytesMax else { continue }
                if let error = plaintext.withUnsafeReadableBytes({ machine.write($0) }) {
                    return error
                }
                plaintext.clear()
            }
        }
        return plaintext.withUnsafeReadableBytes { machine.write($0) }
    }

    /// One promise for all that the records hold.
    private func takePromise(_ context: ChannelHandlerContext) -> EventLoopPromise<Void>? {
        guard let first = promises.first else { return nil }
        let others = Array(promises.dropFirst())
        promises.removeAll(keepingCapacity: true)
        guard !others.isEmpty else { return first }
        let promise = context.eventLoop.makePromise(of: Void.self)
        promise.futureResult.cascade(to: first)
        for other in others { promise.futureResult.cascade(to: other) }
        return promise
    }
}
