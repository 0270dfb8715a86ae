import Testing
import YAML

@Suite struct YAMLNodeTests {
    @Test func `every node knows its line and column`() throws {
        let root = try #require(
            try YAMLNode.parse("a: 1\nb:\n  - x\n  -   {c: d}\n", file: "f.yaml"))
        #expect(root.mark == Mark(file: "f.yaml", line: 1, column: 1))
        let list = try #require(root["b"]).sequence()
        #expect(list[0].mark == Mark(file: "f.yaml", line: 3, column: 5))
        let inner = try list[1].mapping()
        #expect(inner[0].keyMark == Mark(file: "f.yaml", line: 4, column: 8))
        #expect(inner[0].value.mark.description == "f.yaml:4:11")
    }

    @Test func `columns count characters, not bytes`() throws {
        let root = try #require(try YAMLNode.parse("{حکم: ♠, b: c}", file: "f"))
        #expect(try root.mapping()[1].keyMark.column == 10)
    }

    @Test(arguments: ["", "\n\n", "# only a comment\n", "\u{FEFF}", "\u{FEFF}# comment"])
    func `a file without a document is nothing, not an error`(text: String) throws {
        #expect(try YAMLNode.parse(text, file: "f") == nil)
    }

    @Test func `a byte-order mark before a document is passed over`() throws {
        let root = try #require(try YAMLNode.parse("\u{FEFF}a: b", file: "f"))
        #expect(try root["a"]?.string() == "b")
    }

    @Test func `quotation marks keep a number text`() throws {
        let root = try #require(
            try YAMLNode.parse("a: 07\nb: '7'\nc: \"7\"\nd: |\n  7\n", file: "f"))
        for key in ["a", "b", "c", "d"] {
            #expect(problem { () throws(YAMLError) in try root[key]?.int() } != nil)
        }
        #expect(try root["a"]?.string() == "07")
        #expect(try root["b"]?.string() == "7")
        #expect(root["b"]?.content == .scalar("7", .quoted))
    }

    @Test(arguments: [
        ("a: 1\nb: 2\na: 3", "f:3:1: key 'a' a second time; it stands in line 1"),
        ("{a: 1, 'a': 2}", "f:1:8: key 'a' a second time; it stands in line 1"),
        ("x:\n  <<: {a: 1}", "f:2:3: merge keys (<<) are not supported"),
        ("? [a]\n: b", "f:1:3: a key must be plain text"),
        ("'': b", "f:1:1: a key is empty"),
        (
            "a: &x 1",
            "f:1:4: anchors and aliases (& and *) are not supported; quote text that begins so"
        ),
        (
            "a: *x",
            "f:1:4: anchors and aliases (& and *) are not supported; quote text that begins so"
        ),
        (
            "&x a: b",
            "f:1:1: anchors and aliases (& and *) are not supported; quote text that begins so"
        ),
        ("a: !!str 1", "f:1:4: tags (!) are not supported; quote text that begins so"),
        ("a: !x {}", "f:1:4: tags (!) are not supported; quote text that begins so"),
        ("a: ! 1", "f:1:4: tags (!) are not supported; quote text that begins so"),
        ("%TAG ! tag:x:\n---\na: 1", "f:1:1: tags are not supported"),
        ("a: 1\n---\nb: 2", "f:2:1: a second document; a file holds one"),
        ("a: 1\n...\n...\nb: 2", "f:4:1: did not find expected <document start>"),
    ])
    func `what could surprise is refused with its place`(text: String, expected: String) {
        #expect(problem(text) == expected)
    }

    @Test(arguments: [
        ("a: b: c", "f:1:5: mapping values are not allowed in this context"),
        (
            "a: 'b",
            "f:1:6: found unexpected end of stream, while scanning a quoted scalar from line 1"
        ),
        (
            "a:\n\t- b",
            "f:2:1: found character that cannot start any token, while scanning for the next token from line 2"
        ),
        (
            "a: [1, 2",
            "f:2:1: did not find expected ',' or ']', while parsing a flow sequence from line 1"
        ),
        ("a: 1\n b: 2", "f:2:3: mapping values are not allowed in this context"),
        (
            "a: \"\\q\"",
            "f:1:5: found unknown escape character, while parsing a quoted scalar from line 1"
        ),
        ("a: b\n\u{1}", "f:2:1: control characters are not allowed"),
    ])
    func `a mistake is reported where it stands`(text: String, expected: String) {
        #expect(problem(text) == expected)
    }

    @Test(arguments: [
        [0xFF], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80],
    ])
    func `bytes that are not UTF-8 are refused with their line`(bytes: [UInt8]) {
        let file = Array("a: 1\nb: ".utf8) + bytes + Array(" c\n".utf8)
        let error = #expect(throws: YAMLError.self) { try YAMLNode.parse(file.span, file: "f") }
        #expect(error?.mark.line == 2)
        #expect((4...5).contains(error?.mark.column ?? 0))
    }

    @Test func `a billion laughs are refused at the first`() {
        var text = "a: &a [x, x, x, x, x, x, x, x, x]\n"
        for (level, before) in zip("bcdefghi", "abcdefgh") {
            let aliases = Array(repeating: "*\(before)", count: 9).joined(separator: ", ")
            text += "\(level): &\(level) [\(aliases)]\n"
        }
        #expect(problem(text)?.hasPrefix("f:1:4: anchors and aliases") == true)
    }

    @Test func `size, depth and count each have a limit`() {
        var limits = YAMLLimits()
        limits.bytesMax = 10
        #expect(problem("a: 4567890", limits: limits) == nil)
        #expect(
            problem("a: 45678901", limits: limits) == "f:1:1: 11 bytes, above the limit of 10")
        limits = YAMLLimits()
        limits.depthMax = 3
        #expect(problem("[[1]]", limits: limits) == nil)
        #expect(problem("[[[1]]]", limits: limits) == "f:1:4: nested deeper than 3 levels")
        limits = YAMLLimits()
        limits.nodesMax = 4
        #expect(problem("[1, 2, 3]", limits: limits) == nil)
        #expect(problem("{a: 1,\n b: 2}", limits: limits) == "f:2:5: more than 4 values")
    }

    @Test func `a file of a million brackets is refused at its first levels`() {
        let deep = String(repeating: "[", count: 1_000_000)
        #expect(problem(deep) == "f:1:33: nested deeper than 32 levels")
        let blocks = (0..<1000).map { String(repeating: " ", count: $0) + "a:" }
        #expect(problem(blocks.joined(separator: "\n"))?.hasSuffix("32 levels") == true)
    }

    @Test func `text from the file cannot drive the terminal that shows the error`() {
        let long = String(repeating: "k", count: 1000)
        #expect(problem("\"\\e[2J\": 1\n\"\\e[2J\": 2")?.contains("'\\u{1b}[2J'") == true)
        #expect(problem("\(long): 1\n\(long): 2")?.utf8.count ?? .max < 120)
    }
}
