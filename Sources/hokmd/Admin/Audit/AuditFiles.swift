internal import Glibc

/// The files of one audit log: `FILE`, and before it `FILE.NUMBER`, where the number is that of its
/// last entry.
package struct AuditFiles {
    package let path: String

    package init(_ path: String) {
        self.path = path
    }

    /// The older files, in the order of their writing.
    package var rotated: [String] { numbers.map { "\(path).\($0)" } }

    /// Those of the older files, rising.
    var numbers: [UInt64] {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        let folder = parts.dropLast().joined(separator: "/")
        let name = parts.last.map(String.init) ?? path
        guard let stream = opendir(parts.count == 1 ? "." : folder.isEmpty ? "/" : folder) else {
            return []
        }
        defer { closedir(stream) }
        var numbers: [UInt64] = []
        while let entry = readdir(stream) {
            let file = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard file.hasPrefix("\(name)."), let number = UInt64(file.dropFirst(name.count + 1))
            else { continue }
            numbers.append(number)
        }
        return numbers.sorted()
    }

    /// All of a file; nil if it cannot be read.
    package static func read(_ path: String) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = Glibc.read(descriptor, &part, part.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return nil }
            guard count > 0 else { return bytes }
            bytes += part[..<count]
        }
    }

    /// The head that was kept beside the log; nil if there is none.
    package var head: AuditHead? {
        Self.read("\(path).head").flatMap { AuditHead(text: String(decoding: $0, as: UTF8.self)) }
    }
}
