internal import Glibc
package import Policy

/// The scaler's part of the state directory. Every call waits for the disk, so none is made on an
/// event loop.
struct ScalerStore: Sendable {
    let folder: String

    private var stateFile: String { "\(folder)/scaler.json" }

    var history: HistoryStore { HistoryStore(directory: "\(folder)/history") }

    /// Makes the folder where there is none.
    init(_ folder: String) throws(SystemFailure) {
        self.folder = folder
        try ServerLog.makeFolder(folder)
    }

    /// The state that was saved last; nil if there is none that can be read.
    func state() -> ScalerState? {
        ProcFile.read(stateFile, bytesMax: Limits.stateBytesMax + 1)
            .flatMap { ScalerState(decoding: $0) }
    }

    /// The new one or the old one, whenever the power goes: written aside, synced, renamed.
    func save(_ state: [UInt8]) throws(SystemFailure) {
        let aside = "\(stateFile).new"
        let descriptor = open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .last }
        do throws(SystemFailure) {
            defer { close(descriptor) }
            try Self.write(state, to: descriptor)
            guard fsync(descriptor) == 0 else { throw .last }
        } catch {
            unlink(aside)
            throw error
        }
        guard rename(aside, stateFile) == 0 else { throw .last }
        let parent = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard parent >= 0 else { throw .last }
        defer { close(parent) }
        guard fsync(parent) == 0 else { throw .last }
    }

    /// Bytes of a file of decisions before the next one begins; the one before it is kept. A decision
    /// takes some two to ten KiB.
    private static let decisionsBytesMax = 16 << 20

    /// Keeps a decision: a line of JSON, from which it can be made again.
    func append(_ decision: Decision) throws(SystemFailure) {
        let path = "\(folder)/decisions.jsonl"
        var status = stat()
        if stat(path, &status) == 0, status.st_size > Self.decisionsBytesMax {
            guard rename(path, "\(path).1") == 0 else { throw .last }
        }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .last }
        defer { close(descriptor) }
        try Self.write(Array("\(decision.json)\n".utf8), to: descriptor)
    }

    private static func write(_ bytes: [UInt8], to descriptor: CInt) throws(SystemFailure) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw .last }
            rest = rest.dropFirst(written)
        }
    }
}

extension Moment {
    /// The time of day, which schedules and seasons go by.
    package static var now: Moment {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Moment(
            milliseconds: Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000)
    }
}
