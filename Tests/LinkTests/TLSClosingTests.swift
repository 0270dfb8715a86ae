import Gossip
import Link
import NIOCore
import NIOEmbedded
import Testing

@Suite struct TLSClosingTests {
    @Test func `what was said before close_notify is read before the end is seen`() throws {
        let pair = try TLSPair(keepsHalfClosed: true).connected()
        pair.dialler.say("last words")
        pair.dialler.close(mode: .output, promise: nil)
        try pair.listener.writeInbound(try pair.dialler.allOutbound())
        #expect(pair.listenerLog.log == ["done", "read 10", "inputClosed"])
        #expect(pair.listener.isActive)
        // The other half is open still.
        pair.listener.say("and mine")
        #expect(recordLengths(try pair.listener.allOutbound()) == [8 + 17])
    }

    @Test func `who keeps no half of a connection answers close_notify and closes`() throws {
        let pair = try TLSPair().connected()
        pair.dialler.say("last words")
        pair.dialler.close(mode: .output, promise: nil)
        try pair.listener.writeInbound(try pair.dialler.allOutbound())
        #expect(pair.listenerLog.log == ["done", "read 10", "inactive"])
        #expect(recordLengths(try pair.listener.allOutbound()) == [2 + 17])
    }

    @Test func `closing says close_notify after what was flushed, and drops what was not`() throws {
        let pair = try TLSPair(keepsHalfClosed: true).connected()
        pair.dialler.say("flushed")
        let promise = pair.eventLoop.makePromise(of: Void.self)
        pair.dialler.write(ByteBuffer(string: "unflushed"), promise: promise)
        pair.dialler.close(promise: nil)
        #expect(throws: ChannelError.self) { try promise.futureResult.wait() }
        try pair.listener.writeInbound(try pair.dialler.allOutbound())
        #expect(pair.listenerLog.log == ["done", "read 7", "inputClosed"])
    }

    @Test func `a transport that ends without close_notify is an end and no error`() throws {
        let pair = try TLSPair().connected()
        pair.listener.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        #expect(pair.listenerLog.log == ["done", "inactive"])
        #expect(pair.loop.counters.broken == 0)
    }

    @Test func `a transport that ends in a handshake is told as that`() throws {
        let pair = try TLSPair()
        pair.connect()
        pair.listener.pipeline.fireChannelInactive()
        #expect(pair.listenerLog.error == .endedInHandshake)
        #expect(pair.loop.pending == 1)
    }

    @Test func `nothing is written after the end`() throws {
        let pair = try TLSPair(keepsHalfClosed: true).connected()
        pair.dialler.close(mode: .output, promise: nil)
        _ = try pair.dialler.allOutbound()
        let promise = pair.eventLoop.makePromise(of: Void.self)
        pair.dialler.writeAndFlush(ByteBuffer(string: "late"), promise: promise)
        #expect(throws: ChannelError.self) { try promise.futureResult.wait() }
        #expect(try pair.dialler.allOutbound().readableBytes == 0)
    }

    @Test func `a record that was tampered with ends the connection with an alert`() throws {
        let pair = try TLSPair().connected()
        pair.dialler.say("genuine")
        try pair.pump()
        pair.dialler.say("altered")
        var bytes = try pair.dialler.allOutbound()
        let last = bytes.writerIndex - 1
        bytes.setInteger(bytes.getInteger(at: last, as: UInt8.self)! ^ 1, at: last)
        try pair.listener.writeInbound(bytes)
        #expect(pair.listenerLog.log == ["done", "read 7", "error", "inactive"])
        #expect(pair.loop.counters.broken == 1)
        #expect(try pair.listener.allOutbound().readableBytes > 0)
    }
}
