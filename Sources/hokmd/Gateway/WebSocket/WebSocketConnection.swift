package import Gossip
package import NIOCore

/// A player's socket as its session sees it. What is sent is put behind what is there already and
/// goes out in one write: at the end of the burst that is being read, or of the loop's turn.
package final class WebSocketConnection {
    package let loop: ConnectionLoop
    package let address: SocketAddress?

    private var machine: WebSocketMachine
    private let slowReaderPolicy: SlowReaderPolicy
    private weak var owner: (any WebSocketConnectionOwner)?
    private var context: ChannelHandlerContext?
    private var outbound = ByteBuffer()
    /// A flush comes by itself: a burst is being read, or the connection is on the loop's list.
    private var willFlush = true
    private var isShutDown = false
    /// More than `Limits.waitingBytesMax` waits in the channel.
    private var isBehind = false
    private var isPaused = false
    private var missedRead = false
    private var wakeAt = Instant.never
    private var departure: (code: CloseCode, at: Instant)?
    var loopIndex = -1

    /// Bytes of outbound memory that a connection keeps from one burst to the next.
    private static let retainedBytesMax = 4096

    init(
        loop: ConnectionLoop, address: SocketAddress?, slowReaderPolicy: SlowReaderPolicy,
        now: Instant
    ) {
        self.loop = loop
        self.address = address
        self.slowReaderPolicy = slowReaderPolicy
        let limits = loop.limits
        machine = WebSocketMachine(
            timing: WebSocketMachine.Timing(
                pingInterval: limits.pingInterval, silenceMax: limits.silenceMax,
                closeTimeMax: limits.closeTimeMax),
            now: now)
    }
}

/// The handler, seen from its connection.
protocol WebSocketConnectionOwner: AnyObject {
    func wakeSession(now: Instant)
    /// Tells the session of an end, unless it knows.
    func settle(_ ending: WebSocketMachine.Ending, now: Instant)
}

// MARK: - For sessions

extension WebSocketConnection {
    /// Whether what is sent can still arrive.
    package var isOpen: Bool { machine.isOpen }

    /// A text message. The bytes must be UTF-8.
    package func send(text: RawSpan) {
        send(.text, text)
    }

    package func send(binary: RawSpan) {
        send(.binary, binary)
    }

    /// Whole frames that `FrameWriter` composed: the way to say the same to many.
    package func send(frames: ByteBuffer) {
        guard machine.isOpen else { return }
        outbound.writeImmutableBuffer(frames)
        flushSoon()
    }

    /// Has it flushed once at the end of the loop's turn. Every `send` does.
    package func flushSoon() {
        guard !willFlush else { return }
        willFlush = true
        loop.flushLater(self)
    }

    /// Starts the closing handshake; `closed` follows. Without effect on one that is ending.
    package func close(_ code: CloseCode, reason: StaticString = "") {
        guard machine.isOpen else { return }
        // The client's Close has to be read.
        resumeReading()
        _ = machine.close(code, now: loop.now)
        FrameWriter.appendClose(code, reason: reason, to: &outbound)
        loop.noLaterThan(machine.deadline, of: self)
        flushSoon()
    }

    /// Asks for a `tick` at a time; the earliest one asked for counts, until it has come.
    package func wake(at time: Instant) {
        guard time < wakeAt else { return }
        wakeAt = time
        loop.noLaterThan(time, of: self)
    }

    /// Takes no more bytes from the client until `resumeReading`. What has been read still comes,
    /// at most four receive buffers, and so does word of an end.
    package func pauseReading() {
        isPaused = true
    }

    package func resumeReading() {
        isPaused = false
        readMissed()
    }

    private func send(_ opcode: Opcode, _ payload: RawSpan) {
        guard machine.isOpen else { return }
        FrameWriter.append(opcode, payload, to: &outbound)
        flushSoon()
    }
}

// MARK: - For the handler

extension WebSocketConnection {
    func attach(_ context: ChannelHandlerContext, owner: any WebSocketConnectionOwner) {
        self.context = context
        self.owner = owner
        loop.join(self, deadline: machine.deadline)
    }

    /// The transport is gone.
    func detach() {
        guard context != nil else { return }
        context = nil
        outbound = ByteBuffer()
        loop.remove(self)
        if machine.isOpen { loop.counters.count(.lost) }
        machine.transportEnded()
        settle()
    }

    /// Bytes are about to be read: what they lead to is flushed at their end.
    func beginBurst(now: Instant) {
        willFlush = true
        machine.heard(now: now)
    }

    /// What the frame asks of the connection is done here; true if the session is to have it.
    func received(_ frame: Frame, payload: RawSpan, now: Instant) -> Bool {
        let effect = machine.received(frame, now: now)
        guard effect != .deliver else { return true }
        if case .fail(let code) = frame, effect != .nothing { count(failure: code) }
        perform(effect, payload: payload)
        return false
    }

    /// Writes what has come together, in one write, and carries an end as far as it may go.
    func flush() {
        willFlush = false
        guard let context else { return }
        write(to: context)
        if isBehind { readerIsSlow(context) }
        if machine.isClosed {
            context.close(mode: .all, promise: nil)
        } else if machine.isDraining, !isShutDown {
            isShutDown = true
            context.close(mode: .output, promise: nil)
        }
        settle()
    }

    func writabilityChanged(_ isWritable: Bool) {
        isBehind = !isWritable
        if isWritable { readMissed() }
    }

    /// Whether the channel may read on; if not, it is asked to when reading resumes.
    func mayRead() -> Bool {
        guard isPaused || (isBehind && slowReaderPolicy == .pauseReading) else { return true }
        missedRead = true
        return false
    }

    private func readMissed() {
        guard missedRead, mayRead() else { return }
        missedRead = false
        // Its silence was ours.
        machine.heard(now: loop.now)
        context?.read()
    }

    private func write(to context: ChannelHandlerContext) {
        guard outbound.readableBytes > 0 else { return }
        // Out of the property first: a write can call back.
        var burst = outbound
        outbound = ByteBuffer()
        context.writeAndFlush(NIOAny(burst), promise: nil)
        guard burst.capacity <= Self.retainedBytesMax, outbound.capacity == 0 else { return }
        burst.clear()
        outbound = burst
    }

    private func readerIsSlow(_ context: ChannelHandlerContext) {
        guard slowReaderPolicy == .close, machine.isOpen else { return }
        loop.counters.count(.slowReaders)
        close(.tryAgainLater, reason: "too slow a reader")
        write(to: context)
    }

    private func perform(_ effect: WebSocketMachine.Effect, payload: RawSpan) {
        switch effect {
        case .nothing, .deliver, .shutDown, .drop: return
        case .pong: FrameWriter.append(.pong, payload, to: &outbound)
        case .ping: FrameWriter.append(.ping, payload, to: &outbound)
        case .sendClose(let code), .sendLastClose(let code):
            FrameWriter.appendClose(code, to: &outbound)
            loop.noLaterThan(machine.deadline, of: self)
        }
    }

    private func settle() {
        guard let ending = machine.ending else { return }
        owner?.settle(ending, now: loop.now)
    }

    private func count(failure code: CloseCode) {
        switch code {
        case .messageTooBig: loop.counters.count(.messagesTooBig)
        case .unacceptableData: loop.counters.count(.binaryRefused)
        case .invalidText: loop.counters.count(.invalidText)
        default: loop.counters.count(.protocolErrors)
        }
    }
}

// MARK: - Deadlines

extension WebSocketConnection: LoopMember {
    var isPlayer: Bool { true }

    func deadlineReached(now: Instant) {
        if isPaused || isBehind { machine.heard(now: now) }
        let effect = machine.tick(now: now)
        if case .drop = effect, machine.ending == .silent { loop.counters.count(.silent) }
        perform(effect, payload: ByteBuffer().readableBytesSpan)
        if let departure, departure.at <= now {
            self.departure = nil
            close(departure.code)
        }
        if wakeAt <= now {
            wakeAt = .never
            if machine.isOpen { owner?.wakeSession(now: now) }
        }
        flush()
        guard context != nil else { return }
        let next = min(machine.deadline, wakeAt, departure?.at ?? .never)
        loop.setDeadline(next, of: self)
    }

    func leave(_ code: CloseCode, at time: Instant, now: Instant) {
        departure = (code, time)
        loop.noLaterThan(time, of: self)
    }
}
