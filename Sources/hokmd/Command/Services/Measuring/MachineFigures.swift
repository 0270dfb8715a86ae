import Glibc

/// What the kernel says of this process's use of its machine.
enum MachineFigures {
    /// Bytes of files and sockets, as /proc/self/io counts them: `rchar` and `wchar` are all reads
    /// and writes, so the network's share is what is left without the disk's.
    struct Traffic: Equatable {
        var diskRead: Double
        var diskWritten: Double
        var received: Double
        var sent: Double

        init?(_ text: String) {
            var numbers: [Substring: Double] = [:]
            for line in text.split(separator: "\n") {
                let parts = line.split(separator: ":")
                if parts.count == 2, let number = Double(parts[1].drop { $0 == " " }) {
                    numbers[parts[0]] = number
                }
            }
            guard let all = numbers["rchar"], let written = numbers["wchar"],
                let diskRead = numbers["read_bytes"], let diskWritten = numbers["write_bytes"]
            else { return nil }
            self.diskRead = diskRead
            self.diskWritten = diskWritten
            received = max(0, all - diskRead)
            sent = max(0, written - diskWritten)
        }

        static var current: Traffic? { text("/proc/self/io").flatMap(Traffic.init) }
    }

    /// Nanoseconds that each thread has run (the first field of schedstat); empty where the kernel
    /// does not say.
    static var threadTimes: [String: UInt64] {
        guard let folder = opendir("/proc/self/task") else { return [:] }
        defer { closedir(folder) }
        var times: [String: UInt64] = [:]
        while let entry = readdir(folder) {
            let thread = withUnsafeBytes(of: entry.pointee.d_name) { name in
                String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard
                let first = text("/proc/self/task/\(thread)/schedstat")?.split(separator: " ").first
            else { continue }
            times[thread] = UInt64(first)
        }
        return times
    }

    /// Bytes that this process may use: the machine's, or less where its control group says so.
    static var memoryLimit: Double? {
        let machine = text("/proc/meminfo")?.split(separator: "\n")
            .first { $0.hasPrefix("MemTotal:") }
            .flatMap { Double($0.split(separator: " ")[1]) }.map { $0 * 1_024 }
        let limits = [machine] + groupFolders.map { text("\($0)/memory.max").flatMap(number) }
        return limits.compactMap { $0 }.min()
    }

    /// The control group (version 2) and those above it: each may have a limit of its own.
    private static var groupFolders: [String] {
        guard
            let line = text("/proc/self/cgroup")?.split(separator: "\n")
                .first(where: { $0.hasPrefix("0::") })
        else { return [] }
        var parts = line.dropFirst("0::".count).split(separator: "/")
        var folders: [String] = []
        while true {
            folders.append((["/sys/fs/cgroup"] + parts).joined(separator: "/"))
            guard parts.popLast() != nil else { return folders }
        }
    }

    private static func number(_ text: String) -> Double? {
        Double(text.prefix { $0 != "\n" })
    }

    private static func text(_ path: String) -> String? {
        (try? TextFile.read(path, bytesMax: 64 << 10)).map { String(decoding: $0, as: UTF8.self) }
    }
}
