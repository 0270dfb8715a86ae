internal import Glibc

/// The time that a suspect has left to refute: Lifeguard's dogpile (section IV.B). It shrinks from
/// `max` to `min` as others say, independently, that they cannot reach it either:
/// `max − (max − min) · log(C + 1) / log(K + 1)` for C of K confirmations.
package struct Suspicion: Sendable, Equatable {
    package let started: Instant
    /// Whether our own probe began it.
    package let isOwn: Bool
    /// Who suspects, the first included.
    package private(set) var accusers: [NodeID]
    /// When the suspect's own machine said that it is no more. With a second accuser that is
    /// enough: there is no process that could refute.
    private var refused: Instant?
    private let refusal: Duration
    private let refusalMax: Duration
    private let min: Duration
    private let max: Duration
    private let wanted: Int
    /// What a late event loop has added: time in which we could not have heard a refutation.
    private var extra: Duration = .zero
    /// When the suspect is held failed.
    package private(set) var deadline = Instant.never

    package init(
        accuser: NodeID, isOwn: Bool, refused: Instant? = nil, present: Int, timing: Timing,
        now: Instant
    ) {
        started = now
        self.isOwn = isOwn
        self.refused = refused
        refusal = timing.refusal
        refusalMax = timing.refusalMax
        accusers = [accuser]
        min = Suspicion.min(present: present, timing: timing)
        max = min * timing.suspicionFactorMax
        // With fewer than K other members K can never be had.
        wanted = Swift.max(0, Swift.min(timing.confirmations, present - 2))
        setDeadline()
    }

    package static func min(present: Int, timing: Timing) -> Duration {
        let scaled = timing.suspicionScale * log10(Double(Swift.max(1, present)))
        return Swift.max(timing.suspicionMin, scaled)
    }

    /// Counts another member's word. Whether it was news that others should hear.
    package mutating func confirm(by accuser: NodeID, now: Instant) -> Bool {
        guard accusers.count <= wanted, !accusers.contains(accuser) else { return false }
        accusers.append(accuser)
        if let refused, refused.duration(to: now) >= refusalMax { self.refused = nil }
        setDeadline()
        return true
    }

    package mutating func extend(by lateness: Duration) {
        extra += lateness
        setDeadline()
    }

    /// Our own stream to the suspect was refused by its machine.
    package mutating func refuse(now: Instant) {
        refused = now
        setDeadline()
    }

    /// The suspect was heard after that.
    package mutating func forgive() {
        refused = nil
        setDeadline()
    }

    private mutating func setDeadline() {
        if let refused, accusers.count > 1 || wanted == 0 {
            let since = Swift.max(started, refused)
            deadline = since.advanced(by: Swift.min(refusal, min) + extra)
            return
        }
        let share = wanted > 0 ? log(Double(accusers.count)) / log(Double(wanted + 1)) : 1
        let timeout = Swift.max(min, max - (max - min) * share)
        deadline = started.advanced(by: timeout + extra)
    }
}
