internal import Game
internal import Glibc
internal import NIOCore

/// The clocks that the shell hands to the machines.
enum Clock {
    /// Monotonic milliseconds.
    static var now: Milliseconds {
        Milliseconds(NIODeadline.now().uptimeNanoseconds / 1_000_000)
    }

    /// Seconds since 1970.
    static var wallSeconds: UInt64 { UInt64(max(0, time(nil))) }
}
