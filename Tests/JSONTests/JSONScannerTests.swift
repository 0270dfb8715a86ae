import Testing

@testable import JSON

@Suite struct JSONScannerTests {
    @Test func `members are walked in order, and what is not read is skipped`() throws {
        let bytes = Array(
            #" { "type" : "play", "x": {"type":[1,"}",{}]}, "id": 7 ,"none":null, "ok":true} "#.utf8
        )
        var scanner = try JSONScanner(bytes.span.bytes)
        var (keys, id, ok, isPlay, isNull) = ([String](), Int64(0), false, false, false)
        try scanner.enterObject()
        while scanner.nextMember() {
            keys.append(scanner.key())
            if scanner.key(is: "type") { isPlay = try scanner.string(is: "play") }
            if scanner.key(is: "id") { id = try scanner.int() }
            if scanner.key(is: "none") { isNull = scanner.null() }
            if scanner.key(is: "ok") { ok = try scanner.bool() }
        }
        #expect(keys == ["type", "x", "id", "none", "ok"])
        let after = scanner.kind
        #expect(isPlay && id == 7 && isNull && ok && after == nil)
    }

    @Test func `objects and arrays inside are walked, and left at their end`() throws {
        let bytes = Array(#"{"a":{"b":[10,[],{"c":20},30],"d":{}},"e":40}"#.utf8)
        var scanner = try JSONScanner(bytes.span.bytes)
        var numbers: [Int64] = []
        try scanner.enterObject()
        while scanner.nextMember() {
            guard scanner.kind == .object else {
                numbers.append(try scanner.int())
                continue
            }
            try scanner.enterObject()
            while scanner.nextMember() {
                if scanner.key(is: "b") {
                    try scanner.enterArray()
                    while scanner.nextElement() {
                        if scanner.kind == .number { numbers.append(try scanner.int()) }
                    }
                }
            }
        }
        #expect(numbers == [10, 30, 40])
    }

    @Test func `a key and a text are compared with their escapes undone`() throws {
        let bytes = Array(#"{"t\u0079pe":"\u0070lay\ud83c\udca1","typ":"","typed":"pla"}"#.utf8)
        var scanner = try JSONScanner(bytes.span.bytes)
        var found: [Bool] = []
        try scanner.enterObject()
        while scanner.nextMember() {
            found.append(scanner.key(is: "type"))
            found.append(scanner.key(is: "typ"))
            if try scanner.string(is: "play") { Issue.record("it goes on after play") }
            found.append(try scanner.string(is: "play🂡"))
        }
        #expect(found == [true, false, true, false, true, false, false, false, false])
    }

    @Test(
        arguments: [
            ("0", 0), ("-0", 0), ("42", 42), ("9223372036854775807", .max),
            ("-9223372036854775808", .min),
        ] as [(String, Int64)])
    func `a whole number is read exactly`(text: String, value: Int64) throws {
        let bytes = Array(text.utf8)
        var scanner = try JSONScanner(bytes.span.bytes)
        #expect(try scanner.int() == value)
    }

    @Test(
        arguments: [
            ("1.5", .notAnInteger(at: 0)), ("1.0", .notAnInteger(at: 0)),
            ("1e2", .notAnInteger(at: 0)),
            ("1e999", .notAnInteger(at: 0)), ("99999999999999999999.5", .notAnInteger(at: 0)),
            ("9223372036854775808", .outOfRange(at: 0)),
            ("-9223372036854775809", .outOfRange(at: 0)),
            (" 99999999999999999999999999999", .outOfRange(at: 1)),
            ("\"1\"", .mismatch(expected: .number, found: .string, at: 0)),
            ("null", .mismatch(expected: .number, found: .null, at: 0)),
            ("[1]", .mismatch(expected: .number, found: .array, at: 0)),
            ("1 1", .syntax(.trailingBytes, at: 2)),
        ] as [(String, JSONError)])
    func `what is no whole number of 64 bits is told apart`(text: String, error: JSONError) {
        #expect(refusal(of: text) { (scanner) throws(JSONError) in try scanner.int() } == error)
    }

    @Test func `a number outside the caller's range stays to be read as something else`() throws {
        let bytes = Array("4".utf8)
        var scanner = try JSONScanner(bytes.span.bytes)
        var thrown: JSONError?
        do { _ = try scanner.int(in: 0...3) } catch { thrown = error }
        #expect(thrown == .outOfRange(at: 0))
        #expect(try scanner.int(in: 0...4) == 4)
    }

    @Test(arguments: [
        ("1.5", 1.5), ("-2e-3", -0.002), ("10", 10), ("2.2250738585072014e-308", 0x1p-1022),
    ])
    func `a double is the nearest one`(text: String, value: Double) throws {
        let bytes = Array(text.utf8)
        var scanner = try JSONScanner(bytes.span.bytes)
        #expect(try scanner.double() == value)
    }

    @Test func `values of other kinds than asked for are refused by name`() {
        #expect(
            refusal(of: "1e999") { (scanner) throws(JSONError) in try scanner.double() }
                == .outOfRange(at: 0))
        #expect(
            refusal(of: "1") { (scanner) throws(JSONError) in try scanner.string() }
                == .mismatch(expected: .string, found: .number, at: 0))
        #expect(
            refusal(of: "{}") { (scanner) throws(JSONError) in try scanner.bool() }
                == .mismatch(expected: .bool, found: .object, at: 0))
        #expect(
            refusal(of: "[]") { (scanner) throws(JSONError) in try scanner.enterObject() }
                == .mismatch(expected: .object, found: .array, at: 0))
        #expect(
            refusal(of: "true") { (scanner) throws(JSONError) in try scanner.enterArray() }
                == .mismatch(expected: .array, found: .bool, at: 0))
    }

    @Test func `a short text is one word, and a longer or foreign one is none`() throws {
        let bytes = Array(#"["AS","\u0041S","eight888","nine99999","é","A\u0000","",1]"#.utf8)
        var scanner = try JSONScanner(bytes.span.bytes)
        try scanner.enterArray()
        var words: [UInt64?] = []
        while scanner.nextElement(), scanner.kind == .string {
            words.append(try scanner.shortASCII())
        }
        #expect(
            words == [
                JSONScanner.word("AS"), JSONScanner.word("AS"), JSONScanner.word("eight888"), nil,
                nil, nil, 0,
            ])
        #expect(JSONScanner.word("AS") == 0x5341)
    }
}
