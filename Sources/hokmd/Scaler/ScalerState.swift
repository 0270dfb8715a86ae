package import Policy

/// All that a scaler which takes over has to know. The acting one shares it; the others, and the
/// state directory, keep the newest.
package struct ScalerState: Equatable, Sendable {
    /// Counts the states that were shared, over all scalers that ever acted: the higher is newer.
    package internal(set) var revision: UInt64 = 0
    package internal(set) var at: Moment
    /// The number of the last instance that was named.
    package internal(set) var serial: UInt64 = 0
    package internal(set) var engine: EngineState
    /// In the order of their names.
    package internal(set) var instances: [Instance] = []
    /// From launch to ready, the latest last.
    package internal(set) var starts: [Duration] = []
    /// When a failed launch was counted last: those launched before it count no more.
    package internal(set) var failedAt: Moment?
    /// In the order in which they were first seen.
    package internal(set) var versions: [VersionRecord] = []

    package init(at: Moment, engine: EngineState) {
        self.at = at
        self.engine = engine
    }

    /// The 95th percentile of real starts, once there were enough.
    var startTime: Duration? {
        guard starts.count >= Limits.startsMin else { return nil }
        return starts.sorted()[(starts.count * 95 + 99) / 100 - 1]
    }
}

/// A version of the program that instances run, and what is held of it.
package struct VersionRecord: Equatable, Sendable {
    package enum Standing: String, CaseIterable, Sendable {
        /// Within its watch time.
        case watched
        /// It was watched to the end, or it is the first that was ever seen.
        case trusted
        /// Given up: nobody launches it, and it is drained.
        case bad
    }

    package let version: String
    package internal(set) var standing: Standing
    /// Of the standing; of a watched one, its first sign of life.
    package internal(set) var since: Moment
    /// When its first instance became ready.
    package internal(set) var readySince: Moment?
    /// Instances that became ready, and that did not.
    package internal(set) var successes = 0
    package internal(set) var failures = 0
    /// Since when its error rate is above the bound.
    package internal(set) var erringSince: Moment?
    package internal(set) var reason = ""

    package init(version: String, standing: Standing, since: Moment) {
        self.version = version
        self.standing = standing
        self.since = since
    }
}
