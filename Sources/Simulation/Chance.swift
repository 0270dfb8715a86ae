package import Gossip

extension Randomness {
    /// True once in `1 / share` times; draws nothing where it cannot be.
    package mutating func chance(_ share: Double) -> Bool {
        share > 0 && Double(next() >> 11) * 0x1p-53 < share
    }

    package mutating func pick(_ range: ClosedRange<Int>) -> Int {
        Int.random(in: range, using: &self)
    }
}
