internal import Glibc

/// Why an audit log could not be written.
package struct AuditFault: Error, Equatable, Sendable, CustomStringConvertible {
    package var reason: String
    /// Bytes of what was to be written that are in the file all the same.
    package var torn: Int

    package init(_ reason: String, torn: Int = 0) {
        self.reason = reason
        self.torn = torn
    }

    package var description: String { reason }
}

/// Where the lines go. Everything may block.
protocol AuditStorage {
    /// Of the current file.
    var bytesCount: Int { get }
    /// Appends all of it, or says how much of it stands there now.
    mutating func append(_ bytes: [UInt8]) throws(AuditFault)
    /// Returns when everything would survive the loss of power.
    mutating func sync() throws(AuditFault)
    /// Keeps the head beside the log, so that a cut at its end is found.
    mutating func keep(_ head: AuditHead)
    /// Goes on in a new file; the present one gets this number behind its name.
    mutating func rotate(last sequence: UInt64) throws(AuditFault)
    /// The numbers of the oldest files beyond so many, rising.
    func surplus(keeping count: Int) -> [UInt64]
    /// Takes these files away.
    mutating func remove(_ files: [UInt64])
}

/// A log in a file, with `FILE.head` beside it and the older ones as `FILE.NUMBER`.
struct AuditDisk: AuditStorage {
    private let path: String
    private var descriptor: CInt
    private let headDescriptor: CInt
    private(set) var bytesCount: Int

    init(path: String) throws(AuditFault) {
        self.path = path
        let flags = O_RDWR | O_CREAT | O_CLOEXEC
        headDescriptor = Glibc.open("\(path).head", flags, 0o600)
        guard headDescriptor >= 0 else { throw Self.fault("\(path).head") }
        do throws(AuditFault) {
            (descriptor, bytesCount) = try Self.openLog(path)
        } catch {
            close(headDescriptor)
            throw error
        }
    }

    func closeFiles() {
        close(descriptor)
        close(headDescriptor)
    }

    /// The head that was kept.
    var head: AuditHead? {
        AuditHead(
            text: String(decoding: Self.contents(headDescriptor, bytesMax: 128), as: UTF8.self))
    }

    /// What is in the newest file that has something.
    var contents: [UInt8] {
        let current = Self.contents(descriptor, bytesMax: bytesCount)
        guard current.isEmpty, let newest = AuditFiles(path).rotated.last else { return current }
        return AuditFiles.read(newest) ?? []
    }

    mutating func append(_ bytes: [UInt8]) throws(AuditFault) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let reason = Self.fault(path).reason
                let torn = bytes.count - rest.count
                // Takes back what is half there; a file that may only grow keeps it.
                guard torn > 0, ftruncate(descriptor, off_t(bytesCount)) != 0 else {
                    throw AuditFault(reason)
                }
                bytesCount += torn
                let feed: [UInt8] = [0x0A]
                if write(descriptor, feed, 1) == 1 { bytesCount += 1 }
                throw AuditFault(reason, torn: torn)
            }
            rest = rest.dropFirst(count)
        }
        bytesCount += bytes.count
    }

    mutating func sync() throws(AuditFault) {
        guard fdatasync(descriptor) == 0, fdatasync(headDescriptor) == 0 else {
            throw Self.fault(path)
        }
    }

    mutating func keep(_ head: AuditHead) {
        // Of one length for ever, so that a line is replaced whole.
        let number = String(head.sequence)
        let padded = String(repeating: "0", count: 20 - number.count) + number
        let bytes = Array("\(padded):\(head.mac)\n".utf8)
        _ = pwrite(headDescriptor, bytes, bytes.count, 0)
    }

    mutating func rotate(last sequence: UInt64) throws(AuditFault) {
        guard fsync(descriptor) == 0, rename(path, "\(path).\(sequence)") == 0 else {
            throw Self.fault(path)
        }
        let old = descriptor
        (descriptor, bytesCount) = try Self.openLog(path)
        close(old)
    }

    func surplus(keeping count: Int) -> [UInt64] { AuditFiles(path).numbers.dropLast(count) }

    func remove(_ files: [UInt64]) {
        // One that stays is surplus the next time too.
        for number in files { unlink("\(path).\(number)") }
    }

    private static func openLog(_ path: String) throws(AuditFault) -> (CInt, Int) {
        let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw fault(path) }
        var about = stat()
        guard fstat(descriptor, &about) == 0 else {
            defer { close(descriptor) }
            throw fault(path)
        }
        return (descriptor, Int(about.st_size))
    }

    private static func contents(_ descriptor: CInt, bytesMax: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: bytesMax)
        var count = 0
        while count < bytesMax {
            let part = bytes.withUnsafeMutableBytes {
                pread(
                    descriptor, $0.baseAddress.map { $0 + count }, bytesMax - count, off_t(count))
            }
            if part < 0, errno == EINTR { continue }
            guard part > 0 else { break }
            count += part
        }
        return Array(bytes.prefix(count))
    }

    private static func fault(_ path: String) -> AuditFault {
        AuditFault("\(path): \(String(cString: strerror(errno)).lowercased())")
    }
}
