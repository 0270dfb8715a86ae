internal import Gossip
package import Logging
package import NIOCore

/// What happened to the TLS connections of one loop, for metrics.
package struct TLSCounters: Equatable, Sendable {
    package var handshakes: UInt64 = 0
    /// Of these, those that a ticket made short.
    package var resumed: UInt64 = 0
    package var failed: UInt64 = 0
    package var timeouts: UInt64 = 0
    /// Handshakes that went because younger ones came.
    package var crowdedOut: UInt64 = 0
    /// Steps that had to wait for the budget.
    package var deferred: UInt64 = 0
    /// Connections that broke a rule after their handshake.
    package var broken: UInt64 = 0

    package init() {}
}

/// Every bound of TLS.
package struct TLSLimits: Sendable {
    /// Time for a handshake, from the connection's start. A phone on a bad network needs two.
    package var handshakeTimeMax = Duration.seconds(10)
    /// Handshakes of a loop at one time; each holds up to 50 KiB. Beyond it the oldest goes: those
    /// who mean it are done within a few round trips.
    package var handshakesMax = 1024
    /// Bytes of a peer's handshake: a ClientHello has under 2 KiB.
    package var handshakeBytesMax = 32 << 10
    /// Bytes that are kept for the end of a handshake.
    package var queuedBytesMax = 64 << 10

    package init() {}
}

/// What the TLS connections of one event loop share: two buffers, the handshakes that are under way,
/// their budget and the counters. Used on that loop only.
package final class TLSLoop {
    package let eventLoop: any EventLoop
    package let limits: TLSLimits
    package internal(set) var counters = TLSCounters()
    package var budget = HandshakeBudget()

    /// Bytes of plaintext in a record (RFC 8446, section 5.1).
    static let recordBytesMax = 16_384

    private let logger: Logger
    /// Called for each handshake that failed, for whatever reason.
    private let failed: @Sendable () -> Void
    private var throttle = LogThrottle()
    /// Both are empty while they are in use.
    private var plaintext = ByteBuffer()
    private var ciphertext = ByteBuffer()
    /// The handshakes under way, by their number, and in the order of their deadlines.
    private var handshakes: [UInt64: TLSHandler] = [:]
    private var deadlines = CircularBuffer<(number: UInt64, at: Instant)>()
    private var lastNumber: UInt64 = 0
    private var waiting = CircularBuffer<UInt64>()
    private var timer: Scheduled<Void>?
    private var timerAt = Instant.never

    package init(
        eventLoop: any EventLoop, limits: TLSLimits = TLSLimits(), logger: Logger,
        failed: @escaping @Sendable () -> Void = {}
    ) {
        self.eventLoop = eventLoop
        self.limits = limits
        self.logger = logger
        self.failed = failed
    }

    var now: Instant { Instant(nanoseconds: Int64(eventLoop.now.uptimeNanoseconds)) }

    /// Handshakes under way.
    package var pending: Int { handshakes.count }

    /// A handshake has failed. Those that the loop itself gave up are counted there.
    func handshakeFailed(_ error: TLSError) {
        if error != .handshakeTimeout, error != .crowded { counters.failed += 1 }
        failed()
    }

    /// OpenSSL's errors are told here, once, with the peer.
    func report(_ error: TLSError, peer: SocketAddress?) {
        let host = peer?.ipAddress ?? "unknown"
        guard let suppressed = throttle.admit("\(host) \(error)", now: now) else { return }
        logger.info(
            "tls connection failed",
            metadata: [
                "peer": "\(host)", "reason": "\(error)", "suppressed": "\(suppressed)",
            ])
    }
}

// MARK: - Buffers

extension TLSLoop {
    /// The memory that plaintext goes through. Whoever takes it gives it back.
    func takePlaintext() -> ByteBuffer {
        var buffer = ByteBuffer()
        swap(&buffer, &plaintext)
        buffer.clear(minimumCapacity: Self.recordBytesMax)
        return buffer
    }

    func giveBackPlaintext(_ buffer: ByteBuffer) {
        if buffer.capacity <= 2 * Self.recordBytesMax { plaintext = buffer }
    }

    func takeCiphertext() -> ByteBuffer {
        var buffer = ByteBuffer()
        swap(&buffer, &ciphertext)
        return buffer
    }

    /// - Parameter isShared: whether the memory was taken here.
    /// - Returns: whether someone else still holds it: the channel has not sent it all.
    func releaseCiphertext(_ buffer: consuming ByteBuffer, isShared: Bool) -> Bool {
        let before = buffer.withVeryUnsafeBytes { $0.baseAddress }
        // Takes new memory if this is in use.
        buffer.clear()
        let isHeld = buffer.withVeryUnsafeBytes { $0.baseAddress } != before
        if isShared, buffer.capacity <= 2 * Self.recordBytesMax { ciphertext = buffer }
        return isHeld
    }
}

// MARK: - Handshakes

extension TLSLoop {
    /// A handshake begins. Its handler hears `handshakeTimedOut` if it does not `end` in time.
    func begin(_ handler: TLSHandler) -> UInt64 {
        while handshakes.count >= limits.handshakesMax, let oldest = deadlines.popFirst() {
            guard let handler = handshakes.removeValue(forKey: oldest.number) else { continue }
            counters.crowdedOut += 1
            handler.giveUp(.crowded)
        }
        lastNumber += 1
        handshakes[lastNumber] = handler
        let deadline = now.advanced(by: limits.handshakeTimeMax)
        deadlines.append((lastNumber, deadline))
        wake(at: deadline)
        return lastNumber
    }

    func end(_ number: UInt64) {
        handshakes[number] = nil
        while let first = deadlines.first, handshakes[first.number] == nil {
            deadlines.removeFirst()
        }
    }

    /// Runs a step of a handshake if there is time for it; else the handler is called again.
    func step(_ number: UInt64, _ body: () -> Void) {
        let start = now
        guard waiting.isEmpty, budget.mayWork(now: start) else {
            counters.deferred += 1
            waiting.append(number)
            return wake(at: budget.opensAt)
        }
        body()
        budget.spend(start.duration(to: now))
    }

    private func wake(at time: Instant) {
        guard time < timerAt else { return }
        timer?.cancel()
        timerAt = time
        let deadline = NIODeadline.uptimeNanoseconds(UInt64(max(0, time.nanoseconds)))
        timer = eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { self.timerFired() }
    }

    private func timerFired() {
        timer = nil
        timerAt = .never
        workOff()
        let now = now
        while let first = deadlines.first, first.at <= now {
            deadlines.removeFirst()
            guard let handler = handshakes.removeValue(forKey: first.number) else { continue }
            counters.timeouts += 1
            handler.giveUp(.handshakeTimeout)
        }
        if !waiting.isEmpty { wake(at: budget.opensAt) }
        if let first = deadlines.first { wake(at: first.at) }
    }

    private func workOff() {
        while let number = waiting.first {
            let start = now
            guard budget.mayWork(now: start) else { return }
            waiting.removeFirst()
            handshakes[number]?.resumeHandshake()
            budget.spend(start.duration(to: now))
        }
    }
}
