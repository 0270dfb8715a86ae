/// `Sec-WebSocket-Key` and the `Sec-WebSocket-Accept` that answers it (RFC 6455 section 4.2.2).
enum HandshakeKey {
    private static let guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// Whether it is 16 octets in base64.
    static func isValid(_ key: some StringProtocol) -> Bool {
        let bytes = Array(key.utf8)
        return bytes.count == 24 && bytes[22...] == [UInt8(ascii: "="), UInt8(ascii: "=")]
            && bytes[..<22].allSatisfy(alphabet.contains)
    }

    static func accept(_ key: some StringProtocol) -> String {
        base64(SHA1.digest(Array(key.utf8) + Array(guid.utf8)))
    }

    /// RFC 4648 section 4.
    static func base64(_ bytes: [UInt8]) -> String {
        var text = ""
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << (8 * (3 - group.count))
            for place in 0..<4 {
                let sextet = Int(bits >> (18 - 6 * UInt32(place)) & 0x3F)
                text.append(
                    place <= group.count ? Character(Unicode.Scalar(alphabet[sextet])) : "=")
            }
        }
        return text
    }
}
