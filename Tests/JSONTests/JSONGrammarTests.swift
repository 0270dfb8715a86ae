import Random
import Testing

@testable import JSON

@Suite struct JSONGrammarTests {
    @Test(arguments: [
        "0", "-0", "1", "-1", "10", "1.5", "1.05", "-0.0", "1e1", "1E1", "1e+1", "1e-1", "0e0",
        "123456789012345678901234567890", "1.7976931348623157e308", "\"\"", "\"a\"", "true",
        "false",
        "null", "[]", "{}", "[ ]", "{ }", " \t\r\n[ \t\r\n1 , 2 ] ", "[[],[]]", "[{},{}]",
        #"{"":0}"#, #"{"a":1,"a":2}"#, #"{"a":[],"b":{}}"#, #""\u0000""#, #""\u00e9\u00E9""#,
        #""\ud83d\ude00""#, #""\"\\\/\b\f\n\r\t""#, "\"\u{7F}\"", "\"\u{80}\u{7FF}\u{800}\"",
        "\"\u{D7FF}\u{E000}\u{FFFF}\"", "\"\u{10000}\u{10FFFF}\"", "\"\u{2028}\u{2029}\"",
    ])
    func `what RFC 8259 allows is accepted`(text: String) {
        #expect(refusal(Array(text.utf8)) == nil)
    }

    @Test(
        arguments: [
            ("", .endedEarly), (" ", .endedEarly), ("[", .endedEarly), ("[1", .endedEarly),
            ("[1,", .endedEarly), ("{", .endedEarly), (#"{"a"#, .endedEarly),
            (#"{"a""#, .endedEarly),
            (#"{"a":"#, .endedEarly), (#"{"a":1"#, .endedEarly), ("tru", .endedEarly),
            ("-", .endedEarly), ("1.", .endedEarly), ("1e", .endedEarly), ("1e+", .endedEarly),
            ("\"", .endedEarly), (#""\"#, .endedEarly), (#""\u12"#, .endedEarly),
            ("[1,]", .unexpectedByte), ("[,1]", .unexpectedByte), ("[,]", .unexpectedByte),
            ("[1 2]", .unexpectedByte), ("[1}", .unexpectedByte), ("{]", .unexpectedByte),
            (#"{"a":1,}"#, .unexpectedByte), (#"{"a" 1}"#, .unexpectedByte),
            (#"{"a":1]"#, .unexpectedByte), ("{1:1}", .unexpectedByte), ("{a:1}", .unexpectedByte),
            ("{'a':1}", .unexpectedByte), (#"{"a"}"#, .unexpectedByte),
            (#"{"a":}"#, .unexpectedByte),
            (#"{"a"::1}"#, .unexpectedByte), ("+1", .unexpectedByte), (".5", .unexpectedByte),
            ("NaN", .unexpectedByte), ("Infinity", .unexpectedByte), ("[1,//\n2]", .unexpectedByte),
            ("]", .unexpectedByte), ("}", .unexpectedByte), (",", .unexpectedByte),
            ("\u{FEFF}1", .unexpectedByte), ("\u{A0}1", .unexpectedByte),
            ("\u{0}", .unexpectedByte),
            ("True", .unexpectedByte), ("\u{B}1", .unexpectedByte),
            ("truE", .badLiteral), ("nul1", .badLiteral), ("fals ", .badLiteral),
            ("01", .badNumber), ("-01", .badNumber), ("00", .badNumber), ("1.e1", .badNumber),
            ("1.-1", .badNumber), ("-a", .badNumber), ("--1", .badNumber), ("1ee1", .badNumber),
            ("-Infinity", .badNumber), ("1e1.5", .trailingBytes), ("0x1", .trailingBytes),
            ("1 2", .trailingBytes), ("1,", .trailingBytes), ("{}{}", .trailingBytes),
            ("[]]", .trailingBytes), ("1a", .trailingBytes), ("null\u{0}", .trailingBytes),
            (#""\a""#, .badEscape), (#""\'""#, .badEscape), (#""\U0041""#, .badEscape),
            (#""\u00g0""#, .badEscape), (#""\u+123""#, .badEscape), (#""\u 123""#, .badEscape),
            (#""\x41""#, .badEscape), ("\"\\\n\"", .badEscape),
            (#""\ud800""#, .loneSurrogate), (#""\udc00""#, .loneSurrogate),
            (#""\ud800\ud800""#, .loneSurrogate), (#""\ud800x""#, .loneSurrogate),
            (#""\ud800\n""#, .loneSurrogate), (#""\ud800\u0041""#, .loneSurrogate),
            (#""\udc00\ud800""#, .loneSurrogate),
            ("\"\n\"", .controlCharacter), ("\"\u{0}\"", .controlCharacter),
            ("\"\u{1F}\"", .controlCharacter), ("{\"a\t\":1}", .controlCharacter),
        ] as [(String, JSONError.Fault)])
    func `what RFC 8259 forbids is refused, and said why`(text: String, fault: JSONError.Fault) {
        let error = refusal(Array(text.utf8))
        guard case .syntax(let found, at: let offset) = error else {
            Issue.record("accepted, or not a syntax error: \(String(describing: error))")
            return
        }
        #expect(found == fault)
        #expect(offset <= text.utf8.count)
    }

    @Test(
        arguments: [
            [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC2, 0x22], [0xC3, 0xC3],
            [0xE0, 0x9F, 0xBF],
            [0xE2, 0x82], [0xE2, 0x82, 0x7F], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF],
            [0xF0, 0x8F, 0xBF, 0xBF], [0xF0, 0x90, 0x80], [0xF4, 0x90, 0x80, 0x80],
            [0xF5, 0x80, 0x80, 0x80], [0xFE], [0xFF], [0xF8, 0x88, 0x80, 0x80, 0x80],
        ] as [[UInt8]])
    func `bytes that are not UTF-8 are refused in values and keys`(bytes: [UInt8]) {
        let quoted = [UInt8(ascii: "\"")] + bytes + [UInt8(ascii: "\"")]
        #expect(refusal(quoted) == .syntax(.badUTF8, at: 1))
        #expect(refusal(Array("{".utf8) + quoted + Array(":1}".utf8)) == .syntax(.badUTF8, at: 2))
    }

    @Test func `every scalar of Unicode is accepted as it is`() throws {
        for start in stride(from: UInt32(0x20), through: 0x10FFFF, by: 512) {
            let text = (start..<start + 512).compactMap(Unicode.Scalar.init)
                .filter { $0 != "\"" && $0 != "\\" }
                .reduce(into: "") { $0.unicodeScalars.append($1) }
            #expect(try JSONValue.parse(Array("\"\(text)\"".utf8)) == .string(text))
        }
    }

    @Test(arguments: [0, 1, 15, 16, 63, 64])
    func `nesting is allowed up to the limit and refused beyond`(depthMax: Int) {
        func nest(_ depth: Int, _ open: String, _ close: String) -> [UInt8] {
            Array(
                (String(repeating: open, count: depth) + "0"
                    + String(repeating: close, count: depth))
                    .utf8)
        }
        #expect(refusal(nest(depthMax, "[", "]"), depthMax: depthMax) == nil)
        #expect(refusal(nest(depthMax, #"{"a":"#, "}"), depthMax: depthMax) == nil)
        #expect(refusal(nest(depthMax + 1, "[", "]"), depthMax: depthMax) == .tooDeep(at: depthMax))
        #expect(
            refusal(nest(depthMax + 1, #"{"a":"#, "}"), depthMax: depthMax)
                == .tooDeep(at: depthMax * 5))
    }

    @Test func `a hundred thousand brackets are refused at the limit`() {
        #expect(refusal([UInt8](repeating: UInt8(ascii: "["), count: 100_000)) == .tooDeep(at: 16))
    }

    @Test func `no truncation of a text is accepted`() throws {
        let whole = Array(sample.utf8)
        #expect(refusal(whole) == nil)
        for length in 0..<whole.count {
            #expect(refusal(Array(whole[..<length]))?.isSyntax == true, "cut at \(length)")
        }
    }

    @Test func `no mutation of a text traps, and what is accepted comes back the same`() throws {
        print("seed \(seed)")
        var generator = SplitMix64(seed: seed)
        let whole = Array(sample.utf8)
        let tokens = Array(#"{}[]",:\/ue0-+.1tfn"#.utf8) + [0, 0x1F, 0x80, 0xC3, 0xE2, 0xED, 0xF4]
        var accepted = 0
        for round in 0..<100_000 {
            var mutant = whole
            for _ in 0...Int.random(in: 0..<3, using: &generator) {
                let index = Int.random(in: 0..<mutant.count, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: mutant[index] = UInt8.random(in: 0...255, using: &generator)
                case 1: mutant[index] = tokens.randomElement(using: &generator) ?? 0
                case 2: mutant.remove(at: index)
                default: mutant.insert(tokens.randomElement(using: &generator) ?? 0, at: index)
                }
            }
            guard let value = try? JSONValue.parse(mutant) else { continue }
            accepted += 1
            let again = try JSONValue.parse(value.bytes)
            #expect(again == value, "round \(round) of seed \(seed)")
        }
        #expect(accepted > 1_000)
    }
}
