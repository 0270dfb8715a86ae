internal import Glibc

/// What the kernel says of this process, under the names that Prometheus' own clients use.
package struct ProcessFigures: Equatable, Sendable {
    /// User and system time.
    package var cpuSeconds: Double
    package var residentBytes: Int
    package var openDescriptors: Int
    package var descriptorsMax: Int
    package var threads: Int

    /// The figures of now.
    package static var current: ProcessFigures {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        let status = AuditFiles.read("/proc/self/status") ?? []
        return ProcessFigures(
            cpuSeconds: seconds(usage.ru_utime) + seconds(usage.ru_stime),
            residentBytes: (number("VmRSS:", in: status) ?? 0) << 10,
            openDescriptors: entriesCount("/proc/self/fd"),
            descriptorsMax: Int(clamping: limit.rlim_cur),
            threads: number("Threads:", in: status) ?? 0)
    }

    package var families: [MetricFamily] {
        [
            MetricFamily(
                "process_cpu_seconds_total", .counter, "User and system time that was spent.",
                cpuSeconds),
            MetricFamily(
                "process_resident_memory_bytes", .gauge, "Memory that is occupied.",
                Double(residentBytes)),
            MetricFamily(
                "process_open_fds", .gauge, "Descriptors that are open.", Double(openDescriptors)),
            MetricFamily(
                "process_max_fds", .gauge, "Descriptors that may be open.", Double(descriptorsMax)),
            MetricFamily("process_threads", .gauge, "Threads.", Double(threads)),
        ]
    }

    private static func seconds(_ time: timeval) -> Double {
        Double(time.tv_sec) + Double(time.tv_usec) / 1_000_000
    }

    private static func number(_ key: String, in status: [UInt8]) -> Int? {
        for line in status.split(separator: 0x0A) where line.starts(with: key.utf8) {
            let digits = line.drop { !(0x30...0x39).contains($0) }
                .prefix { (0x30...0x39).contains($0) }
            return Int(String(decoding: digits, as: UTF8.self))
        }
        return nil
    }

    private static func entriesCount(_ folder: String) -> Int {
        guard let stream = opendir(folder) else { return 0 }
        defer { closedir(stream) }
        var count = 0
        while readdir(stream) != nil { count += 1 }
        // Without `.`, `..` and the descriptor that this look itself needs.
        return max(0, count - 3)
    }
}
