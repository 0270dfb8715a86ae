import Gossip
import NIOCore
import Testing
import Wire

@testable import Link

@Suite struct FrameTests {
    private static let texts = ["", "a", "seven", String(repeating: "long", count: 5_000), "end"]

    private func stream() -> ByteBuffer {
        var bytes = ByteBuffer()
        for (index, text) in Self.texts.enumerated() {
            let type = FrameType(rawValue: UInt8(16 + index))
            if index.isMultiple(of: 2) {
                Frame.append(type, ByteBuffer(string: text), to: &bytes)
            } else {
                Frame.append(type, text.utf8Span.span.bytes, to: &bytes)
            }
        }
        return bytes
    }

    @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 100, 4_096, 1 << 20])
    func `frames come out as they went in, however they are cut`(partBytes: Int) throws {
        var reader = FrameReader(payloadBytesMax: 20_000)
        var bytes = stream()
        var texts: [String] = []
        while bytes.readableBytes > 0 {
            let part = bytes.readSlice(length: min(partBytes, bytes.readableBytes)) ?? ByteBuffer()
            reader.feed(part)
            while let (type, payload) = try reader.next() {
                #expect(Int(type.rawValue) == 16 + texts.count)
                texts.append(String(buffer: payload))
            }
            reader.settle()
        }
        #expect(texts == Self.texts)
        #expect(reader.partialBytes == 0)
    }

    @Test func `what is kept of a frame does not change with the memory it came in`() throws {
        var reader = FrameReader(payloadBytesMax: 100)
        var shared = ByteBuffer()
        Frame.append(.firstFree, ByteBuffer(string: "hello"), to: &shared)
        reader.feed(shared.getSlice(at: 0, length: 7) ?? ByteBuffer())
        let early = try reader.next()
        #expect(early?.0 == nil)
        reader.settle()
        let rest = ByteBuffer(buffer: shared.getSlice(at: 7, length: 3) ?? ByteBuffer())
        shared.clear()
        shared.writeRepeatingByte(0, count: 10)
        reader.feed(rest)
        let whole = try reader.next()
        #expect(whole.map { String(buffer: $0.1) } == "hello")
    }

    @Test func `a frame above the limit is refused by its length alone`() {
        var reader = FrameReader(payloadBytesMax: 1_000)
        reader.feed(ByteBuffer(bytes: [0xE9, 3, 0, 0, 16]))
        #expect(throws: FrameReader.TooLong(bytes: 1_001)) { _ = try reader.next() }
    }

    @Test func `a hello is read as it was written, and later fields are skipped`() throws {
        let hello = Hello(
            protocols: ProtocolRange(2...5), cluster: "c", name: "s1", instance: 7, view: 9,
            purpose: .gateway, loop: 3)
        var writer = WireWriter()
        hello.encode(into: &writer)
        writer.text("a field of the future")
        var reader = WireReader(writer.bytes.span.bytes)
        #expect(try Hello(from: &reader) == hello)
        #expect(hello.node == NodeID(name: "s1"))
    }

    @Test func `no beginning of a hello is one, nor is other people's`() throws {
        var writer = WireWriter()
        Hello(cluster: "c", name: "s1", instance: 7).encode(into: &writer)
        for count in 0..<writer.bytes.count {
            let part = Array(writer.bytes.prefix(count))
            #expect(throws: WireError.self) {
                var reader = WireReader(part.span.bytes)
                _ = try Hello(from: &reader)
            }
        }
        var other = writer.bytes
        other[0] ^= 1
        #expect(throws: WireError.badValue) {
            var reader = WireReader(other.span.bytes)
            _ = try Hello(from: &reader)
        }
    }

    @Test(
        arguments: [
            (1...1, 1...1, 1), (1...3, 2...5, 3), (2...5, 1...3, 3), (4...4, 1...9, 4),
            (1...2, 3...4, nil), (3...4, 1...2, nil),
        ] as [(ClosedRange<UInt16>, ClosedRange<UInt16>, UInt16?)])
    func `the newest version that both speak is taken`(
        one: ClosedRange<UInt16>, other: ClosedRange<UInt16>, common: UInt16?
    ) {
        #expect(ProtocolRange(one).common(with: ProtocolRange(other)) == common)
    }
}
