import Random

/// What a trace with a sample every few minutes does not show: players come and go one by one.
/// Between samples a straight line would flatter whoever looks at slopes.
///
/// n independent players whose stays last τ on average scatter by √n around the mean, and forget
/// with e^(−t/τ) (the M/M/∞ queue): an Ornstein–Uhlenbeck process of that size and memory.
struct SessionNoise {
    /// The mean stay.
    private static let staySeconds = 1800.0

    private let memory: Double
    private let fresh: Double
    private var state: Double
    private var generator: SplitMix64

    init(step: Duration, seed: UInt64) {
        let part = step.inSeconds / Self.staySeconds
        // e^(−part) to the third order (Padé), exact alike on every machine.
        memory = max((1 - part / 2) / (1 + part / 2), 0)
        fresh = (1 - memory * memory).squareRoot()
        generator = SplitMix64(seed: seed)
        state = 0
        state = normal()
    }

    /// The players there are where `mean` were to be expected.
    mutating func players(mean: Double) -> Double {
        state = memory * state + fresh * normal()
        return max((mean + mean.squareRoot() * state).rounded(), 0)
    }

    /// Nearly normal: twelve uniform numbers less six (Irwin–Hall).
    private mutating func normal() -> Double {
        var sum = -6.0
        for _ in 0..<3 {
            let bits = generator.next()
            for shift in stride(from: UInt64(0), to: 64, by: 16) {
                sum += Double(bits >> shift & 0xFFFF) / 65_536
            }
        }
        return sum
    }
}
