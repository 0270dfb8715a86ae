internal import Glibc
package import Policy

/// The minutes of five weeks in a directory, a file a day. Every call waits for the disk; calls MUST
/// NOT overlap. What cannot be read or written is told, and does no harm.
package struct HistoryStore: Sendable {
    package struct Fault: Error, Equatable, CustomStringConvertible {
        package let path: String
        package let reason: String

        package var description: String { "\(path): \(reason)" }
    }

    /// What former lives have left.
    package struct Contents: Sendable {
        /// In the order of time, each minute once.
        package var minutes: [MinuteRecord] = []
        package var faults: [Fault] = []
    }

    private let directory: String

    package init(directory: String) {
        self.directory = directory
    }

    /// All minutes of the last five weeks up to now.
    package func load(upTo now: Moment) -> Contents {
        var contents = Contents()
        contents.faults = read(upTo: now) { contents.minutes += $0 }
        return contents
    }

    /// The same a day at a time, in the order of time: all at once they take their room. Of a minute
    /// that was written twice, as after a clock was put back, the later counts.
    ///
    /// - Returns: what could not be read.
    package func read(upTo now: Moment, _ take: ([MinuteRecord]) -> Void) -> [Fault] {
        var faults: [Fault] = []
        for name in names() where !isOld(name, at: now) {
            let path = "\(directory)/\(name)"
            do throws(Fault) {
                let (records, damaged) = HistorySegment.decode(try read(path))
                var byMinute: [Int64: MinuteRecord] = [:]
                for record in records
                where record.moment <= now && HistorySegment.name(of: record) == name {
                    byMinute[record.minute] = record
                }
                take(byMinute.values.sorted { $0.minute < $1.minute })
                if damaged > 0 {
                    faults.append(Fault(path: path, reason: "\(damaged) minutes are damaged"))
                }
            } catch { faults.append(error) }
        }
        return faults
    }

    /// Writes a minute behind the last whole one, and clears away days that are over five weeks old.
    package func append(_ record: MinuteRecord) throws(Fault) {
        let name = HistorySegment.name(of: record)
        let path = "\(directory)/\(name)"
        if mkdir(directory, 0o700) != 0, errno != EEXIST { throw fault(directory) }
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw fault(path) }
        defer { close(descriptor) }
        var start = [UInt8](repeating: 0, count: HistorySegment.headerBytes)
        let header = pread(descriptor, &start, start.count, 0)
        let end = lseek(descriptor, 0, SEEK_END)
        guard header >= 0, end >= 0 else { throw fault(path) }
        var bytes = HistorySegment.encode(record)
        var place = 0
        if header == start.count, start == HistorySegment.header {
            let whole = (Int(end) - start.count) / HistorySegment.recordBytes
            place = start.count + whole * HistorySegment.recordBytes
        } else {
            // Nothing, or nothing that anybody could read.
            bytes = HistorySegment.header + bytes
        }
        guard place + bytes.count <= HistorySegment.bytesMax else {
            throw Fault(path: path, reason: "a day has no more minutes")
        }
        guard ftruncate(descriptor, off_t(place)) == 0 else { throw fault(path) }
        try write(bytes, to: descriptor, at: place, path: path)
        if place == 0 { prune(at: record.moment) }
    }

    private func prune(at now: Moment) {
        for name in names() where isOld(name, at: now) { unlink("\(directory)/\(name)") }
    }

    private func isOld(_ name: String, at now: Moment) -> Bool {
        guard let day = HistorySegment.day(of: name) else { return true }
        return now - day > .seconds(HistorySegment.daysKept * 86_400)
    }

    private func write(
        _ bytes: [UInt8], to descriptor: CInt, at start: Int, path: String
    ) throws(Fault) {
        var done = 0
        while done < bytes.count {
            let count = bytes[done...].withUnsafeBytes {
                pwrite(descriptor, $0.baseAddress, $0.count, off_t(start + done))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw fault(path) }
            done += count
        }
    }

    private func read(_ path: String) throws(Fault) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw fault(path) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 64 << 10)
        while bytes.count < HistorySegment.bytesMax {
            let count = Glibc.read(descriptor, &part, part.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw fault(path) }
            guard count > 0 else { break }
            bytes += part[..<count]
        }
        return bytes
    }

    /// The files that are ours, in the order of their days.
    private func names() -> [String] {
        guard let stream = opendir(directory) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if HistorySegment.day(of: name) != nil { names.append(name) }
        }
        return names.sorted()
    }

    private func fault(_ path: String) -> Fault {
        Fault(path: path, reason: String(cString: strerror(errno)))
    }
}
