/// How far a node trusts its own senses: Lifeguard's local health multiplier (Dadgar, Phillips and
/// Currey, 2018, section IV.A). 0 is healthy; each step makes probe periods and timeouts one longer.
package struct Awareness: Sendable, Equatable {
    package static let max = 7

    package private(set) var score = 0

    package mutating func improve() { score = Swift.max(0, score - 1) }

    package mutating func worsen(by steps: Int = 1) {
        score = min(Awareness.max, score + steps)
    }

    package func stretch(_ duration: Duration) -> Duration { duration * (score + 1) }
}
