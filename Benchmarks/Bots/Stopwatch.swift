import Game
import Glibc

/// The longest move of each strength, in CPU time of the thread.
final class Stopwatch {
    private(set) var slowest: [BotStrength: Duration] = [:]

    func measure<Result>(_ strength: BotStrength, _ body: () -> Result) -> Result {
        let start = Self.now()
        defer { slowest[strength] = max(slowest[strength] ?? .zero, Self.now() - start) }
        return body()
    }

    private static func now() -> Duration {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}
