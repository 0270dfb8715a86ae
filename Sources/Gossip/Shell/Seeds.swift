internal import Glibc

/// A host by name or address, and a port.
package struct Seed: Sendable, Equatable, CustomStringConvertible {
    /// Without brackets.
    package let host: String
    package let port: UInt16

    package init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    package var description: String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    /// The address, if the host is one and no name.
    var numeric: Address? { Address(host: host, port: port) }

    /// Asks the system's resolver for all addresses: as long as that takes, so on a thread that may
    /// wait. Nothing if there is no such name, or no answer.
    func resolved() -> [Address] {
        if let numeric { return [numeric] }
        var hints = addrinfo()
        hints.ai_socktype = CInt(SOCK_DGRAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &hints, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        var addresses: [Address] = []
        var entry = list
        while let present = entry {
            if let raw = present.pointee.ai_addr, let address = Address(raw, port: port),
                !addresses.contains(address)
            {
                addresses.append(address)
            }
            entry = present.pointee.ai_next
        }
        return addresses
    }
}

/// Which of this machine's addresses others would reach it by.
enum OwnAddress {
    /// The source address of the way to one of these, else of the default route, else loopback.
    /// Nothing is sent for that: connecting a UDP socket only chooses a route.
    static func towards(_ targets: [Address], isIPv4: Bool, port: UInt16) -> Address {
        // Addresses for documentation (RFC 5737, RFC 3849) stand for "anywhere".
        let anywhere = ["192.0.2.1", "2001:db8::1"].compactMap { Address(host: $0, port: 9) }
        for target in targets + anywhere where target.isIPv4 || !isIPv4 {
            if let source = source(towards: target, port: port) { return source }
        }
        return Address(ipv4: 0x7F00_0001, port: port)
    }

    private static func source(towards target: Address, port: UInt16) -> Address? {
        let family = target.isIPv4 ? AF_INET : AF_INET6
        let descriptor = socket(family, CInt(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        let connected = target.withSocketAddress(asIPv6: !target.isIPv4) {
            connect(descriptor, $0, $1)
        }
        guard connected == 0, let own = Address(boundTo: descriptor), !own.isUnspecified else {
            return nil
        }
        return Address(high: own.high, low: own.low, port: port)
    }
}
