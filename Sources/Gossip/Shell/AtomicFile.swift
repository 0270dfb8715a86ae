internal import Glibc

/// Why a file could not be written or read.
struct FileFailure: Error, Equatable {
    let errno: Int32
}

/// Files that are there as a whole or not at all, whenever the power goes.
enum AtomicFile {
    /// Writes aside, syncs, renames, syncs the folder (Pillai et al., "All File Systems Are Not
    /// Created Equal", OSDI 2014, section 4, for why each of them).
    static func write(_ bytes: [UInt8], to path: String, mode: mode_t) throws(FileFailure) {
        // By process: nodes of one machine may share a key file.
        let aside = "\(path).new.\(getpid())"
        let descriptor = open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw FileFailure(errno: Glibc.errno) }
        do throws(FileFailure) {
            defer { close(descriptor) }
            // A file of an earlier try may have another mode.
            try check(fchmod(descriptor, mode))
            try write(bytes, to: descriptor)
            try check(fsync(descriptor))
        } catch {
            unlink(aside)
            throw error
        }
        try check(rename(aside, path))
        try syncFolder(of: path)
    }

    /// At most `bytesMax` bytes of a file; nil if there is none.
    static func read(_ path: String, bytesMax: Int) throws(FileFailure) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            guard errno == ENOENT else { throw FileFailure(errno: Glibc.errno) }
            return nil
        }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: bytesMax)
        var count = 0
        while count < bytesMax {
            let read = bytes.withUnsafeMutableBytes {
                Glibc.read(descriptor, $0.baseAddress?.advanced(by: count), bytesMax - count)
            }
            if read < 0, errno == EINTR { continue }
            guard read >= 0 else { throw FileFailure(errno: Glibc.errno) }
            guard read > 0 else { break }
            count += read
        }
        return Array(bytes.prefix(count))
    }

    private static func write(_ bytes: [UInt8], to descriptor: CInt) throws(FileFailure) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw FileFailure(errno: Glibc.errno) }
            rest = rest.dropFirst(written)
        }
    }

    private static func syncFolder(of path: String) throws(FileFailure) {
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileFailure(errno: Glibc.errno) }
        defer { close(descriptor) }
        try check(fsync(descriptor))
    }

    private static func check(_ result: CInt) throws(FileFailure) {
        guard result == 0 else { throw FileFailure(errno: Glibc.errno) }
    }
}
