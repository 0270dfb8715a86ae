import Gateway
import Random
import Testing

@Suite struct FrameParserTests {
    /// Bytes, and the frames that they are.
    static let table: [(name: String, bytes: [UInt8], frames: [Frame])] = [
        ("empty text", textFrame(""), [.message(.text)]),
        ("125 bytes", textFrame(String(repeating: "a", count: 125)), [.message(.text)]),
        ("126 bytes", textFrame(String(repeating: "a", count: 126)), [.message(.text)]),
        ("at the limit", textFrame(String(repeating: "a", count: 4096)), [.message(.text)]),
        ("over it", textFrame(String(repeating: "a", count: 4097)), [.fail(.messageTooBig)]),
        (
            "fragments over it",
            frame(0x1, Array(repeating: 0x61, count: 4096), isFinal: false) + frame(0x0, [0x61]),
            [.fail(.messageTooBig)]
        ),
        ("huge length", [0x81, 0xFF] + bigEndian(UInt64(1) << 62), [.fail(.messageTooBig)]),
        ("length with the top bit", [0x81, 0xFF] + bigEndian(UInt64(1) << 63), [protocolError]),
        ("16-bit length not shortest", [0x81, 0xFE, 0x00, 0x7D], [protocolError]),
        ("64-bit length not shortest", [0x81, 0xFF] + bigEndian(UInt64(65_535)), [protocolError]),
        ("binary", frame(0x2, [0xFF, 0x00]), [.message(.binary)]),
        (
            "two fragments", textFrame("ab", isFinal: false) + frame(0x0, [0x63]), [.message(.text)]
        ),
        (
            "a ping between fragments",
            textFrame("ab", isFinal: false) + frame(0x9, [0x70]) + frame(0x0, [0x63]),
            [.ping, .message(.text)]
        ),
        (
            "empty fragments",
            textFrame("", isFinal: false) + frame(0x0, isFinal: false) + frame(0x0),
            [.message(.text)]
        ),
        (
            "a character across fragments",
            frame(0x1, [0xD8], isFinal: false) + frame(0x0, [0xB3]), [.message(.text)]
        ),
        ("half a character", frame(0x1, [0x61, 0xD8]), [.fail(.invalidText)]),
        (
            "bad text in an unfinished frame", Array(frame(0x1, [0xC0, 0x80, 0x61]).dropLast(2)),
            [.fail(.invalidText)]
        ),
        ("binary need not be text", frame(0x2, [0xC0]), [.message(.binary)]),
        ("continuation of nothing", frame(0x0, [0x61]), [protocolError]),
        ("text within fragments", textFrame("a", isFinal: false) + textFrame("b"), [protocolError]),
        ("reserved bit 1", frame(0x1, reserved: 4), [protocolError]),
        ("reserved bit 2", frame(0x1, reserved: 2), [protocolError]),
        ("reserved bit 3", frame(0x9, reserved: 1), [protocolError]),
        ("reserved opcode", frame(0x3), [protocolError]),
        ("reserved control opcode", frame(0xB), [protocolError]),
        ("unmasked", frame(0x1, [0x61], isMasked: false), [protocolError]),
        ("ping of 125", frame(0x9, Array(repeating: 1, count: 125)), [.ping]),
        ("ping of 126", frame(0x9, Array(repeating: 1, count: 126)), [protocolError]),
        ("ping in fragments", frame(0x9, isFinal: false), [protocolError]),
        ("pong", frame(0xA, [1, 2]), [.pong]),
        ("close without a code", frame(0x8), [.close(nil)]),
        ("close of one byte", frame(0x8, [0x03]), [protocolError]),
        ("close", closeFrame(1000, "bye"), [.close(.normal)]),
        ("close with bad text", frame(0x8, [0x03, 0xE8, 0xC0]), [.fail(.invalidText)]),
        ("close with half a character", frame(0x8, [0x03, 0xE8, 0xD8]), [.fail(.invalidText)]),
        ("nothing after a failure", frame(0x3) + textFrame("a"), [protocolError]),
        ("two messages", textFrame("a") + textFrame("b"), [.message(.text), .message(.text)]),
    ]
    static let protocolError = Frame.fail(.protocolError)

    @Test(arguments: table.map(\.name))
    func `each sequence of frames has its decisions`(name: String) throws {
        let (_, bytes, frames) = try #require(Self.table.first { $0.name == name })
        #expect(Transcript(bytes).frames == frames)
    }

    @Test func `a payload comes out unmasked at every length and every cut`() {
        for length in 0..<40 {
            let payload = (0..<length).map { UInt8($0 + 0x41) }
            let bytes = frame(0x1, payload, key: [1, 2, 3, 4])
            for cut in 0...bytes.count {
                let transcript = Transcript([bytes[..<cut], bytes[cut...]])
                #expect(transcript.lines == [.init(frame: .message(.text), payload: payload)])
            }
        }
    }

    @Test func `a message is the sum of its fragments and control frames stand apart`() {
        let bytes =
            textFrame("سل", isFinal: false) + frame(0x9, [7, 8]) + frame(0x0, Array("ام".utf8))
            + closeFrame(4321, "تمام")
        let transcript = Transcript(bytes)
        #expect(transcript.frames == [.ping, .message(.text), .close(CloseCode(rawValue: 4321))])
        #expect(transcript.lines[0].payload == [7, 8])
        #expect(transcript.lines[1].payload == Array("سلام".utf8))
    }

    @Test func `where the bytes are cut makes no difference`() {
        let streams =
            Self.table.map(\.bytes) + [
                Self.table.filter { $0.frames.count == 1 && $0.bytes.count < 200 }
                    .filter { if case .message = $0.frames[0] { true } else { false } }
                    .flatMap(\.bytes)
            ]
        for bytes in streams {
            let whole = Transcript(bytes)
            for cut in 0...bytes.count where bytes.count < 300 || cut % 97 == 0 {
                #expect(Transcript([bytes[..<cut], bytes[cut...]]) == whole)
            }
            #expect(Transcript(bytes.indices.map { bytes[$0...$0] }) == whole)
        }
    }

    @Test(
        arguments: [
            1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999,
            4000,
            4999,
        ] as [UInt16])
    func `a close code that may be sent is taken`(code: UInt16) {
        #expect(Transcript(closeFrame(code)).frames == [.close(CloseCode(rawValue: code))])
    }

    @Test(
        arguments: [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535]
            as [UInt16])
    func `a close code that must not be sent is a protocol error`(code: UInt16) {
        #expect(Transcript(closeFrame(code)).frames == [.fail(.protocolError)])
    }

    @Test func `binary is refused by its first byte where it is not taken`() {
        let bytes = [frame(0x2, [1, 2, 3])[0]]
        #expect(Transcript(bytes, binary: false).frames == [.fail(.unacceptableData)])
    }

    @Test func `a large message comes in small pieces`() {
        let payload = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let bytes = frame(0x2, payload)
        let pieces = stride(from: 0, to: bytes.count, by: 2048).map {
            bytes[$0..<min($0 + 2048, bytes.count)]
        }
        let transcript = Transcript(pieces, messageBytesMax: 1 << 20)
        #expect(transcript.lines == [.init(frame: .message(.binary), payload: payload)])
    }

    @Test func `mutated bytes never trap and mean the same however they are cut`() {
        let seed = testSeed()
        var random = SplitMix64(seed: seed)
        let seeds = Self.table.map(\.bytes).filter { $0.count < 300 }
        for round in 0..<20_000 {
            var bytes = (0..<Int.random(in: 1...3, using: &random)).flatMap { _ in
                seeds.randomElement(using: &random) ?? []
            }
            for _ in 0..<Int.random(in: 0...4, using: &random) where !bytes.isEmpty {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                case 2: bytes.remove(at: place)
                default: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
                }
            }
            var pieces: [ArraySlice<UInt8>] = []
            var rest = bytes[...]
            while !rest.isEmpty {
                pieces.append(rest.prefix(Int.random(in: 1...20, using: &random)))
                rest = rest.dropFirst(pieces[pieces.count - 1].count)
            }
            guard Transcript(pieces) != Transcript(bytes) else { continue }
            Issue.record("SEED=\(seed), round \(round): \(bytes)")
        }
    }
}
