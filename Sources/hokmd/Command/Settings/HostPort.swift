/// Where to listen or connect: a name or an address, and a port.
struct HostPort: SettingValue, Equatable {
    static let placeholder = "HOST:PORT"

    /// A name, an IPv4 address, or an IPv6 address without its brackets.
    let host: String
    /// 0 asks for a free one.
    let port: Int

    init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// `example.org:80`, `127.0.0.1:0`, `[::1]:8080`.
    init(text: String) throws(InvalidValue) {
        guard let colon = text.lastIndex(of: ":") else {
            throw InvalidValue(text, wanted: "HOST:PORT")
        }
        let digits = text[text.index(after: colon)...].utf8
        guard (1...5).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }),
            let port = Int(String(text[text.index(after: colon)...])), port <= 65_535
        else { throw InvalidValue(text, wanted: "HOST:PORT, with a port from 0 to 65535,") }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
            guard host.contains(":"), host.utf8.allSatisfy(Self.isAddressByte) else {
                throw InvalidValue(text, wanted: "[IPV6]:PORT")
            }
        } else {
            guard !host.contains(":") else {
                throw InvalidValue("\(text) needs brackets around its IPv6 address, as in [::1]:80")
            }
            guard (1...253).contains(host.utf8.count), host.utf8.allSatisfy(Self.isNameByte) else {
                throw InvalidValue(text, wanted: "HOST:PORT")
            }
        }
        self.init(host: String(host), port: port)
    }

    var text: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"),
            UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// Of an IPv6 address with its zone (RFC 4007, section 11).
    private static func isAddressByte(_ byte: UInt8) -> Bool {
        isNameByte(byte) || byte == UInt8(ascii: ":") || byte == UInt8(ascii: "%")
    }
}
