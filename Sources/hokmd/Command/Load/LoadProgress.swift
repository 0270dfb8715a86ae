import Glibc
import Load
import NIOCore

/// How a run goes, on standard error: on a terminal one line that changes every second, elsewhere
/// a line every ten.
struct LoadProgress: Sendable {
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private static let secondsBetweenLines = 10

    func show(_ sample: CrowdSample) {
        let seconds = Int((sample.time.nanoseconds + 500_000_000) / 1_000_000_000)
        guard isTerminal || seconds % Self.secondsBetweenLines == 0 else { return }
        var words = [
            "\(seconds) s", "players \(sample.seated)/\(sample.players)",
            "moves \(sample.moves)/s", "p50 \(sample.median.inMilliseconds)",
            "p99 \(sample.p99.inMilliseconds)",
        ]
        if sample.refusals > 0 { words.append("refused \(sample.refusals)") }
        words.append("wrong \(sample.wrongs)")
        let line = words.joined(separator: "  ")
        put(isTerminal ? "\r\(line)\u{1B}[K" : "\(line)\n")
    }

    /// Something that stays to be read.
    func tell(_ line: String) {
        put(isTerminal ? "\r\(line)\u{1B}[K\n" : "\(line)\n")
    }

    /// Before the report.
    func end() {
        if isTerminal { put("\r\u{1B}[K") }
    }

    private func put(_ text: String) {
        let bytes = Array(text.utf8)
        _ = write(STDERR_FILENO, bytes, bytes.count)
    }
}
