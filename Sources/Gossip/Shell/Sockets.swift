internal import Glibc

/// The two sockets of a node's gossip, bound to one address and port.
///
/// We make them ourselves, since datagrams are sent by `send` here and not through NIO: NIO closes a
/// datagram channel when the system refuses one packet (no route, a firewall's "not permitted"), and
/// a node must outlive that (docs/decisions/gossip-sockets.md).
// Whoever makes them hands them over to one event loop, and that loop alone uses them.
final class Sockets: @unchecked Sendable {
    /// For NIO, which closes them.
    private(set) var datagrams: CInt
    private(set) var streams: CInt
    let address: Address
    /// A second descriptor of the first, so that no number is used after NIO has closed it.
    private var sender: CInt

    /// Ports that are tried where any will do: one must be free for both protocols.
    private static let triesMax = 32

    /// Binds both. Port 0 takes one that is free for both.
    init(_ wanted: Address) throws(GossipError) {
        var tries = 0
        while true {
            let datagrams = try Sockets.bound(SOCK_DGRAM, wanted)
            let address = Address(boundTo: datagrams) ?? wanted
            do throws(GossipError) {
                streams = try Sockets.bound(SOCK_STREAM, address)
            } catch {
                close(datagrams)
                tries += 1
                guard wanted.port == 0, tries < Sockets.triesMax else { throw error }
                continue
            }
            self.datagrams = datagrams
            self.address = address
            sender = fcntl(datagrams, F_DUPFD_CLOEXEC, 0)
            return
        }
    }

    /// Makes new ones in the place of what NIO has closed.
    func rebindDatagrams() throws(GossipError) {
        datagrams = try Sockets.bound(SOCK_DGRAM, address)
        if sender >= 0 { close(sender) }
        sender = fcntl(datagrams, F_DUPFD_CLOEXEC, 0)
    }

    func rebindStreams() throws(GossipError) {
        streams = try Sockets.bound(SOCK_STREAM, address)
    }

    deinit { if sender >= 0 { close(sender) } }

    /// Whether this socket can write to such an address at all.
    func reaches(_ target: Address) -> Bool {
        guard target.port != 0, !target.isUnspecified else { return false }
        if target.isIPv4 != address.isIPv4, !address.isUnspecified { return false }
        if address.isIPv4, !target.isIPv4 { return false }
        return target.isLoopback || !address.isLoopback
    }

    /// Sends one datagram; 0, or the error that the system gave at once.
    func send(_ bytes: [UInt8], to target: Address) -> CInt {
        let sent = target.withSocketAddress(asIPv6: !address.isIPv4) { pointer, length in
            sendto(sender, bytes, bytes.count, CInt(MSG_NOSIGNAL), pointer, length)
        }
        return sent < 0 ? errno : 0
    }

    /// A socket that is bound and does not block.
    private static func bound(
        _ type: __socket_type, _ address: Address
    ) throws(GossipError) -> CInt {
        let isIPv6 = !address.isIPv4
        let flags = type.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
        let descriptor = socket(isIPv6 ? AF_INET6 : AF_INET, CInt(flags), 0)
        guard descriptor >= 0 else { throw .listening(address, errno) }
        if type == SOCK_STREAM { enable(SOL_SOCKET, SO_REUSEADDR, descriptor, 1) }
        // `::` takes IPv4 as well, whatever the system's default is.
        if isIPv6 { enable(CInt(IPPROTO_IPV6), IPV6_V6ONLY, descriptor, 0) }
        let result = address.withSocketAddress(asIPv6: isIPv6) { bind(descriptor, $0, $1) }
        guard result == 0 else {
            let code = errno
            close(descriptor)
            throw .listening(address, code)
        }
        return descriptor
    }

    private static func enable(
        _ level: CInt, _ option: CInt, _ descriptor: CInt, _ value: CInt
    ) {
        var value = value
        setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<CInt>.size))
    }
}
