import COpenSSL
import Gossip
import NIOCore
import NIOEmbedded
import Testing

@testable import Link

@Suite struct TLSHandlerTests {
    @Test func `two who know the key speak TLS 1.3 and learn which key it was`() throws {
        let pair = try TLSPair().connected()
        let expected = TLSHandshakeDone(version: .tls13, isResumed: false, keyID: key(1).id)
        #expect(pair.diallerLog.done == expected)
        #expect(pair.listenerLog.done == expected)
        pair.dialler.say("hello")
        pair.listener.say("welcome")
        try pair.pump()
        #expect(pair.listenerLog.text == "hello")
        #expect(pair.diallerLog.text == "welcome")
        #expect(pair.loop.counters.handshakes == 2)
        #expect(pair.loop.pending == 0)
    }

    @Test func `who does not know the key gets no further than the handshake`() throws {
        let pair = try TLSPair(dialling: Keyring(primary: key(2)))
        pair.connect()
        try pair.pump()
        #expect(pair.listenerLog.done == nil && pair.diallerLog.done == nil)
        #expect(pair.listenerLog.log == ["error", "inactive"])
        #expect(!pair.listener.isActive)
        #expect(pair.loop.counters.failed == 2)
        #expect(pair.loop.pending == 0)
    }

    @Test func `a listener takes every key of its ring while keys change`() throws {
        let both = Keyring(primary: key(1), accepted: [key(2)])
        let pair = try TLSPair(dialling: Keyring(primary: key(2)), accepting: both).connected()
        #expect(pair.listenerLog.done?.keyID == key(2).id)
    }

    @Test func `what is written before the handshake is over is said after it`() throws {
        let pair = try TLSPair()
        pair.connect()
        pair.dialler.say("early")
        let first = try #require(try pair.dialler.readOutbound(as: ByteBuffer.self))
        #expect(try pair.dialler.readOutbound(as: ByteBuffer.self) == nil)
        try pair.listener.writeInbound(first)
        try pair.pump()
        #expect(pair.listenerLog.log == ["done", "read 5"])
    }

    @Test func `more than a bounded number of bytes before the handshake's end is refused`() throws
    {
        let pair = try TLSPair()
        pair.connect()
        for _ in 0..<65 {
            pair.dialler.write(ByteBuffer(repeating: 1, count: 1024), promise: nil)
        }
        #expect(pair.diallerLog.error == .queueFull)
        #expect(!pair.dialler.isActive)
    }

    @Test func `what is written in one tick becomes one record`() throws {
        let pair = try TLSPair().connected()
        let promises = (0..<10).map { _ in pair.eventLoop.makePromise(of: Void.self) }
        for promise in promises {
            pair.dialler.write(ByteBuffer(string: "0123456789"), promise: promise)
        }
        #expect(try pair.dialler.allOutbound().readableBytes == 0)
        pair.dialler.flush()
        let bytes = try pair.dialler.allOutbound()
        #expect(recordLengths(bytes) == [100 + 17])
        for promise in promises { try promise.futureResult.wait() }
        try pair.listener.writeInbound(bytes)
        #expect(pair.listenerLog.text == String(repeating: "0123456789", count: 10))
    }

    @Test func `what is more than a record goes into full ones`() throws {
        let pair = try TLSPair().connected()
        for _ in 0..<4 {
            pair.dialler.write(ByteBuffer(repeating: 7, count: 10_000), promise: nil)
        }
        pair.dialler.flush()
        let bytes = try pair.dialler.allOutbound()
        #expect(recordLengths(bytes) == [16_401, 16_401, 7_232 + 17])
        try pair.listener.writeInbound(bytes)
        #expect(pair.listenerLog.received.readableBytes == 40_000)
    }

    @Test func `bytes come through whole however the wire cuts them`() throws {
        let pair = try TLSPair().connected()
        pair.dialler.writeAndFlush(ByteBuffer(repeating: 9, count: 5_000), promise: nil)
        var bytes = try pair.dialler.allOutbound()
        while let part = bytes.readSlice(length: min(7, max(1, bytes.readableBytes))) {
            try pair.listener.writeInbound(part)
        }
        #expect(pair.listenerLog.received == ByteBuffer(repeating: 9, count: 5_000))
    }

    @Test func `large data comes through both ways at once`() throws {
        let pair = try TLSPair().connected()
        pair.dialler.writeAndFlush(ByteBuffer(repeating: 1, count: 3_000_000), promise: nil)
        pair.listener.writeAndFlush(ByteBuffer(repeating: 2, count: 3_000_000), promise: nil)
        try pair.pump()
        #expect(pair.listenerLog.received == ByteBuffer(repeating: 1, count: 3_000_000))
        #expect(pair.diallerLog.received == ByteBuffer(repeating: 2, count: 3_000_000))
    }

    @Test func `memory of ours that the channel still holds is not written over`() throws {
        let pair = try TLSPair().connected()
        pair.dialler.say("first")
        pair.dialler.say("second")
        pair.listener.say("other")
        try pair.pump()
        #expect(pair.listenerLog.text == "firstsecond")
        #expect(pair.diallerLog.text == "other")
    }

    @Test func `a handler that keeps what it read keeps it unchanged`() throws {
        let pair = try TLSPair().connected()
        let keeper = Keeper()
        try pair.listener.pipeline.syncOperations.addHandler(
            keeper, position: .after(handler(pair)))
        for text in ["one", "two", "three"] {
            pair.dialler.say(text)
            try pair.pump()
        }
        #expect(keeper.kept.map { String(buffer: $0) } == ["one", "two", "three"])
    }

    @Test func `who asked for bytes and got a part of a record only is not forgotten`() throws {
        let pair = try TLSPair().connected()
        let counter = ReadCounter()
        try pair.listener.pipeline.syncOperations.addHandler(counter, position: .first)
        pair.dialler.say("hello")
        var bytes = try pair.dialler.allOutbound()
        let part = bytes.readSlice(length: 10) ?? ByteBuffer()
        pair.listener.read()
        #expect(counter.reads == 1)
        try pair.listener.writeInbound(part)
        #expect(counter.reads == 2)
        try pair.listener.writeInbound(bytes)
        #expect(pair.listenerLog.text == "hello")
        #expect(counter.reads == 2)
    }

    @Test func `errors that others left in OpenSSL's queue are not this connection's`() throws {
        let pair = try TLSPair().connected()
        let nothing = BIO_new(BIO_s_mem())
        #expect(PEM_read_bio_X509(nothing, nil, nil, nil) == nil)
        BIO_free(nothing)
        #expect(ERR_peek_error() != 0)
        pair.dialler.say("hello")
        try pair.pump()
        #expect(pair.listenerLog.text == "hello")
        #expect(pair.listener.isActive)
    }

    private final class ReadCounter: ChannelOutboundHandler {
        typealias OutboundIn = ByteBuffer
        var reads = 0

        func read(context: ChannelHandlerContext) {
            reads += 1
            context.read()
        }
    }

    private func handler(_ pair: TLSPair) throws -> TLSHandler {
        try pair.listener.pipeline.syncOperations.handler(type: TLSHandler.self)
    }

    private final class Keeper: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        var kept: [ByteBuffer] = []

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            kept.append(unwrapInboundIn(data))
            context.fireChannelRead(data)
        }
    }
}
