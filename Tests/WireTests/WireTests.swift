import Testing

@testable import Wire

@Suite struct WireTests {
    @Test(arguments: [0, 1, 127, 128, 16_383, 16_384, UInt64(UInt32.max), .max - 1, .max])
    func `a varint comes back as it was written`(value: UInt64) throws {
        var writer = WireWriter()
        writer.varint(value)
        var reader = WireReader(writer.bytes.span.bytes)
        #expect(try reader.varint() == value)
        try reader.finish()
    }

    @Test(
        arguments: [
            [0x80], [0x80, 0x00], [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02],
            [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x81, 0x00],
        ] as [[UInt8]])
    func `a varint that is cut, too large or not in its shortest form is refused`(bytes: [UInt8]) {
        var reader = WireReader(bytes.span.bytes)
        var refused = false
        do { _ = try reader.varint() } catch { refused = true }
        #expect(refused)
    }

    @Test func `values of every kind come back in order`() throws {
        var writer = WireWriter()
        writer.byte(7)
        writer.fixed(UInt32(0xDEAD_BEEF))
        writer.text("حکم")
        writer.bytes([1, 2, 3])
        writer.raw([9, 9])
        var reader = WireReader(writer.bytes.span.bytes)
        #expect(try reader.byte() == 7)
        #expect(try reader.fixed(UInt32.self) == 0xDEAD_BEEF)
        #expect(try reader.text(maxBytes: 16) == "حکم")
        #expect(try reader.bytes(max: 3) == [1, 2, 3])
        #expect(try reader.take(2) == [9, 9])
        try reader.finish()
    }

    @Test func `no cut of a message traps, and none but the whole is accepted`() throws {
        var writer = WireWriter()
        writer.text("owner")
        writer.fixed(UInt64(42))
        writer.bytes([UInt8](repeating: 5, count: 200))
        let whole = writer.bytes
        for length in 0..<whole.count {
            let cut = Array(whole[..<length])
            var reader = WireReader(cut.span.bytes)
            var refused = false
            do {
                _ = try reader.text(maxBytes: 100)
                _ = try reader.fixed(UInt64.self)
                _ = try reader.bytes(max: 1_000)
            } catch { refused = error == .truncated }
            #expect(refused, "cut at \(length)")
        }
    }

    @Test func `a length above the caller's limit is refused before anything is read`() {
        var writer = WireWriter()
        writer.bytes([UInt8](repeating: 0, count: 300))
        var reader = WireReader(writer.bytes.span.bytes)
        #expect(throws: WireError.tooLong) { try reader.bytes(max: 299) }
    }

    @Test func `text that is not UTF-8 is refused`() {
        var writer = WireWriter()
        writer.bytes([0xC3, 0x28])
        var reader = WireReader(writer.bytes.span.bytes)
        #expect(throws: WireError.badText) { try reader.text(maxBytes: 10) }
    }
}
