internal import Game
internal import Glibc
internal import Gossip
internal import NIOCore

/// The clocks that the shell hands to the machines, and its timers by them.
struct Clock {
    let timeScale: TimeScale

    /// Monotonic milliseconds.
    var now: Milliseconds {
        Milliseconds(timeScale.instant(.now()).nanoseconds / 1_000_000)
    }

    /// Seconds since 1970. They pass as they do for everybody.
    var wallSeconds: UInt64 { UInt64(max(0, time(nil))) }

    /// How long these last in the world.
    func amount(_ milliseconds: Milliseconds) -> TimeAmount {
        timeScale.amount(.milliseconds(milliseconds))
    }
}
