/// Which sequence numbers of one sender's life were seen: a sliding bitmap as in RFC 6479.
///
/// A sender numbers all its packets in one row, whoever they are for, so a receiver sees few of
/// them; `width` numbers are a minute's worth at the usual rate.
package struct ReplayWindow: Sendable {
    package static let width: UInt64 = 1_024

    private var bits = InlineArray<16, UInt64>(repeating: 0)
    /// The greatest number seen.
    package private(set) var top: UInt64

    /// A window that has seen `sequence`, and takes everything before it for seen.
    package init(startingAt sequence: UInt64) {
        top = sequence
        for index in 0..<16 { bits[index] = .max }
    }

    package func isFresh(_ sequence: UInt64) -> Bool {
        if sequence > top { return true }
        guard top - sequence < ReplayWindow.width else { return false }
        let slot = sequence % ReplayWindow.width
        return bits[Int(slot / 64)] & (1 << (slot % 64)) == 0
    }

    /// Takes note of a packet that is proven genuine. Only then: else a forger could move the window.
    package mutating func mark(_ sequence: UInt64) {
        if sequence > top {
            let passed = min(sequence - top, ReplayWindow.width)
            for step in 0..<passed {
                let slot = (sequence - step) % ReplayWindow.width
                bits[Int(slot / 64)] &= ~(1 << (slot % 64))
            }
            top = sequence
        }
        let slot = sequence % ReplayWindow.width
        bits[Int(slot / 64)] |= 1 << (slot % 64)
    }
}
