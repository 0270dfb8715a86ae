extension Zone {
    /// Reads a compiled time zone (TZif, RFC 8536), of any version. nil for anything else: each
    /// count is checked against the bytes before it is used.
    package init?(name: String, file bytes: [UInt8]) {
        guard bytes.count <= Limits.zoneBytesMax, let first = ZoneFile.Header(bytes, at: 0) else {
            return nil
        }
        let firstBody = ZoneFile.Header.byteCount
        guard first.version >= UInt8(ascii: "2") else {
            guard let data = first.transitions(bytes, at: firstBody, timeBytes: 4) else {
                return nil
            }
            self.init(
                name: name, transitions: data.transitions, earliestOffset: data.earliest, rule: nil)
            return
        }
        // Version 2 and later: the same again in 64 bits, then a rule for the time after.
        let secondStart = firstBody + first.bodyBytes(timeBytes: 4)
        let secondBody = secondStart + ZoneFile.Header.byteCount
        guard let second = ZoneFile.Header(bytes, at: secondStart),
            let data = second.transitions(bytes, at: secondBody, timeBytes: 8)
        else { return nil }
        let footer = secondBody + second.bodyBytes(timeBytes: 8)
        guard footer < bytes.count, bytes[footer] == UInt8(ascii: "\n"),
            let end = bytes[(footer + 1)...].firstIndex(of: UInt8(ascii: "\n"))
        else { return nil }
        var rule: ZoneRule?
        if end > footer + 1 {
            guard let read = ZoneRule(bytes[(footer + 1)..<end]) else { return nil }
            rule = read
        }
        self.init(
            name: name, transitions: data.transitions, earliestOffset: data.earliest, rule: rule)
    }
}

/// The pieces of a TZif file.
private enum ZoneFile {
    struct Header {
        static let byteCount = 44

        let version: UInt8
        private let utcCount: Int
        private let standardCount: Int
        private let leapCount: Int
        private let timeCount: Int
        private let typeCount: Int
        private let nameBytes: Int

        init?(_ bytes: [UInt8], at start: Int) {
            guard start >= 0, start + Self.byteCount <= bytes.count,
                bytes[start..<start + 4].elementsEqual("TZif".utf8)
            else { return nil }
            version = bytes[start + 4]
            let counts = (0..<6).map { number(bytes, at: start + 20 + 4 * $0, byteCount: 4) }
            // Each count is of things that take at least a byte of the file.
            guard counts.allSatisfy({ (0...Int64(bytes.count)).contains($0) }) else { return nil }
            (utcCount, standardCount, leapCount) = (Int(counts[0]), Int(counts[1]), Int(counts[2]))
            (timeCount, typeCount, nameBytes) = (Int(counts[3]), Int(counts[4]), Int(counts[5]))
        }

        func bodyBytes(timeBytes: Int) -> Int {
            timeCount * (timeBytes + 1) + typeCount * 6 + nameBytes
                + leapCount * (timeBytes + 4) + standardCount + utcCount
        }

        func transitions(
            _ bytes: [UInt8], at start: Int, timeBytes: Int
        ) -> (transitions: [Zone.Transition], earliest: Int)? {
            guard typeCount > 0, start + bodyBytes(timeBytes: timeBytes) <= bytes.count else {
                return nil
            }
            let indexes = start + timeCount * timeBytes
            let types = indexes + timeCount
            let offsets = (0..<typeCount).map { number(bytes, at: types + 6 * $0, byteCount: 4) }
            // RFC 8536 section 3.2: between -25 and 26 hours.
            guard offsets.allSatisfy({ (-90_000...93_600).contains($0) }) else { return nil }
            var transitions: [Zone.Transition] = []
            for index in 0..<timeCount {
                let type = Int(bytes[indexes + index])
                let at = number(bytes, at: start + index * timeBytes, byteCount: timeBytes)
                guard type < typeCount, at > transitions.last?.at ?? .min else { return nil }
                transitions.append(Zone.Transition(at: at, offset: Int(offsets[type])))
            }
            return (transitions, Int(offsets[0]))
        }
    }

    /// Two's complement, the highest byte first.
    private static func number(_ bytes: [UInt8], at start: Int, byteCount: Int) -> Int64 {
        var value: Int64 = bytes[start] & 0x80 == 0 ? 0 : -1
        for byte in bytes[start..<start + byteCount] { value = value << 8 | Int64(byte) }
        return value
    }
}
