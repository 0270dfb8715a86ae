import Glibc

/// This repository's files, found from where this one stands.
struct Repository {
    /// Without a slash at the end.
    let root: String

    init(here: String = #filePath) {
        root = here.split(separator: "/").dropLast(3).map { "/\($0)" }.joined()
    }

    /// The text of a file, by its path from the root; `nil` when it is not there.
    func text(_ path: String) -> String? {
        let descriptor = open("\(root)/\(path)", O_RDONLY)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        while true {
            var count = 0
            bytes += [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, initialized in
                count = read(descriptor, buffer.baseAddress, 1 << 16)
                initialized = max(0, count)
            }
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
        }
    }

    func write(_ text: String, to path: String) -> Bool {
        let descriptor = open("\(root)/\(path)", O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        return Glibc.write(descriptor, bytes, bytes.count) == bytes.count
    }

    /// The paths of the files below a folder, sorted.
    func paths(below folder: String) -> [String] {
        guard let stream = opendir("\(root)/\(folder)") else { return [] }
        defer { closedir(stream) }
        var paths: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard !name.hasPrefix(".") else { continue }
            let path = "\(folder)/\(name)"
            if Int32(entry.pointee.d_type) == Int32(DT_DIR) {
                paths += self.paths(below: path)
            } else {
                paths.append(path)
            }
        }
        return paths.sorted()
    }

    /// The Swift files below some folders.
    func sources(below folders: String...) -> [SourceFile] {
        folders.flatMap { paths(below: $0) }.filter { $0.hasSuffix(".swift") }.compactMap { path in
            text(path).map { SourceFile(path: path, text: $0) }
        }
    }
}

/// A Swift file, as written and without its comments and the contents of its literals.
struct SourceFile {
    let path: String
    let lines: [Substring]
    /// As many lines as `lines`.
    let code: [Substring]

    init(path: String, text: String) {
        self.path = path
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        var stripper = CodeStripper(text)
        code = stripper.stripped().split(separator: "\n", omittingEmptySubsequences: false)
    }
}

/// Something that should not be there.
struct Finding: Equatable, CustomStringConvertible {
    let path: String
    let line: Int
    let reason: String

    var description: String { "\(path):\(line): \(reason)" }
}
