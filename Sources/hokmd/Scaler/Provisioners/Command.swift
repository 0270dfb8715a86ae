internal import Glibc

/// A program that answers within a time, or is ended with all that it started.
struct Command: Sendable {
    /// The program and its first arguments.
    var words: [String]
    var environment: [String]
    var timeMax: Duration
    /// Of what it prints; more is garbage.
    var outputBytesMax = 1 << 20
    /// Of what it complains; the rest is not kept.
    var errorBytesMax = 8 << 10

    enum Ending: Equatable {
        case exit(CInt)
        case signal(CInt)
    }

    struct Outcome {
        var ending: Ending
        var output: [UInt8]
        var errors: [UInt8]

        /// The last line of its complaints.
        var complaint: String? {
            errors.split(separator: UInt8(ascii: "\n")).last.map { line in
                String(decoding: line.prefix(200), as: UTF8.self)
            }
        }
    }

    /// Runs it to its end. Blocks, for `timeMax` at most and the moment that a kill takes.
    func run(_ more: [String]) throws(ProvisionerError) -> Outcome {
        let what = ([words[0]] + more).joined(separator: " ")
        let (output, errors, pid): (Pipe, Pipe, pid_t)
        do throws(SystemFailure) {
            (output, errors) = (try Pipe(), try Pipe())
            pid = try Spawning(
                program: words[0], arguments: Array(words.dropFirst()) + more,
                environment: environment, output: output.write, errors: errors.write
            ).start()
        } catch {
            throw .failed("\(what): \(error)")
        }
        output.closeWrite()
        errors.closeWrite()
        return try watch(pid, what, output, errors)
    }

    private func watch(
        _ pid: pid_t, _ what: String, _ output: Pipe, _ errors: Pipe
    ) throws(ProvisionerError) -> Outcome {
        var (said, complained): ([UInt8], [UInt8]) = ([], [])
        let end = ContinuousClock.now.advanced(by: timeMax)
        // What it left running may keep the pipes open, so its own end counts, not theirs.
        var status: CInt = 0
        while true {
            wait(for: [output, errors])
            output.read(into: &said, max: outputBytesMax + 1)
            errors.read(into: &complained, max: errorBytesMax)
            let hasEnded = waitpid(pid, &status, WNOHANG) == pid
            if hasEnded {
                output.read(into: &said, max: outputBytesMax + 1)
                errors.read(into: &complained, max: errorBytesMax)
            }
            guard said.count <= outputBytesMax else {
                if !hasEnded { Self.end(pid) }
                throw .garbled("\(what) printed more than \(outputBytesMax) bytes")
            }
            if hasEnded { break }
            guard ContinuousClock.now < end else {
                Self.end(pid)
                throw .timedOut(what, timeMax)
            }
        }
        let signal = status & 0x7F
        return Outcome(
            ending: signal == 0 ? .exit(status >> 8 & 0xFF) : .signal(signal), output: said,
            errors: complained)
    }

    /// Ends it with its whole session's process group, which is the one that it leads.
    private static func end(_ pid: pid_t) {
        kill(-pid, SIGKILL)
        var status: CInt = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
    }

    /// Until something can be read, but not long: its end makes no descriptor readable.
    private func wait(for pipes: [Pipe]) {
        var polled = pipes.map { pollfd(fd: $0.readable, events: Int16(POLLIN), revents: 0) }
        poll(&polled, nfds_t(polled.count), 20)
    }
}

/// Two ends of a pipe, neither of which a child gets by itself; reading never waits.
private final class Pipe {
    private var readEnd: CInt
    private(set) var write: CInt
    private var isOpen = true

    init() throws(SystemFailure) {
        (readEnd, write) = try Spawning.pipe()
        _ = fcntl(readEnd, F_SETFL, O_NONBLOCK)
    }

    deinit {
        close(readEnd)
        closeWrite()
    }

    /// What `poll` is to look at: -1, which it passes over, after the end.
    var readable: CInt { isOpen ? readEnd : -1 }

    func closeWrite() {
        if write >= 0 { close(write) }
        write = -1
    }

    /// Takes what is there; beyond `max` bytes it is thrown away.
    func read(into bytes: inout [UInt8], max: Int) {
        var chunk = [UInt8](repeating: 0, count: 16 << 10)
        while isOpen {
            let count = Glibc.read(readEnd, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            if count == 0 { isOpen = false }
            guard count > 0 else { return }
            bytes += chunk.prefix(min(count, Swift.max(0, max - bytes.count)))
        }
    }
}
