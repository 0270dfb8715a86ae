internal import CSodium
internal import Glibc

/// The secret that whoever asks must show. Compared without telling by the time how much was right.
package struct AdminToken: Sendable {
    /// Of what is compared only the hash is kept, which also gives both sides one length.
    private let hash: [UInt8]

    package enum FileError: Error, Equatable, CustomStringConvertible {
        case unreadable(String, errno: CInt)
        /// Others than its owner may read or write it.
        case exposed(String)
        /// No line of 16 to 512 visible ASCII characters.
        case malformed(String)

        package var description: String {
            switch self {
            case .unreadable(let file, let errno):
                "\(file): \(String(cString: strerror(errno)).lowercased())"
            case .exposed(let file):
                "\(file): others may read this secret; chmod 600 \(file)"
            case .malformed(let file):
                "\(file): wanted is one line of 16 to 512 characters without spaces"
            }
        }
    }

    package init(_ token: String) {
        hash = Self.hash(of: token)
    }

    package init(file path: String) throws(FileError) {
        self.init(try Self.text(ofFile: path))
    }

    func matches(_ given: String) -> Bool {
        let other = Self.hash(of: given)
        return sodium_memcmp(hash, other, hash.count) == 0
    }

    /// The token of a file; for the commands, which have to show it.
    package static func text(ofFile path: String) throws(FileError) -> String {
        let bytes: [UInt8]
        do throws(PrivateFile.Fault) {
            bytes = try PrivateFile.read(path, bytesMax: AdminLimits.tokenBytes.upperBound + 2)
        } catch {
            switch error {
            case .unreadable(let errno): throw .unreadable(path, errno: errno)
            case .exposed: throw .exposed(path)
            }
        }
        let line = bytes.prefix { $0 != 0x0A && $0 != 0x0D }
        let rest = bytes.dropFirst(line.count)
        guard AdminLimits.tokenBytes.contains(line.count),
            line.allSatisfy({ (0x21...0x7E).contains($0) }),
            rest.allSatisfy({ $0 == 0x0A || $0 == 0x0D })
        else { throw .malformed(path) }
        return String(decoding: line, as: UTF8.self)
    }

    private static func hash(of token: String) -> [UInt8] {
        var hash = [UInt8](repeating: 0, count: Int(crypto_generichash_BYTES))
        let bytes = Array(token.utf8)
        crypto_generichash(&hash, hash.count, bytes, UInt64(bytes.count), nil, 0)
        return hash
    }
}

/// A small file that only its owner may read.
enum PrivateFile {
    enum Fault: Error, Equatable {
        case unreadable(errno: CInt)
        case exposed
    }

    /// The first bytes of it, at most so many.
    static func read(_ path: String, bytesMax: Int) throws(Fault) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .unreadable(errno: errno) }
        defer { close(descriptor) }
        var about = stat()
        guard fstat(descriptor, &about) == 0 else { throw .unreadable(errno: errno) }
        guard about.st_mode & 0o077 == 0 else { throw .exposed }
        var bytes = [UInt8](repeating: 0, count: bytesMax)
        var count = 0
        while count < bytesMax {
            let read = bytes.withUnsafeMutableBytes {
                Glibc.read(descriptor, $0.baseAddress.map { $0 + count }, bytesMax - count)
            }
            if read < 0, errno == EINTR { continue }
            guard read >= 0 else { throw .unreadable(errno: errno) }
            guard read > 0 else { break }
            count += read
        }
        return Array(bytes.prefix(count))
    }
}
