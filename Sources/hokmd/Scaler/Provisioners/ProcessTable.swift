internal import Glibc

/// A process that is not mistaken for another: numbers are used again, but not with the same start
/// (proc(5), `starttime`).
struct ProcessIdentity: Hashable, Sendable {
    let pid: pid_t
    /// In clock ticks since the machine's start.
    let startTicks: UInt64
}

/// A server process of ours, as the kernel shows it.
struct ServerChild: Equatable, Sendable {
    let identity: ProcessIdentity
    let id: InstanceID
    let version: String?
}

/// The servers among this machine's processes.
///
/// They carry their id in their environment, so there is no file to go stale or to be lost between
/// the start of a process and the writing of its number, and whoever asks next finds them all.
struct ProcessTable {
    /// Whose servers: others of this machine are passed over.
    let scope: String
    /// Those that were looked at: what a process was started with stays. Not while they are young:
    /// around its exec a process shows its parent's environment, or none.
    private var strangers: Set<ProcessIdentity> = []
    private static let youthMax = Duration.seconds(10)

    static let idVariable = "HOKMD_INSTANCE"
    static let scopeVariable = "HOKMD_INSTANCE_SCOPE"
    static let versionVariable = "HOKMD_INSTANCE_VERSION"
    static let labelsVariable = "HOKMD_INSTANCE_LABELS"

    init(scope: String) { self.scope = scope }

    /// All that run, sorted by id.
    mutating func servers() throws(SystemFailure) -> [ServerChild] {
        guard let folder = opendir("/proc") else { throw .last }
        defer { closedir(folder) }
        var found: [ServerChild] = []
        var passed: Set<ProcessIdentity> = []
        let grown = Self.ticks - Self.ticks(in: Self.youthMax)
        while let entry = readdir(folder) {
            guard let pid = Self.number(entry), let identity = Self.leader(pid) else { continue }
            if !strangers.contains(identity), let server = server(identity) {
                found.append(server)
            } else if Int64(clamping: identity.startTicks) < grown {
                passed.insert(identity)
            }
        }
        strangers = passed
        return found.sorted { $0.id < $1.id }
    }

    /// Whether it still runs: neither gone nor waiting to be asked for its ending.
    static func isRunning(_ identity: ProcessIdentity) -> Bool {
        status(identity.pid).map { $0.startTicks == identity.startTicks && !$0.isZombie } ?? false
    }

    static func identity(_ pid: pid_t) -> ProcessIdentity? {
        status(pid).map { ProcessIdentity(pid: pid, startTicks: $0.startTicks) }
    }

    /// Servers lead sessions of their own; what they might start does not.
    private static func leader(_ pid: pid_t) -> ProcessIdentity? {
        guard let status = status(pid), status.session == pid, !status.isZombie else { return nil }
        return ProcessIdentity(pid: pid, startTicks: status.startTicks)
    }

    private func server(_ identity: ProcessIdentity) -> ServerChild? {
        guard
            let bytes = ProcFile.read("/proc/\(identity.pid)/environ", bytesMax: 128 << 10)
        else { return nil }
        var values: [String: String] = [:]
        for part in bytes.split(separator: 0) {
            let text = String(decoding: part, as: UTF8.self)
            guard text.hasPrefix(Self.idVariable), let sign = text.firstIndex(of: "=") else {
                continue
            }
            values[String(text[..<sign])] = String(text[text.index(after: sign)...])
        }
        guard let id = values[Self.idVariable].map({ InstanceID($0) }), id.isPlain,
            values[Self.scopeVariable] == scope
        else { return nil }
        return ServerChild(identity: identity, id: id, version: values[Self.versionVariable])
    }

    /// The variables that a process is known by later.
    func variables(for request: LaunchRequest) -> [String] {
        let labels = request.labels.sorted { $0.key < $1.key }
            .map { "\($0.key)=\($0.value)" }.joined(separator: ",")
        return [
            "\(Self.idVariable)=\(request.instance)", "\(Self.scopeVariable)=\(scope)",
            "\(Self.labelsVariable)=\(labels)",
        ] + (request.version.map { ["\(Self.versionVariable)=\($0)"] } ?? [])
    }

    /// Since the machine's start.
    private static var ticks: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_BOOTTIME, &time)
        return ticks(in: .seconds(time.tv_sec))
    }

    private static func ticks(in time: Duration) -> Int64 {
        time.components.seconds * Int64(sysconf(Int32(_SC_CLK_TCK)))
    }

    private struct Status {
        let isZombie: Bool
        let session: pid_t
        let startTicks: UInt64
    }

    /// /proc/PID/stat. The name in brackets may hold anything, so what counts stands behind the last
    /// bracket: state (3rd field), session (6th), starttime (22nd).
    private static func status(_ pid: pid_t) -> Status? {
        guard let bytes = ProcFile.read("/proc/\(pid)/stat", bytesMax: 4_096),
            let bracket = bytes.lastIndex(of: UInt8(ascii: ")"))
        else { return nil }
        let fields = bytes[bracket...].dropFirst().split(separator: UInt8(ascii: " "))
        guard fields.count > 19,
            let session = pid_t(String(decoding: fields[3], as: UTF8.self)),
            let start = UInt64(String(decoding: fields[19], as: UTF8.self))
        else { return nil }
        let isZombie = "ZX".utf8.contains(fields[0].first ?? 0)
        return Status(isZombie: isZombie, session: session, startTicks: start)
    }

    private static func number(_ entry: UnsafeMutablePointer<dirent>) -> pid_t? {
        withUnsafeBytes(of: entry.pointee.d_name) { name in
            pid_t(String(decoding: name.prefix { $0 != 0 }, as: UTF8.self))
        }
    }
}

/// A file that the kernel makes as it is read: it has no size.
enum ProcFile {
    /// At most so many bytes; nil where it cannot be read.
    static func read(_ path: String, bytesMax: Int) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: bytesMax)
        var count = 0
        while count < bytesMax {
            let read = bytes.withUnsafeMutableBytes {
                Glibc.read(descriptor, $0.baseAddress?.advanced(by: count), bytesMax - count)
            }
            if read < 0, errno == EINTR { continue }
            guard read >= 0 else { return nil }
            guard read > 0 else { break }
            count += read
        }
        return Array(bytes.prefix(count))
    }
}
