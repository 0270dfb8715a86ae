internal import Gossip

/// What happened in a run, as one number: equal for two runs only if every step was.
package struct Trace {
    /// FNV-1a over the steps.
    package private(set) var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    package private(set) var steps = 0
    /// Is given each step in words, where somebody wants to read along.
    package var reader: ((String) -> Void)?

    package init() {}

    mutating func note(_ at: Instant, _ kind: UInt8, _ node: Int, _ detail: UInt64) {
        steps += 1
        mix(UInt64(bitPattern: at.nanoseconds))
        mix(UInt64(kind) << 32 | UInt64(UInt32(truncatingIfNeeded: node)))
        mix(detail)
    }

    func say(_ at: Instant, _ text: @autoclosure () -> String) {
        guard let reader else { return }
        let milliseconds = at.nanoseconds / 1_000_000
        let digits = String(at.nanoseconds / 1_000 % 1_000)
        let fraction = String(repeating: "0", count: 3 - digits.count) + digits
        reader("\(milliseconds).\(fraction) ms  \(text())")
    }

    private mutating func mix(_ word: UInt64) {
        hash = (hash ^ word) &* 0x100_0000_01B3
        hash ^= hash >> 29
    }

    /// A short sum of a packet, for `note`.
    static func sum(_ bytes: [UInt8]) -> UInt64 {
        var sum = UInt64(bytes.count)
        for index in stride(from: 0, to: bytes.count, by: 8) {
            sum = (sum ^ UInt64(bytes[index])) &* 0x100_0000_01B3
        }
        return sum
    }
}
