import Glibc
import NIOCore
import NIOPosix
import Testing

/// Where a test listens as a service manager does: a datagram socket with a name.
final class ManagerSocket: Sendable {
    let path: String
    private let descriptor: Int32

    init(path: String) throws {
        self.path = path
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        try #require(descriptor >= 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, size) }
        }
        try #require(result == 0)
        var time = timeval(tv_sec: Int(patience.nanoseconds / 1_000_000_000), tv_usec: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    /// The next message that holds this text; what comes before it is passed over.
    func next(with text: String) async throws -> String {
        while true {
            let message = try await NIOSingletons.posixBlockingThreadPool.runIfActive {
                [descriptor] in
                var bytes = [UInt8](repeating: 0, count: 4_096)
                let count = recv(descriptor, &bytes, bytes.count, 0)
                guard count >= 0 else { throw Timeout(what: "a message with \(text)") }
                return String(decoding: bytes.prefix(count), as: UTF8.self)
            }
            if message.contains(text) { return message }
        }
    }
}
