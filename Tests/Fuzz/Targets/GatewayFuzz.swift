import Gateway
import JSON

enum WebSocketFuzz {
    /// The first byte says where the rest is cut: the frames are the same however that is.
    static func parse(_ bytes: [UInt8]) {
        guard let first = bytes.first else { return }
        let rest = Array(bytes.dropFirst())
        let whole = frames(rest, pieces: rest.count)
        precondition(frames(rest, pieces: Int(first) + 1) == whole, "a cut changes the frames")
        precondition(frames(rest, pieces: 1) == whole, "a cut changes the frames")
    }

    private static func frames(_ bytes: [UInt8], pieces size: Int) -> [Frame] {
        var parser = FrameParser(
            FrameParser.Acceptance(messageBytesMax: 200, binary: bytes.count.isMultiple(of: 2)))
        var frames: [Frame] = []
        var start = 0
        while start < bytes.count {
            let piece = Array(bytes[start..<min(start + size, bytes.count)])
            start += piece.count
            var index = 0
            while let frame = parser.next(piece.span.bytes, from: &index) {
                frames.append(frame)
                precondition(parser.payload.byteCount <= 200, "a message has its bound")
            }
        }
        return frames
    }
}

enum JSONFuzz {
    static func scan(_ bytes: [UInt8]) {
        guard var scanner = try? JSONScanner(bytes.span.bytes) else { return }
        value(&scanner)
    }

    /// Reads everything, as every kind that it might be.
    private static func value(_ scanner: inout JSONScanner) {
        switch scanner.kind {
        case .object:
            guard (try? scanner.enterObject()) != nil else { return }
            while scanner.nextMember() {
                _ = scanner.key()
                _ = scanner.key(is: "seat")
                value(&scanner)
            }
        case .array:
            guard (try? scanner.enterArray()) != nil else { return }
            while scanner.nextElement() { value(&scanner) }
        case .string:
            if (try? scanner.int()) != nil { preconditionFailure("a string is no number") }
            _ = try? scanner.string()
        case .number:
            if (try? scanner.int()) == nil, (try? scanner.double()) == nil { scanner.skip() }
        case .bool: _ = try? scanner.bool()
        case .null: _ = scanner.null()
        case nil: break
        }
    }
}
