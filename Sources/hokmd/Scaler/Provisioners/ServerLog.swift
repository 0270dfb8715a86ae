internal import Glibc

/// The files that server processes write their logs to.
enum ServerLog {
    /// Files that are kept: the newest; nobody reads those of servers long gone.
    static let filesMax = 100

    /// Opens the log of a new server, in a folder that is made where there is none.
    static func open(_ id: String, in folder: String) throws(SystemFailure) -> CInt {
        try makeFolder(folder)
        prune(folder)
        let path = "\(folder)/\(id).log"
        let flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW
        let descriptor = Glibc.open(path, flags, 0o600)
        guard descriptor >= 0 else { throw .last }
        return descriptor
    }

    /// With the folders above it. In one that others may write to, only our own is good.
    static func makeFolder(_ path: String) throws(SystemFailure) {
        let slashes = path.indices.dropFirst().filter { path[$0] == "/" }
        for end in slashes + [path.endIndex] {
            guard mkdir(String(path[..<end]), 0o700) == 0 || errno == EEXIST else { throw .last }
        }
        var status = stat()
        guard lstat(path, &status) == 0 else { throw .last }
        guard status.st_mode & S_IFMT == S_IFDIR, status.st_uid == geteuid() else {
            throw SystemFailure(EPERM)
        }
    }

    /// Removes logs, the oldest first, so that there is room for one more.
    private static func prune(_ folder: String) {
        let logs = names(in: folder).filter { $0.hasSuffix(".log") }
        guard logs.count >= filesMax else { return }
        let dated = logs.map { name in
            var status = stat()
            stat("\(folder)/\(name)", &status)
            return (name, status.st_mtim.tv_sec)
        }
        for (name, _) in dated.sorted(by: { $0.1 < $1.1 }).prefix(logs.count - filesMax + 1) {
            unlink("\(folder)/\(name)")
        }
    }

    private static func names(in folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            names.append(
                withUnsafeBytes(of: entry.pointee.d_name) { name in
                    String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
                })
        }
        return names
    }

    /// Removes the folder with its logs.
    static func remove(_ folder: String) {
        for name in names(in: folder) where name.hasSuffix(".log") { unlink("\(folder)/\(name)") }
        rmdir(folder)
    }
}
