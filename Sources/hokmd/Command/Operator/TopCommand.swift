import ArgumentParser
import Glibc

/// The status, live.
struct TopCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "top", abstract: "Shows what `status` shows, live; q ends it.")

    @Option(help: "Seconds between two looks.")
    var interval = 2

    @Option(help: "Ends after so many looks.")
    var count: Int?

    @OptionGroup var options: OperatorOptions

    func validate() throws {
        guard (1...3600).contains(interval) else {
            throw ValidationError("--interval is from 1 to 3600")
        }
        guard count.map({ $0 > 0 }) ?? true else {
            throw ValidationError("--count is at least 1")
        }
        guard !options.json else { throw ValidationError("top is for people; status has --json") }
    }

    func run() throws {
        let client = try options.client()
        // The first look decides whether there is a daemon at all.
        var latest = try client.get("/v1/status").value
        let screen = LiveScreen()
        defer { screen.end() }
        var looks = 0
        var trouble: String?
        while true {
            var lines = StatusScreen(status: latest, style: screen.style).lines
            if let trouble { lines.append(screen.style.text(trouble, .bad)) }
            screen.show(lines)
            looks += 1
            if let count, looks >= count { return }
            guard !screen.wait(seconds: interval) else { return }
            do throws(Failure) {
                latest = try client.get("/v1/status").value
                trouble = nil
            } catch {
                trouble = "not now: \(error.reason)"
            }
        }
    }
}

/// A terminal whose whole screen is painted again and again; elsewhere frames, one after the other.
struct LiveScreen {
    let style = TerminalStyle.standardOutput
    private let isTerminal = isatty(STDOUT_FILENO) == 1 && isatty(STDIN_FILENO) == 1
    private let before: termios

    /// Takes the terminal over: no echo, no waiting for a line, the other screen.
    init() {
        var present = termios()
        tcgetattr(STDIN_FILENO, &present)
        before = present
        guard isTerminal else { return }
        // Keys come as bytes, Ctrl-C too, so that the terminal is always given back.
        present.c_lflag &= ~tcflag_t(ICANON | ECHO | ISIG)
        tcsetattr(STDIN_FILENO, TCSANOW, &present)
        put("\u{1B}[?1049h\u{1B}[?25l")
    }

    func end() {
        guard isTerminal else { return }
        put("\u{1B}[?25h\u{1B}[?1049l")
        var before = before
        tcsetattr(STDIN_FILENO, TCSANOW, &before)
    }

    func show(_ lines: [String]) {
        guard isTerminal else { return put(lines.joined(separator: "\n") + "\n\n") }
        let rows = height
        let shown = lines.prefix(rows).map { "\($0)\u{1B}[K" }.joined(separator: "\r\n")
        put("\u{1B}[H\(shown)\u{1B}[J")
    }

    /// Whether a key was pressed that ends it: q, Escape or Ctrl-C.
    func wait(seconds: Int) -> Bool {
        let end = ContinuousClock.now + .seconds(seconds)
        while true {
            let rest = ContinuousClock.now.duration(to: end) / .milliseconds(1)
            guard rest > 0 else { return false }
            var watched = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
            let ready = poll(&watched, isTerminal ? 1 : 0, CInt(rest.rounded(.up)))
            guard ready > 0 else { continue }
            var key: UInt8 = 0
            guard read(STDIN_FILENO, &key, 1) == 1 else { return true }
            if [UInt8(ascii: "q"), UInt8(ascii: "Q"), 0x03, 0x1B].contains(key) { return true }
        }
    }

    private var height: Int {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0 else { return 24 }
        return Int(size.ws_row)
    }

    private func put(_ text: String) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            guard count > 0 || errno == EINTR else { return }
            rest = rest.dropFirst(max(0, count))
        }
    }
}
