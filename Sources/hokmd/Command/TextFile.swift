import Glibc
import YAML

/// Reads an operator's file whole, and writes one.
enum TextFile {
    /// Beyond what `YAMLLimits` takes, so that a larger file is refused there, with its limit.
    private static let bytesMax = YAMLLimits().bytesMax + 1

    static func write(_ text: String, to path: String) throws(SettingsError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw .unreadable(file: path, reason: SystemError.last.description)
        }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            guard count >= 0 else {
                if errno == EINTR { continue }
                throw .unreadable(file: path, reason: SystemError.last.description)
            }
            written += count
        }
    }

    static func read(_ path: String) throws(SettingsError) -> [UInt8] {
        try read(path, bytesMax: bytesMax)
    }

    /// At most so many bytes of it.
    static func read(_ path: String, bytesMax: Int) throws(SettingsError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw .unreadable(file: path, reason: SystemError.last.description)
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        while bytes.count < bytesMax {
            let room = min(64 << 10, bytesMax - bytes.count)
            var count = 0
            let part = [UInt8](unsafeUninitializedCapacity: room) { buffer, initialized in
                count = Glibc.read(descriptor, buffer.baseAddress, room)
                initialized = max(0, count)
            }
            guard count >= 0 else {
                if errno == EINTR { continue }
                throw .unreadable(file: path, reason: SystemError.last.description)
            }
            guard count > 0 else { break }
            bytes += part
        }
        return bytes
    }
}

/// A number that a system call left, in words.
struct SystemError: CustomStringConvertible {
    let number: CInt

    static var last: SystemError { SystemError(number: errno) }

    /// In lower case, to stand after a colon.
    var description: String {
        let text = strerror(number).map { String(cString: $0) } ?? "error \(number)"
        return text.prefix(1).lowercased() + text.dropFirst()
    }
}
