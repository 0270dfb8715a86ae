import Glibc
import Gossip

/// The file with the cluster's keys.
enum KeyFile {
    /// The keys that these settings name; those for development where they name none.
    static func keyring(of settings: Settings) throws(Failure) -> Keyring {
        if let path = settings.keyFile?.text { return try read(path) }
        return try DevelopmentKey(cluster: settings.cluster.text).keyring()
    }

    /// Refuses a file that others may read: then it is no secret any more.
    static func read(_ path: String) throws(Failure) -> Keyring {
        var status = stat()
        guard stat(path, &status) == 0 else { throw failure(path, SystemError.last.description) }
        guard status.st_mode & 0o077 == 0 else {
            throw failure(path, "others may read it; allow it with chmod 600 to its owner only")
        }
        var bytes = try contents(path)
        do throws(Keyring.FileError) {
            return try Keyring(wiping: &bytes)
        } catch {
            let reason =
                switch error {
                case .empty: "there is no key in it; hokmd keygen makes one"
                case .badKey(let line): "line \(line) is no key of 32 bytes in base64"
                case .tooMany: "more than \(Keyring.keysMax) keys"
                }
            throw Failure(.badConfiguration, "\(path): \(reason)")
        }
    }

    /// More than any file of keys and comments has.
    private static let bytesMax = 64 << 10

    /// In one piece of memory, for whoever wipes it.
    private static func contents(_ path: String) throws(Failure) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path, SystemError.last.description) }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: bytesMax)
        var count = 0
        while count < bytesMax {
            let part = bytes.withUnsafeMutableBytes {
                Glibc.read(descriptor, $0.baseAddress.map { $0 + count }, bytesMax - count)
            }
            if part < 0, errno == EINTR { continue }
            guard part >= 0 else { throw failure(path, SystemError.last.description) }
            guard part > 0 else { break }
            count += part
        }
        guard count < bytesMax else { throw failure(path, "it is longer than 64 KiB") }
        bytes.removeLast(bytesMax - count)
        return bytes
    }

    /// Writes a new file that only its owner may read. Never in the place of another.
    static func create(_ path: String, _ keyring: Keyring) throws(Failure) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure(path, SystemError.last.description) }
        defer { close(descriptor) }
        let bytes = Array(keyring.fileText.utf8)
        guard write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0 else {
            throw failure(path, SystemError.last.description)
        }
    }

    private static func failure(_ path: String, _ reason: String) -> Failure {
        Failure(.badConfiguration, "key file \(path): \(reason)")
    }
}
