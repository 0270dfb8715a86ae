internal import Glibc

/// What a node keeps from one life to the next, and that no other process uses it meanwhile.
///
/// Every call waits for the disk. Writes of one file MUST NOT overlap.
final class StateDirectory: Sendable {
    /// What the former lives have left.
    struct Contents: Sendable {
        /// Nil if nothing was there, or nothing that can be read.
        var promises: Promises?
        /// A promises file is there that cannot be read: this node is a new voter.
        var isDamaged = false
        /// The last life's; 0 if there was none.
        var instance: UInt64 = 0
        /// Where other members were last seen.
        var peers: [Address] = []
    }

    /// Whose state it is. Promises bind a member of one cluster: another has not made them.
    struct Owner: Equatable, Sendable {
        var name: String
        var cluster: String
        /// Without one it is a cluster of one machine for trying out, which nobody else can be in.
        var hasKeyFile: Bool
    }

    private let path: String
    private let lock: CInt

    private static let promisesBytesMax = 64 * 1_024
    private static let peersMax = 64

    /// Makes the directory where there is none, and takes its lock.
    init(path: String) throws(GossipError) {
        self.path = path
        try StateDirectory.makeFolder(path)
        lock = open(path + "/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard lock >= 0 else { throw .stateDirectory(path: path, errno: errno) }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            close(lock)
            guard code == EWOULDBLOCK else { throw .stateDirectory(path: path, errno: code) }
            throw .stateDirectoryInUse(path: path)
        }
    }

    deinit { close(lock) }

    /// Lets another process have it; nothing may be written any more.
    func release() { flock(lock, LOCK_UN) }

    /// Puts the state of another member aside, as `promises.old` and `peers.old`.
    ///
    /// What has no owner is of a version that kept none, and ours.
    ///
    /// - Returns: whose it was; nil where it is ours.
    func claim(for owner: Owner) throws(GossipError) -> Owner? {
        do throws(FileFailure) {
            let former = try self.owner()
            guard former != owner else { return nil }
            if former != nil {
                for name in ["promises", "peers"] {
                    guard rename("\(path)/\(name)", "\(path)/\(name).old") == 0 || errno == ENOENT
                    else { throw FileFailure(errno: errno) }
                }
            }
            let text = "\(owner.name)\n\(owner.cluster)\n\(owner.hasKeyFile ? "keys" : "no keys")\n"
            try AtomicFile.write(Array(text.utf8), to: path + "/owner", mode: 0o600)
            return former
        } catch {
            throw .stateDirectory(path: path, errno: error.errno)
        }
    }

    private func owner() throws(FileFailure) -> Owner? {
        let lines = try lines("owner")
        guard lines.count == 3 else { return nil }
        return Owner(
            name: String(lines[0]), cluster: String(lines[1]), hasKeyFile: lines[2] == "keys")
    }

    func load() throws(GossipError) -> Contents {
        do throws(FileFailure) {
            var contents = Contents()
            let promises = try AtomicFile.read(
                path + "/promises", bytesMax: StateDirectory.promisesBytesMax)
            contents.promises = promises.flatMap { try? Promises(decoding: $0) }
            contents.isDamaged = promises != nil && contents.promises == nil
            contents.instance = try lines("instance").first.flatMap { UInt64($0) } ?? 0
            contents.peers = try lines("peers").compactMap { line in
                guard let colon = line.lastIndex(of: ":"),
                    let port = UInt16(line[line.index(after: colon)...])
                else { return nil }
                let host = line[..<colon].drop { $0 == "[" }.prefix { $0 != "]" }
                return Address(host: String(host), port: port)
            }
            return contents
        } catch {
            throw .stateDirectory(path: path, errno: error.errno)
        }
    }

    func save(_ promises: Promises) throws(FileFailure) {
        try AtomicFile.write(promises.encode(), to: path + "/promises", mode: 0o600)
    }

    func save(instance: UInt64) throws(FileFailure) {
        try AtomicFile.write(Array("\(instance)\n".utf8), to: path + "/instance", mode: 0o600)
    }

    func save(peers: [Address]) throws(FileFailure) {
        let text = peers.prefix(StateDirectory.peersMax).map { "\($0)\n" }.joined()
        try AtomicFile.write(Array(text.utf8), to: path + "/peers", mode: 0o600)
    }

    private func lines(_ name: String) throws(FileFailure) -> [Substring] {
        let bytes = try AtomicFile.read("\(path)/\(name)", bytesMax: 8_192) ?? []
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    }

    /// With the folders above it.
    private static func makeFolder(_ path: String) throws(GossipError) {
        let slashes = path.indices.dropFirst().filter { path[$0] == "/" }
        for end in slashes + [path.endIndex] {
            guard mkdir(String(path[..<end]), 0o700) == 0 || errno == EEXIST else {
                throw .stateDirectory(path: path, errno: errno)
            }
        }
    }
}
