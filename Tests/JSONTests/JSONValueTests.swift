import Random
import Testing

@testable import JSON

@Suite struct JSONValueTests {
    @Test func `a tree is parsed, asked and written back`() throws {
        let value = try JSONValue.parse(Array(sample.utf8))
        #expect(value["type"]?.string == "play")
        #expect(value["id"]?.int == 12)
        #expect(value["x"]?[1]?.double == -2_500)
        #expect(value["x"]?.array?.count == 7)
        #expect(value["deep"]?["a"]?["b"]?[0]?["c"] == 0)
        #expect(value["name"]?.string == "ح🂡کم \"\\/\u{8}\u{C}\n\r\t")
        #expect(value["nothing"] == nil && value[0] == nil && value["x"]?[7] == nil)
        #expect(try JSONValue.parse(value.bytes) == value)
    }

    @Test func `of members with one name the last counts`() throws {
        let value = try JSONValue.parse(Array(#"{"a":1,"b":2,"a":3}"#.utf8))
        #expect(value["a"] == 3)
        #expect(value.members?.count == 3)
    }

    @Test func `members are set, added and removed`() {
        var value: JSONValue = ["a": 1, "b": [nil, true, 1.5]]
        value["a"] = "x"
        value["c"] = 2
        value["b"] = nil as JSONValue?
        #expect(value.description == #"{"a":"x","c":2}"#)
    }

    @Test func `an integer beyond 64 bits is the nearest double`() throws {
        #expect(try JSONValue.parse(Array("9223372036854775808".utf8)) == .double(0x1p63))
        #expect(refusal(Array("1e400".utf8)) == .outOfRange(at: 0))
    }

    @Test func `random trees come back as they were written`() throws {
        print("seed \(seed)")
        var generator = SplitMix64(seed: seed)
        for round in 0..<2_000 {
            let value = randomValue(depth: 5, using: &generator)
            #expect(try JSONValue.parse(value.bytes) == value, "round \(round) of seed \(seed)")
        }
    }

    private func randomValue(depth: Int, using generator: inout SplitMix64) -> JSONValue {
        switch Int.random(in: depth > 0 ? 0..<7 : 0..<5, using: &generator) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &generator))
        case 2: return .int(Int64(truncatingIfNeeded: generator.next()))
        case 3:
            let value = Double(bitPattern: generator.next())
            return .double(value.isFinite ? value : 0)
        case 4: return .string(randomText(using: &generator))
        case 5:
            return .array(
                (0..<Int.random(in: 0..<5, using: &generator)).map { _ in
                    randomValue(depth: depth - 1, using: &generator)
                })
        default:
            return .object(
                (0..<Int.random(in: 0..<5, using: &generator)).map { _ in
                    JSONValue.Member(
                        randomText(using: &generator),
                        randomValue(depth: depth - 1, using: &generator))
                })
        }
    }

    private func randomText(using generator: inout SplitMix64) -> String {
        var text = ""
        for _ in 0..<Int.random(in: 0..<8, using: &generator) {
            let bound: UInt32 =
                [0x20, 0x80, 0x3000, 0x110000].randomElement(using: &generator) ?? 1
            let scalar = Unicode.Scalar(UInt32.random(in: 0..<bound, using: &generator))
            text.unicodeScalars.append(scalar ?? "\"")
        }
        return text
    }
}
