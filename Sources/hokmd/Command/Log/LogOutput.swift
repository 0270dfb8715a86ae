import Glibc
import Logging
import Synchronization

/// Where the log goes, in which form, and from which level on. One for the process; loggers of
/// every thread share it.
final class LogOutput: Sendable {
    private let descriptor: CInt
    private let format: LogFormat
    private let rank: Atomic<Int>
    /// A line is one `write`, but the kernel may take only a part of it.
    private let writing = Mutex(())

    /// Writes to `descriptor`, which stays the caller's.
    init(descriptor: CInt = STDERR_FILENO, format: LogFormat, level: LogLevel) {
        self.descriptor = descriptor
        self.format = format
        rank = Atomic(level.rank)
    }

    var level: LogLevel {
        get { LogLevel.allCases[rank.load(ordering: .relaxed)] }
        set { rank.store(newValue.rank, ordering: .relaxed) }
    }

    func write(_ line: LogLine) {
        let bytes = format == .json ? line.json : line.logfmt
        writing.withLock { _ in
            var rest = bytes[...]
            while !rest.isEmpty {
                let written = rest.withUnsafeBytes {
                    Glibc.write(descriptor, $0.baseAddress, $0.count)
                }
                // Nobody reads, or the disk is full: there is no other place to say so.
                guard written > 0 || errno == EINTR else { return }
                rest = rest.dropFirst(max(0, written))
            }
        }
    }

    /// A logger that writes here.
    func logger(label: String) -> Logger {
        Logger(label: label) { _ in Handler(output: self) }
    }

    private struct Handler: LogHandler {
        let output: LogOutput
        var metadata: Logger.Metadata = [:]
        /// Set where one logger was given a level of its own.
        private var ownLevel: Logger.Level?

        init(output: LogOutput) {
            self.output = output
        }

        var logLevel: Logger.Level {
            get { ownLevel ?? output.level.level }
            set { ownLevel = newValue }
        }

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            var fields = metadata
            if let more = event.metadata { fields.merge(more) { _, newer in newer } }
            if let error = event.error { fields["error"] = "\(error)" }
            output.write(
                LogLine(
                    time: LogOutput.now, level: event.level, event: event.message.description,
                    metadata: fields))
        }
    }

    private static var now: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}

extension LogLevel {
    fileprivate var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    /// swift-log's level of this name.
    var level: Logger.Level {
        switch self {
        case .trace: .trace
        case .debug: .debug
        case .info: .info
        case .notice: .notice
        case .warning: .warning
        case .error: .error
        case .critical: .critical
        }
    }
}
