import Glibc
import Gossip

/// The key of nodes that name no key file: one for each user and cluster of this machine, made by
/// whichever node needs it first. So they find each other, and nobody else can forge a seat's token.
struct DevelopmentKey {
    private let path: String

    init(cluster: String) {
        let folder = getenv("XDG_RUNTIME_DIR").map { String(cString: $0) } ?? ""
        path = "\(folder.isEmpty ? "/tmp" : folder)/hokmd-\(getuid())-\(cluster).key"
    }

    func keyring() throws(Failure) -> Keyring {
        if let keyring = try present() { return keyring }
        guard let key = Key.generate() else {
            throw Failure(.failed, "there is no locked memory for keys")
        }
        // Whole or not at all: two nodes that start together must not read half of it.
        let draft = "\(path).\(getpid())"
        try KeyFile.create(draft, Keyring(primary: key))
        defer { unlink(draft) }
        guard link(draft, path) == 0 || errno == EEXIST else {
            throw Failure(.failed, "key file \(path): \(SystemError.last.description)")
        }
        guard let keyring = try present() else {
            throw Failure(.failed, "key file \(path) went away")
        }
        return keyring
    }

    /// Nil where there is no file. In a folder that others may write to, only our own is believed.
    private func present() throws(Failure) -> Keyring? {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        guard status.st_uid == getuid(), status.st_mode & S_IFMT == S_IFREG else {
            throw Failure(.badConfiguration, "key file \(path): it is not a file of ours")
        }
        return try KeyFile.read(path)
    }
}
