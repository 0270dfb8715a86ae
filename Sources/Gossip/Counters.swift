/// What happened to packets, for metrics: nothing is dropped silently.
package struct Counters: Equatable, Sendable {
    package var packetsSent: UInt64 = 0
    package var bytesSent: UInt64 = 0
    package var packetsReceived: UInt64 = 0
    package var bytesReceived: UInt64 = 0
    /// Too short, too long, or not our magic or version.
    package var packetsMalformed: UInt64 = 0
    /// Sealed under a key, or for a cluster, that we do not know; or corrupt.
    package var packetsForeign: UInt64 = 0
    /// Seen before.
    package var packetsReplayed: UInt64 = 0
    /// From a former life of a member.
    package var packetsFormerLife: UInt64 = 0
    /// Genuine, but its inside makes no sense.
    package var packetsUndecodable: UInt64 = 0
    /// From senders that have not proven themselves yet.
    package var packetsUnproven: UInt64 = 0
    package var challengesSent: UInt64 = 0
    package var challengesRefused: UInt64 = 0
    package var sendErrors: UInt64 = 0
    package var probes: UInt64 = 0
    package var probesFailed: UInt64 = 0
    package var suspicions: UInt64 = 0
    package var refutations: UInt64 = 0
    package var failures: UInt64 = 0
    package var syncs: UInt64 = 0
    package var exchanges: UInt64 = 0
    package var lateWakeups: UInt64 = 0
    package var outboxOverflows: UInt64 = 0
    package var eventOverflows: UInt64 = 0

    package init() {}
}
