import Glibc
import Logging
import UnixSignals

/// What the node does when it is told something by a signal: the first SIGTERM or SIGINT asks it to
/// stop, a second ends the process at once, SIGHUP reloads.
struct Signals: Sendable {
    private let sequence: UnixSignalsSequence
    private let log: Logger
    private let reload: @Sendable () -> Void

    /// From here on the signals no longer end the process by themselves.
    ///
    /// A file that may not grow any more, by a limit of the process, is an error like a full disk, and
    /// no reason to end.
    init(log: Logger, reload: @escaping @Sendable () -> Void) async {
        signal(SIGXFSZ, SIG_IGN)
        sequence = await UnixSignalsSequence(trapping: .sigterm, .sigint, .sighup)
        self.log = log
        self.reload = reload
    }

    /// Returns when its task is cancelled.
    func run(stop: @Sendable () async -> Void) async {
        var stopping = false
        for await signal in sequence {
            if signal == .sighup {
                reload()
            } else if stopping {
                log.warning("stopped at once", metadata: ["signal": "\(signal)"])
                // Not `exit`: nothing may wait here, neither a lock nor a handler.
                _exit(128 + (signal == .sigint ? SIGINT : SIGTERM))
            } else {
                stopping = true
                log.info("stopping", metadata: ["signal": "\(signal)"])
                await stop()
            }
        }
    }
}
