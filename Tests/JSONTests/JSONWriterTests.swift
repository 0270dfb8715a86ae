import Testing

@testable import JSON

@Suite struct JSONWriterTests {
    @Test func `commas stand between members and elements, and nowhere else`() {
        var writer = JSONWriter(reserving: 64)
        writer.beginObject()
        writer.key("a")
        writer.int(1)
        writer.key("b")
        writer.beginArray()
        writer.beginArray()
        writer.endArray()
        writer.beginObject()
        writer.endObject()
        writer.bool(true)
        writer.bool(false)
        writer.null()
        writer.double(1.5)
        writer.raw(Array("{}".utf8))
        writer.hex([0, 0xAB, 0xFF])
        writer.string("x")
        writer.endArray()
        writer.key(text: "c\"")
        writer.string("")
        writer.endObject()
        #expect(
            String(decoding: writer.bytes, as: UTF8.self)
                == #"{"a":1,"b":[[],{},true,false,null,1.5,{},"00abff","x"],"c\"":""}"#)
    }

    @Test func `starting over keeps the memory and forgets the comma`() {
        var writer = JSONWriter(reserving: 100)
        writer.int(1)
        let capacity = writer.bytes.capacity
        writer.removeAll()
        writer.int(2)
        #expect(writer.bytes == Array("2".utf8))
        #expect(writer.bytes.capacity == capacity)
    }

    @Test(arguments: [
        ("plain", #""plain""#), ("\"\\/", #""\"\\/""#), ("\u{8}\u{C}\n\r\t", #""\b\f\n\r\t""#),
        ("\u{0}\u{1F}\u{7F}", "\"\\u0000\\u001f\u{7F}\""),
        ("a\u{2028}b\u{2029}", #""a\u2028b\u2029""#),
        ("\u{2027}\u{202A}\u{E2}", "\"\u{2027}\u{202A}\u{E2}\""), ("حکم🂡", #""حکم🂡""#),
    ])
    func `a text is escaped where it must be`(text: String, json: String) throws {
        var writer = JSONWriter()
        writer.string(text)
        #expect(String(decoding: writer.bytes, as: UTF8.self) == json)
        #expect(try JSONValue.parse(writer.bytes) == .string(text))
        writer.removeAll()
        writer.string(text[...])
        #expect(String(decoding: writer.bytes, as: UTF8.self) == json)
    }

    @Test func `integers of every width are written whole`() {
        var writer = JSONWriter()
        writer.beginArray()
        writer.int(UInt8.max)
        writer.int(Int8.min)
        writer.int(Int64.min)
        writer.int(UInt64.max)
        writer.int(Int128.min)
        writer.int(0)
        writer.endArray()
        #expect(
            String(decoding: writer.bytes, as: UTF8.self)
                == "[255,-128,-9223372036854775808,18446744073709551615,"
                + "-170141183460469231731687303715884105728,0]")
    }

    @Test(arguments: [
        0, -0.0, 0.1, 1e16, -1.5e-300, .leastNonzeroMagnitude, .greatestFiniteMagnitude,
        .leastNormalMagnitude,
    ])
    func `a double comes back exactly`(value: Double) throws {
        #expect(try JSONValue.parse(JSONValue.double(value).bytes) == .double(value))
    }

    @Test(arguments: [Double.infinity, -.infinity, .nan])
    func `what JSON has no number for is null`(value: Double) {
        #expect(JSONValue.double(value).bytes == Array("null".utf8))
    }
}
