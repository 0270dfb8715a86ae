import Glibc

/// The service manager that started this process and wants to hear of it, by the datagrams of
/// sd_notify(3): systemd, or whoever speaks like it. No library of theirs is needed for that.
struct ServiceManager: Sendable {
    /// A path, or an abstract name after `@`.
    private let address: String
    /// The process is ended when the manager hears no heartbeat for so long; nil: it need not.
    let watchdog: Duration?

    init(address: String, watchdog: Duration? = nil) {
        self.address = address
        self.watchdog = watchdog
    }

    /// Nil where nobody listens. The variables are taken out of the environment, so that no process
    /// that this one starts speaks in its name.
    static func fromEnvironment() -> ServiceManager? {
        defer { for name in ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"] { unsetenv(name) } }
        guard let address = variable("NOTIFY_SOCKET"),
            address.hasPrefix("/") || address.first == "@"
        else { return nil }
        let isOurs = variable("WATCHDOG_PID").map { $0 == "\(getpid())" } ?? true
        let watchdog = variable("WATCHDOG_USEC").flatMap { Int64($0) }
            .flatMap { $0 > 0 && isOurs ? Duration.microseconds($0) : nil }
        return ServiceManager(address: address, watchdog: watchdog)
    }

    private static func variable(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Says it. What nobody takes is lost: there is nothing that this process could do about it.
    ///
    /// - Returns: whether it was taken.
    @discardableResult
    func say(_ text: String) -> Bool {
        var target = sockaddr_un()
        target.sun_family = sa_family_t(AF_UNIX)
        var name = Array(address.utf8)
        guard name.count < MemoryLayout.size(ofValue: target.sun_path) else { return false }
        if name[0] == UInt8(ascii: "@") { name[0] = 0 }
        withUnsafeMutableBytes(of: &target.sun_path) { $0.copyBytes(from: name) }
        let type = CInt(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(AF_UNIX, type, 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        // A path's length is with its end; an abstract name has none (unix(7)).
        let isPath = name[0] != 0
        let header = MemoryLayout.size(ofValue: target.sun_family)
        let length = socklen_t(header + name.count + (isPath ? 1 : 0))
        let bytes = Array(text.utf8)
        let sent = withUnsafePointer(to: &target) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(descriptor, bytes, bytes.count, CInt(MSG_NOSIGNAL), $0, length)
            }
        }
        return sent == bytes.count
    }
}
