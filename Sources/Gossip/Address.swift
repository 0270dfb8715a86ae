internal import Glibc
package import Wire

/// An IP address and a port. IPv4 is kept as its IPv6-mapped form (RFC 4291, section 2.5.5.2), so
/// that one address has one value.
package struct Address: Hashable, Sendable, CustomStringConvertible {
    /// The 16 address bytes in network order, as two big-endian halves.
    package let high: UInt64
    package let low: UInt64
    package let port: UInt16

    private static let mappedPrefix: UInt64 = 0x0000_FFFF << 32

    package init(high: UInt64, low: UInt64, port: UInt16) {
        self.high = high
        self.low = low
        self.port = port
    }

    /// An IPv4 address, its first byte the highest.
    package init(ipv4: UInt32, port: UInt16) {
        self.init(high: 0, low: Address.mappedPrefix | UInt64(ipv4), port: port)
    }

    /// A numeric IPv4 or IPv6 address, without brackets, port or scope. Names are for `Seeds`.
    package init?(host: String, port: UInt16) {
        var ipv4 = in_addr()
        if inet_pton(AF_INET, host, &ipv4) == 1 {
            self.init(ipv4: UInt32(bigEndian: ipv4.s_addr), port: port)
            return
        }
        var ipv6 = in6_addr()
        guard inet_pton(AF_INET6, host, &ipv6) == 1 else { return nil }
        let halves = withUnsafeBytes(of: ipv6) {
            (
                $0.loadUnaligned(as: UInt64.self),
                $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
            )
        }
        self.init(high: UInt64(bigEndian: halves.0), low: UInt64(bigEndian: halves.1), port: port)
    }

    package var isIPv4: Bool { high == 0 && low >> 32 == 0xFFFF }

    package var isLoopback: Bool {
        isIPv4 ? (low >> 24) & 0xFF == 127 : high == 0 && low == 1
    }

    /// 0.0.0.0 or ::, which is where to listen and nowhere to send to.
    package var isUnspecified: Bool {
        high == 0 && (low == 0 || low == Address.mappedPrefix)
    }

    /// The numeric address without the port.
    package var host: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        if isIPv4 {
            var address = in_addr(s_addr: UInt32(truncatingIfNeeded: low).bigEndian)
            inet_ntop(AF_INET, &address, &text, socklen_t(text.count))
        } else {
            var halves = (high.bigEndian, low.bigEndian)
            inet_ntop(AF_INET6, &halves, &text, socklen_t(text.count))
        }
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    package var description: String { isIPv4 ? "\(host):\(port)" : "[\(host)]:\(port)" }

    package func encode(into writer: inout WireWriter) {
        writer.byte(isIPv4 ? 4 : 6)
        if isIPv4 {
            writer.fixed(UInt32(truncatingIfNeeded: low))
        } else {
            writer.fixed(high)
            writer.fixed(low)
        }
        writer.fixed(port)
    }

    @_lifetime(reader: copy reader)
    package init(from reader: inout WireReader) throws(WireError) {
        switch try reader.byte() {
        case 4:
            self.init(ipv4: try reader.fixed(), port: try reader.fixed())
        case 6:
            self.init(high: try reader.fixed(), low: try reader.fixed(), port: try reader.fixed())
        default:
            throw .badValue
        }
    }
}
