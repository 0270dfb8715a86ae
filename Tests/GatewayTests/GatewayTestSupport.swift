import Gateway
import Glibc
import NIOCore
import Testing

/// `SEED=n` replays a run; otherwise each is its own. Put it into the failure's comment.
func testSeed() -> UInt64 {
    getenv("SEED").flatMap { UInt64(String(cString: $0)) } ?? .random(in: 0...UInt64.max)
}

/// A client's frame, masked.
func frame(
    _ opcode: UInt8, _ payload: [UInt8] = [], isFinal: Bool = true, reserved: UInt8 = 0,
    key: [UInt8] = [0x37, 0xFA, 0x21, 0x3D], isMasked: Bool = true
) -> [UInt8] {
    var bytes = [(isFinal ? 0x80 : 0) | reserved << 4 | opcode]
    let mask: UInt8 = isMasked ? 0x80 : 0
    switch payload.count {
    case ..<126: bytes.append(mask | UInt8(payload.count))
    case ..<65_536: bytes += [mask | 126] + bigEndian(UInt16(payload.count))
    default: bytes += [mask | 127] + bigEndian(UInt64(payload.count))
    }
    guard isMasked else { return bytes + payload }
    return bytes + key + payload.enumerated().map { $1 ^ key[$0 % 4] }
}

func textFrame(_ text: String, isFinal: Bool = true) -> [UInt8] {
    frame(0x1, Array(text.utf8), isFinal: isFinal)
}

func closeFrame(_ code: UInt16, _ reason: String = "") -> [UInt8] {
    frame(0x8, bigEndian(code) + Array(reason.utf8))
}

func bigEndian(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.bigEndian) { Array($0) }
}

/// What a parser made of some bytes: the frames, and each one's payload.
struct Transcript: Equatable, CustomStringConvertible {
    struct Line: Equatable {
        var frame: Frame
        var payload: [UInt8]
    }
    var lines: [Line] = []

    var frames: [Frame] { lines.map(\.frame) }
    var description: String {
        lines.map { "\($0.frame) \(String(decoding: $0.payload, as: UTF8.self).prefix(40))" }
            .joined(separator: ", ")
    }

    /// Parses pieces one after the other.
    init(_ pieces: [ArraySlice<UInt8>], messageBytesMax: Int = 4096, binary: Bool = true) {
        var parser = FrameParser(.init(messageBytesMax: messageBytesMax, binary: binary))
        for piece in pieces {
            // An array of its own, so that reading beyond its end is not reading the next piece.
            let bytes = Array(piece)
            var index = 0
            while let frame = parser.next(bytes.span.bytes, from: &index) {
                lines.append(Line(frame: frame, payload: parser.payload.array))
            }
            if index != bytes.count { Issue.record("bytes were left over") }
        }
    }

    init(_ bytes: [UInt8], messageBytesMax: Int = 4096, binary: Bool = true) {
        self.init([bytes[...]], messageBytesMax: messageBytesMax, binary: binary)
    }
}

extension RawSpan {
    var array: [UInt8] { withUnsafeBytes { Array($0) } }
}
