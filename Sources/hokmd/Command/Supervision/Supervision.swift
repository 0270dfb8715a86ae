import Gossip

/// What a service manager is told of this node, and when: pure.
///
/// Whoever drives it calls `tick` every `interval`, and `turned` once all event loops have taken a
/// turn since it was asked to `probe` them.
struct Supervision {
    enum Effect: Equatable {
        case say(String)
        /// Have every event loop take a turn, then call `turned`.
        case probe
    }

    /// What this node is at one moment.
    struct Condition: Equatable {
        /// Whether its ports are open and its parts run.
        var isRunning: Bool
        /// Why it should be given no work, as `/readyz` has it.
        var unreadiness: String?
        /// One line on what it does.
        var summary: String
    }

    /// How long a start waits for the cluster. A node whose others are not up yet has started all the
    /// same: a manager that waited for them, or started it again, would help nobody
    /// (docs/decisions/readiness.md).
    static let patience = Duration.seconds(20)

    private enum Phase: Equatable {
        case starting(since: Instant)
        case started
        case stopping
    }

    private let watchdog: Duration?
    private var phase: Phase
    private var status = ""
    private var probedAt: Instant?
    private var isProbing = false

    init(watchdog: Duration?, now: Instant) {
        self.watchdog = watchdog
        phase = .starting(since: now)
    }

    /// Until the next tick.
    var interval: Duration {
        if case .starting = phase { return .milliseconds(100) }
        return min(watchdogInterval ?? Self.statusInterval, Self.statusInterval)
    }

    private static let statusInterval = Duration.seconds(5)

    /// A third of what is allowed, so that two may be late.
    private var watchdogInterval: Duration? { watchdog.map { $0 / 3 } }

    mutating func tick(_ condition: Condition, now: Instant) -> [Effect] {
        var effects: [Effect] = []
        switch phase {
        case .starting(let since):
            if condition.isRunning,
                condition.unreadiness == nil || since.duration(to: now) >= Self.patience
            {
                phase = .started
                effects += say(line(condition), with: "READY=1")
            } else {
                effects += say("starting: \(condition.unreadiness ?? "opening ports")")
            }
        case .started: effects += say(line(condition))
        case .stopping: break
        }
        // A look that has no answer yet stays the last one: then nobody is told that all is well.
        if let watchdogInterval, !isProbing,
            probedAt.map({ $0.duration(to: now) >= watchdogInterval }) ?? true
        {
            isProbing = true
            probedAt = now
            effects.append(.probe)
        }
        return effects
    }

    /// All event loops have taken a turn since the probe.
    mutating func turned() -> [Effect] {
        guard isProbing else { return [] }
        isProbing = false
        return [.say("WATCHDOG=1")]
    }

    /// - Parameter microseconds: of CLOCK_MONOTONIC, as systemd wants them.
    mutating func reloading(microseconds: Int64) -> [Effect] {
        guard phase == .started else { return [] }
        return [.say("RELOADING=1\nMONOTONIC_USEC=\(microseconds)")]
    }

    mutating func reloaded() -> [Effect] {
        guard phase == .started else { return [] }
        return [.say("READY=1")]
    }

    mutating func stopping() -> [Effect] {
        guard phase != .stopping else { return [] }
        phase = .stopping
        return [.say("STOPPING=1\nSTATUS=draining")]
    }

    private func line(_ condition: Condition) -> String {
        condition.unreadiness.map { "not ready: \($0)" } ?? condition.summary
    }

    /// A status that is news.
    private mutating func say(_ status: String, with word: String? = nil) -> [Effect] {
        // One line: a name with a line feed would be another message.
        let status = status.split(whereSeparator: \.isNewline).joined(separator: " ")
        guard word != nil || status != self.status else { return [] }
        self.status = status
        return [.say((word.map { "\($0)\n" } ?? "") + "STATUS=\(status)")]
    }
}
