/// What a frame of events tells everybody, as a number: without the cards that are one seat's, and
/// without the time that is left. FNV-1a (Fowler, Noll, Vo) over the rest of its bytes.
enum EventDigest {
    private static let cards = Array(#",{"type":"cards""#.utf8)
    private static let deadline = Array(#""deadline_ms":"#.utf8)
    private static let end = [UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]")]

    static func of(_ message: [UInt8]) -> UInt64 {
        message.withUnsafeBufferPointer { bytes in
            var hash: UInt64 = 0xCBF2_9CE4_8422_2325
            var index = 0
            while index < bytes.count {
                let byte = bytes[index]
                if byte == cards[0], has(cards, in: bytes, at: index) {
                    // No brace stands in a list of cards.
                    while index < bytes.count, bytes[index] != UInt8(ascii: "}") { index += 1 }
                    index += 1
                    continue
                }
                hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
                if byte == deadline[0], has(deadline, in: bytes, at: index) {
                    index += deadline.count
                    while index < bytes.count, !end.contains(bytes[index]) { index += 1 }
                    continue
                }
                index += 1
            }
            return hash
        }
    }

    private static func has(
        _ words: [UInt8], in bytes: UnsafeBufferPointer<UInt8>, at start: Int
    ) -> Bool {
        guard bytes.count - start >= words.count else { return false }
        for index in words.indices where bytes[start + index] != words[index] { return false }
        return true
    }

    static func contains(_ words: [UInt8], in message: [UInt8]) -> Bool {
        message.withUnsafeBufferPointer { bytes in
            bytes.indices.contains { bytes[$0] == words[0] && has(words, in: bytes, at: $0) }
        }
    }

    static func contains(_ words: StaticString, in message: [UInt8]) -> Bool {
        message.withUnsafeBufferPointer { bytes in
            let first = words.utf8Start.pointee
            guard bytes.count >= words.utf8CodeUnitCount else { return false }
            for start in 0...(bytes.count - words.utf8CodeUnitCount)
            where bytes[start] == first {
                var length = 1
                while length < words.utf8CodeUnitCount,
                    bytes[start + length] == words.utf8Start[length]
                {
                    length += 1
                }
                if length == words.utf8CodeUnitCount { return true }
            }
            return false
        }
    }
}
