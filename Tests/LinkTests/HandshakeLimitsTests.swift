import Gossip
import Link
import NIOCore
import NIOEmbedded
import Testing

@Suite struct HandshakeLimitsTests {
    @Test func `half a ClientHello is waited for ten seconds and no longer`() throws {
        let pair = try TLSPair()
        pair.connect()
        var hello = try pair.dialler.allOutbound()
        let half = hello.readSlice(length: hello.readableBytes / 2) ?? ByteBuffer()
        try pair.listener.writeInbound(half)
        pair.eventLoop.advanceTime(by: .milliseconds(9_999))
        #expect(pair.listener.isActive)
        pair.eventLoop.advanceTime(by: .milliseconds(2))
        #expect(!pair.listener.isActive)
        #expect(pair.listenerLog.error == .handshakeTimeout)
        // Both ends waited for one another.
        #expect(pair.loop.counters.timeouts == 2)
        #expect(pair.loop.pending == 0)
    }

    @Test func `who says nothing at all is waited for no longer`() throws {
        let pair = try TLSPair()
        pair.connect()
        pair.eventLoop.advanceTime(by: .seconds(11))
        #expect(pair.listenerLog.error == .handshakeTimeout)
    }

    @Test func `a finished handshake has no deadline`() throws {
        let pair = try TLSPair().connected()
        pair.eventLoop.advanceTime(by: .seconds(60))
        #expect(pair.listener.isActive && pair.dialler.isActive)
    }

    @Test func `what is no TLS is refused at once`() throws {
        let pair = try TLSPair()
        pair.connect()
        try pair.listener.writeInbound(ByteBuffer(string: "GET / HTTP/1.1\r\n\r\n"))
        guard case .handshake? = pair.listenerLog.error else {
            Issue.record("\(String(describing: pair.listenerLog.error))")
            return
        }
        #expect(!pair.listener.isActive)
    }

    @Test func `a handshake that does not stop is refused`() throws {
        let pair = try TLSPair()
        pair.connect()
        // A ClientHello that claims 130,000 bytes, in records of 16 KiB.
        try pair.listener.writeInbound(
            ByteBuffer(
                bytes: [22, 3, 1, 0x40, 0, 1, 1, 0xFB, 0xD0] + [UInt8](repeating: 3, count: 16_380))
        )
        for _ in 0..<2 where pair.listener.isActive {
            try pair.listener.writeInbound(
                ByteBuffer(bytes: [22, 3, 1, 0x40, 0] + [UInt8](repeating: 3, count: 16_384)))
        }
        #expect(!pair.listener.isActive)
        #expect(pair.listenerLog.error == .handshakeTooLong)
    }

    @Test func `the oldest of too many handshakes makes room for the youngest`() throws {
        var limits = TLSLimits()
        limits.handshakesMax = 3
        let loop = EmbeddedEventLoop()
        let tls = TLSLoop(eventLoop: loop, limits: limits, logger: quiet)
        let context = try TLSContext.accepting(LinkKeys(keyring: Keyring(primary: key(1))))
        let channels = try (0..<5).map { _ in
            let channel = EmbeddedChannel(loop: loop)
            try channel.pipeline.syncOperations.addHandler(TLSHandler(context, loop: tls))
            channel.open()
            return channel
        }
        #expect(channels.map(\.isActive) == [false, false, true, true, true])
        #expect(tls.counters.crowdedOut == 2)
        #expect(tls.pending == 3)
    }

    @Test func `handshakes beyond the budget wait for the next window, and are not lost`() throws {
        let pair = try TLSPair()
        pair.loop.budget.workMax = .zero
        pair.connect()
        // The first step of a window is always taken; the dialler's is the second.
        #expect(pair.loop.counters.deferred == 1)
        #expect(try pair.dialler.allOutbound().readableBytes == 0)
        pair.loop.budget.workMax = .milliseconds(2)
        pair.eventLoop.advanceTime(by: .milliseconds(4))
        try pair.pump()
        #expect(pair.diallerLog.done != nil && pair.listenerLog.done != nil)
    }

    @Test func `who plays is heard while a storm of handshakes waits for its turn`() throws {
        let pair = try TLSPair().connected()
        let stranger = try TLSPair()
        stranger.connect()
        let hello = try stranger.dialler.allOutbound()
        pair.eventLoop.advanceTime(by: .milliseconds(4))
        pair.loop.budget.workMax = .zero
        let context = try TLSContext.accepting(LinkKeys(keyring: Keyring(primary: key(1))))
        let storm = try (0..<200).map { _ in
            let channel = EmbeddedChannel(loop: pair.eventLoop)
            try channel.pipeline.syncOperations.addHandler(TLSHandler(context, loop: pair.loop))
            channel.open()
            try channel.writeInbound(hello)
            return channel
        }
        pair.dialler.say("my move")
        try pair.pump()
        #expect(pair.listenerLog.text == "my move")
        // A window has room for one step at least.
        var answered = try storm.filter { try $0.allOutbound().readableBytes > 0 }.count
        #expect(answered <= 1)
        pair.loop.budget.workMax = .milliseconds(2)
        pair.eventLoop.advanceTime(by: .milliseconds(4))
        answered += try storm.filter { try $0.allOutbound().readableBytes > 0 }.count
        #expect(answered == 200)
    }

    @Test func `reading goes on where a handshake that waited brought the first message along`()
        throws
    {
        let pair = try TLSPair()
        let reads = Reads()
        try pair.listener.pipeline.syncOperations.addHandler(reads, position: .first)
        pair.connect()
        pair.dialler.say("hello")
        try pair.listener.writeInbound(try pair.dialler.allOutbound())
        try pair.dialler.writeInbound(try pair.listener.allOutbound())
        pair.loop.budget.workMax = .zero
        try pair.listener.writeInbound(try pair.dialler.allOutbound())
        // As a channel does that reads by itself.
        pair.listener.read()
        #expect(pair.loop.counters.deferred == 1 && pair.listenerLog.text.isEmpty)
        let before = reads.count
        pair.loop.budget.workMax = .milliseconds(2)
        pair.eventLoop.advanceTime(by: .milliseconds(8))
        #expect(pair.listenerLog.text == "hello")
        #expect(reads.count > before)
    }

    /// Counts how often the channel is told to read.
    private final class Reads: ChannelOutboundHandler {
        typealias OutboundIn = ByteBuffer
        private(set) var count = 0

        func read(context: ChannelHandlerContext) {
            count += 1
            context.read()
        }
    }

    @Test func `a budget is spent within its window and opens with the next`() {
        var budget = HandshakeBudget()
        let start = Instant.origin
        var answers: [Bool] = []
        for milliseconds in [0, 1, 2, 3, 4] {
            answers.append(budget.mayWork(now: start.advanced(by: .milliseconds(milliseconds))))
            budget.spend(.milliseconds(1))
        }
        #expect(answers == [true, true, false, false, true])
        #expect(budget.opensAt == start.advanced(by: .milliseconds(8)))
    }
}
