internal import NIOCore

/// NIO's form of addresses.
extension Address {
    /// Nil if it is of another family than IP.
    init?(_ address: SocketAddress?) {
        guard let address, let found = address.withSockAddr({ raw, _ in Address(raw) }) else {
            return nil
        }
        self = found
    }

    /// Nil for what NIO cannot read, which no address is.
    var socketAddress: SocketAddress? {
        try? SocketAddress(ipAddress: host, port: Int(port))
    }
}
