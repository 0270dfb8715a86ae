internal import Gossip

/// What a proxy says of the client in front of the client's own bytes: PROXY protocol, versions 1
/// and 2 (haproxy's specification, sections 2.1 and 2.2).
enum ProxyHeader: Equatable {
    /// More bytes are needed to tell.
    case incomplete
    /// These are the client's own bytes: the proxy speaks no PROXY protocol.
    case absent
    /// - Parameters:
    ///   - bytes: of the header; what comes behind is the client's.
    ///   - source: the client; `nil` where the proxy speaks for itself, or of something that is no
    ///     TCP over IP.
    case present(bytes: Int, source: Address?)
    case malformed

    /// The longest line of version 1, with its end.
    private static let lineBytesMax = 107
    /// Version 2 with its extensions: ours need none, and others' are under a hundred bytes.
    private static let bytesMax = 2_048
    private static let word = Array("PROXY ".utf8)
    private static let signature: [UInt8] = [
        0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A,
    ]

    /// Looks at the first bytes of a connection, all that have come.
    static func parse(_ bytes: [UInt8]) -> ProxyHeader {
        let first = bytes.prefix(signature.count)
        if first.elementsEqual(signature) { return binary(bytes) }
        if signature.starts(with: first) { return .incomplete }
        if bytes.starts(with: word) { return line(bytes) }
        return word.starts(with: bytes) ? .incomplete : .absent
    }

    /// `PROXY TCP4 192.0.2.7 192.0.2.1 56324 443\r\n`.
    private static func line(_ bytes: [UInt8]) -> ProxyHeader {
        let start = bytes.prefix(lineBytesMax)
        guard let end = start.firstIndex(of: 0x0A) else {
            return start.count < lineBytesMax ? .incomplete : .malformed
        }
        guard end > 0, bytes[end - 1] == 0x0D else { return .malformed }
        let text = String(decoding: bytes[..<(end - 1)], as: UTF8.self)
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count >= 2 else { return .malformed }
        if words[1] == "UNKNOWN" { return .present(bytes: end + 1, source: nil) }
        guard words.count == 6, words[1] == "TCP4" || words[1] == "TCP6",
            let port = UInt16(words[4]), UInt16(words[5]) != nil,
            let source = Address(host: String(words[2]), port: port),
            Address(host: String(words[3]), port: 0) != nil,
            // A mapped address is an IPv6 one as well.
            words[1] == "TCP6" || source.isIPv4
        else { return .malformed }
        return .present(bytes: end + 1, source: source)
    }

    /// Twelve bytes of signature, version and command, family, length, addresses.
    private static func binary(_ bytes: [UInt8]) -> ProxyHeader {
        guard bytes.count >= 16 else { return .incomplete }
        let length = Int(bytes[14]) << 8 | Int(bytes[15])
        guard 16 + length <= bytesMax, bytes[12] == 0x20 || bytes[12] == 0x21 else {
            return .malformed
        }
        let isLocal = bytes[12] == 0x20
        let addressBytes = isLocal ? 0 : bytes[13] == 0x11 ? 12 : bytes[13] == 0x21 ? 36 : 0
        guard length >= addressBytes else { return .malformed }
        guard bytes.count >= 16 + length else { return .incomplete }
        func number(_ range: Range<Int>) -> UInt64 {
            bytes[range].reduce(0) { $0 << 8 | UInt64($1) }
        }
        let source: Address? =
            switch addressBytes {
            case 12:
                Address(ipv4: UInt32(number(16..<20)), port: UInt16(number(24..<26)))
            case 36:
                Address(
                    high: number(16..<24), low: number(24..<32), port: UInt16(number(48..<50)))
            default: nil
            }
        return .present(bytes: 16 + length, source: source)
    }
}
