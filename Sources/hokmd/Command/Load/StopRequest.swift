import Glibc
import Load
import Synchronization
import UnixSignals

/// The first SIGINT or SIGTERM asks for the report of what was done so far; a second ends the
/// process at once, and all that it started.
final class StopRequest: Sendable {
    private let flag = Atomic<Bool>(false)

    var isMade: Bool { flag.load(ordering: .relaxed) }

    static func watch() async -> StopRequest {
        let request = StopRequest()
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        // As long as the process lives.
        _ = Task {
            for await signal in signals {
                if request.flag.exchange(true, ordering: .relaxed) {
                    Child.killAll()
                    _exit(128 + (signal == .sigint ? SIGINT : SIGTERM))
                }
            }
        }
        return request
    }
}
