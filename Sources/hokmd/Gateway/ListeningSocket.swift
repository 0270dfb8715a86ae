import Glibc
import NIOCore

/// Why players cannot be listened for. Its description is one line for people.
package enum ListenError: Error, Equatable, CustomStringConvertible {
    case taken(address: String)
    case notPermitted(address: String)
    case unknownHost(String)
    case failed(address: String, errno: Int32)

    package var description: String {
        switch self {
        case .taken(let address): "cannot listen on \(address): the port is taken"
        case .notPermitted(let address): "cannot listen on \(address): not permitted"
        case .unknownHost(let host): "cannot listen on \(host): no such host"
        case .failed(let address, let errno):
            "cannot listen on \(address): \(String(cString: strerror(errno)))"
        }
    }
}

/// A TCP socket that is bound and not yet listening. Several can share a port (SO_REUSEPORT), each
/// on its own event loop: the kernel spreads the connections, and no loop waits for another.
struct ListeningSocket {
    let descriptor: CInt

    /// Binds a socket with which others may share the port. The `first` one has the port for itself
    /// while it binds: with SO_REUSEPORT from the start, a second process would get a taken port
    /// without a word, and half of its players.
    init(_ address: SocketAddress, first: Bool) throws(ListenError) {
        let family = CInt(address.protocol.rawValue)
        let type = CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        descriptor = socket(family, type, CInt(IPPROTO_TCP))
        guard descriptor >= 0 else { throw Self.error(address) }
        do throws(ListenError) {
            try enable(SO_REUSEADDR, address)
            if !first { try enable(SO_REUSEPORT, address) }
            let result = address.withSockAddr { bind(descriptor, $0, socklen_t($1)) }
            guard result == 0 else { throw Self.error(address) }
            if first { try enable(SO_REUSEPORT, address) }
        } catch {
            close(descriptor)
            throw error
        }
    }

    private func enable(_ option: CInt, _ address: SocketAddress) throws(ListenError) {
        var on: CInt = 1
        let size = socklen_t(MemoryLayout<CInt>.size)
        guard setsockopt(descriptor, SOL_SOCKET, option, &on, size) == 0 else {
            throw Self.error(address)
        }
    }

    private static func error(_ address: SocketAddress) -> ListenError {
        error(errno, address)
    }

    static func error(_ code: CInt, _ address: SocketAddress) -> ListenError {
        let host = address.ipAddress ?? "?"
        let port = address.port ?? 0
        let name = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        return switch code {
        case EADDRINUSE: .taken(address: name)
        case EACCES, EPERM: .notPermitted(address: name)
        default: .failed(address: name, errno: code)
        }
    }
}
