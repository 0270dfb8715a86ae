package import Policy

/// An instance in the ledger: launched by a scaler of this cluster, or found at the provisioner.
package struct Instance: Equatable, Sendable {
    package enum Phase: String, CaseIterable, Sendable {
        /// Asked for, and not serving yet.
        case launching
        case ready
        /// It served, and is out of reach; the provisioner still has it. It may still run rooms.
        case lost
        /// It is to hand over its rooms and leave.
        case draining
        /// It holds no room; it is to end.
        case stopping
    }

    package let id: InstanceID
    package private(set) var phase: Phase
    /// Of the phase.
    package private(set) var since: Moment
    /// Of the phase.
    package private(set) var reason: String
    /// When it was asked for, or found.
    package var launchedAt: Moment
    /// What it runs; until that is known, what it was asked to run.
    package var version: String?
    /// Whether the provisioner was asked for it.
    package var isAsked = false
    /// Whether a member of this name was ever seen, and ever in the view.
    package var hasJoined = false
    package var wasInView = false
    /// Whether the node was told to drain, and has.
    package var isTold = false
    /// Found at the provisioner, where nobody remembered it.
    package var isOrphan = false

    package init(id: InstanceID, launchedAt: Moment, version: String? = nil, reason: String) {
        self.id = id
        phase = .launching
        since = launchedAt
        self.launchedAt = launchedAt
        self.version = version
        self.reason = reason
    }

    mutating func enter(_ phase: Phase, at now: Moment, _ reason: String) {
        (self.phase, since) = (phase, now)
        self.reason = Self.bounded(reason)
    }

    mutating func mapTimes(_ map: (Moment) -> Moment) {
        (since, launchedAt) = (map(since), map(launchedAt))
    }

    /// What a provisioner says may be long.
    static func bounded(_ text: String) -> String {
        guard text.utf8.count > Limits.reasonBytesMax else { return text }
        return String(decoding: Array(text.utf8.prefix(Limits.reasonBytesMax)), as: UTF8.self)
    }
}
