import Testing
import YAML

@Suite struct YAMLValueTests {
    private func value(_ text: String) throws -> YAMLNode {
        try #require(try YAMLNode.parse("v: \(text)", file: "f")?["v"])
    }

    @Test(arguments: [("0", 0), ("-7", -7), ("42", 42), ("9223372036854775807", Int.max)])
    func `whole numbers are read`(text: String, expected: Int) throws {
        #expect(try value(text).int() == expected)
    }

    @Test(arguments: [
        "", "~", "x", "1.0", "010", "-010", "0x10", "0o7", "1_000", "+1", "1e3", "'1'", "--1",
        "9223372036854775808", "٣", "[1]", "{a: 1}",
    ])
    func `what only resembles a whole number is refused`(text: String) throws {
        let node = try value(text)
        #expect(problem { () throws(YAMLError) in try node.int() } != nil)
    }

    @Test(arguments: [("0", 0.0), ("-1.5", -1.5), ("2e3", 2000.0), (".5", 0.5), ("0.25", 0.25)])
    func `numbers are read`(text: String, expected: Double) throws {
        #expect(try value(text).double() == expected)
    }

    @Test(arguments: ["nan", ".nan", "inf", ".inf", "1e999", "0x1p3", "1,5", "5%", "'1'", "e", ""])
    func `what is no finite number is refused`(text: String) throws {
        let node = try value(text)
        #expect(problem { () throws(YAMLError) in try node.double() } != nil)
    }

    @Test func `a number outside of its range is refused with the range`() throws {
        let node = try value("70000")
        #expect(
            problem { () throws(YAMLError) in try node.int(in: 0...65_535) }
                == "f:1:4: 70000 is not from 0 to 65535")
        #expect(
            problem { () throws(YAMLError) in try node.double(in: 0...1) }
                == "f:1:4: 70000.0 is not from 0.0 to 1.0")
    }

    @Test func `only true and false are truth values`() throws {
        #expect(try value("true").bool())
        #expect(try !value("false").bool())
        for text in ["yes", "no", "on", "off", "True", "1", "'true'", ""] {
            let node = try value(text)
            #expect(problem { () throws(YAMLError) in try node.bool() } != nil, "\(text)")
        }
    }

    @Test(arguments: [
        ("0", Duration.zero), ("0s", .zero), ("250us", .microseconds(250)),
        ("500ms", .milliseconds(500)), ("1.4s", .milliseconds(1400)), ("20s", .seconds(20)),
        ("1.5m", .seconds(90)), ("2h", .seconds(7200)), ("7d", .seconds(604_800)),
        ("0.000001s", .microseconds(1)),
    ])
    func `times are read with their unit`(text: String, expected: Duration) throws {
        #expect(try value(text).duration() == expected)
        #expect(Duration(text: expected.text) == expected)
    }

    @Test(arguments: [
        "", "5", "-5s", "s", ".5s", "5.s", "1.2.3s", "5 s", "5S", "5sec", "1h30m", "999999999d",
        "1.5\u{301}s", "٣s", "1000000000s", "1.0000000001s",
    ])
    func `what is no time is refused`(text: String) {
        #expect(Duration(text: text) == nil)
    }

    @Test(arguments: [
        (Duration.zero, "0"), (.milliseconds(1400), "1400ms"), (.seconds(90), "90s"),
        (.seconds(120), "2m"), (.seconds(86_400), "1d"), (.microseconds(7), "7us"),
    ])
    func `a time is written with its largest whole unit`(duration: Duration, expected: String) {
        #expect(duration.text == expected)
    }

    @Test func `an error says what stands there and what belongs there`() throws {
        let wanted: [(String, String)] = [
            ("", "nothing where text belongs"), ("[1]", "a list where text belongs"),
            ("{a: 1}", "keys with values where text belongs"),
        ]
        for (text, reason) in wanted {
            let node = try value(text)
            #expect(
                problem { () throws(YAMLError) in try node.string() }?.hasSuffix(reason) == true)
        }
        let text = try value("'12'")
        #expect(
            problem { () throws(YAMLError) in try text.int() }
                == "f:1:4: the text '12' where a whole number belongs")
        #expect(
            problem { () throws(YAMLError) in try text.sequence() }
                == "f:1:4: the text '12' where a list belongs")
    }

    @Test func `an unknown key is refused where it stands, with the one that was meant`() throws {
        let root = try #require(try YAMLNode.parse("mode: all\nplayrs: x", file: "f"))
        #expect(
            problem { () throws(YAMLError) in try root.mapping(knowing: ["mode", "players"]) }
                == "f:2:1: unknown key 'playrs'; did you mean players?")
        #expect(
            problem { () throws(YAMLError) in try root.mapping(knowing: ["mode", "zone"]) }
                == "f:2:1: unknown key 'playrs'; known here: mode, zone")
        #expect(try root.mapping(knowing: ["playrs", "mode"]).map(\.key) == ["mode", "playrs"])
    }
}
