import Glibc
import NIOCore
import NIOPosix
import Testing

/// The servers that a scaler of a test has started, as the kernel shows them.
enum Instances {
    /// Their process numbers by name, of those whose scope begins so.
    static func of(scope: String) -> [String: pid_t] {
        guard let folder = opendir("/proc") else { return [:] }
        defer { closedir(folder) }
        var found: [String: pid_t] = [:]
        while let entry = readdir(folder) {
            let pid = withUnsafeBytes(of: entry.pointee.d_name) { name in
                pid_t(String(decoding: name.prefix { $0 != 0 }, as: UTF8.self))
            }
            guard let pid, let name = name(pid, scope: scope) else { continue }
            found[name] = pid
        }
        return found
    }

    /// Waits until it holds of them. Nothing tells a test of processes that are not its children, so
    /// it looks now and then.
    static func wait(
        scope: String, until holds: ([String: pid_t]) -> Bool
    ) async throws -> [String: pid_t] {
        let loop = NIOSingletons.posixEventLoopGroup.next()
        let end = NIODeadline.now() + patience
        while true {
            let found = of(scope: scope)
            if holds(found) { return found }
            guard NIODeadline.now() < end else { throw Timeout(what: "servers, not \(found)") }
            try await loop.scheduleTask(in: .milliseconds(50)) {}.futureResult.get()
        }
    }

    private static func name(_ pid: pid_t, scope: String) -> String? {
        guard let file = fopen("/proc/\(pid)/environ", "r") else { return nil }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 64 << 10)
        bytes.removeLast(bytes.count - fread(&bytes, 1, bytes.count, file))
        let variables = bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        let prefix = "HOKMD_INSTANCE_SCOPE=\(scope)"
        guard variables.contains(where: { $0.hasPrefix(prefix) }) else { return nil }
        return variables.first { $0.hasPrefix("HOKMD_INSTANCE=") }
            .map { String($0.dropFirst("HOKMD_INSTANCE=".count)) }
    }
}
