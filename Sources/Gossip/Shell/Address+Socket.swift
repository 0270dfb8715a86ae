internal import Glibc

/// The system's form of addresses, byte by byte as Linux lays it out: the family as a 16-bit number,
/// the port, and for IPv4 the address, for IPv6 a flow label, the address and a scope. (The fields of
/// `sockaddr_in` cannot be named here: beside NIO, Swift takes them for a hidden module's.)
extension Address {
    private static let addressOffsetIPv4 = 4
    private static let addressOffsetIPv6 = 8
    private static let bytesCountIPv4 = 16
    private static let bytesCountIPv6 = 28

    /// Nil if it is of another family than IP.
    init?(_ raw: UnsafePointer<sockaddr>, port: UInt16? = nil) {
        let bytes = UnsafeRawPointer(raw)
        let own = UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: 2, as: UInt16.self))
        switch CInt(raw.pointee.sa_family) {
        case AF_INET:
            let address = bytes.loadUnaligned(
                fromByteOffset: Address.addressOffsetIPv4, as: UInt32.self)
            self.init(ipv4: UInt32(bigEndian: address), port: port ?? own)
        case AF_INET6:
            let high = bytes.loadUnaligned(
                fromByteOffset: Address.addressOffsetIPv6, as: UInt64.self)
            let low = bytes.loadUnaligned(
                fromByteOffset: Address.addressOffsetIPv6 + 8, as: UInt64.self)
            self.init(
                high: UInt64(bigEndian: high), low: UInt64(bigEndian: low), port: port ?? own)
        default:
            return nil
        }
    }

    /// Where a socket is bound.
    init?(boundTo descriptor: CInt) {
        var storage = InlineArray<16, UInt64>(repeating: 0)
        var length = socklen_t(MemoryLayout<InlineArray<16, UInt64>>.size)
        let address = withUnsafeMutablePointer(to: &storage) { storage in
            storage.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                getsockname(descriptor, $0, &length) == 0 ? Address($0) : nil
            }
        }
        guard let address else { return nil }
        self = address
    }

    /// Hands out the system's form; for a socket of IPv6 an IPv4 address is the mapped one.
    func withSocketAddress<Result>(
        asIPv6: Bool, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        var storage = InlineArray<4, UInt64>(repeating: 0)
        return withUnsafeMutablePointer(to: &storage) { storage in
            let bytes = UnsafeMutableRawPointer(storage)
            bytes.storeBytes(of: UInt16(asIPv6 ? AF_INET6 : AF_INET), as: UInt16.self)
            bytes.storeBytes(of: port.bigEndian, toByteOffset: 2, as: UInt16.self)
            if asIPv6 {
                let offset = Address.addressOffsetIPv6
                bytes.storeBytes(of: high.bigEndian, toByteOffset: offset, as: UInt64.self)
                bytes.storeBytes(of: low.bigEndian, toByteOffset: offset + 8, as: UInt64.self)
            } else {
                bytes.storeBytes(
                    of: UInt32(truncatingIfNeeded: low).bigEndian,
                    toByteOffset: Address.addressOffsetIPv4, as: UInt32.self)
            }
            let count = asIPv6 ? Address.bytesCountIPv6 : Address.bytesCountIPv4
            return storage.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(count))
            }
        }
    }
}
