import Glibc
import NIOPosix
import Testing

/// A folder of a test with its scripts, gone with it.
final class ScriptFolder {
    let path: String

    init() throws {
        var template = Array("/tmp/hokmd-scaler-XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { remove(path, depth: 0) }

    /// A shell script of these lines.
    func script(_ name: String, _ lines: String) throws -> String {
        let file = "\(path)/\(name)"
        try write("#!/bin/sh\n\(lines)\n", to: file, mode: 0o755)
        return file
    }

    func write(_ text: String, to file: String, mode: mode_t = 0o644) throws {
        let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        #expect(Glibc.write(descriptor, bytes, bytes.count) == bytes.count)
    }

    func text(_ name: String) -> String? {
        let descriptor = open("\(path)/\(name)", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 64 << 10)
        let count = read(descriptor, &bytes, bytes.count)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }

    private func remove(_ path: String, depth: Int) {
        if unlink(path) == 0 || depth > 3 { return }
        if let folder = opendir(path) {
            while let entry = readdir(folder) {
                let name = withUnsafeBytes(of: entry.pointee.d_name) {
                    String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
                }
                if name != ".", name != ".." { remove("\(path)/\(name)", depth: depth + 1) }
            }
            closedir(folder)
        }
        rmdir(path)
    }
}

/// Threads that may block, for all tests.
let blockingThreads = {
    let pool = NIOThreadPool(numberOfThreads: 8)
    pool.start()
    return pool
}()
