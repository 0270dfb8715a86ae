/// What the scaler bounds and waits for, each with its reason. What an operator may choose is in the
/// policy file or in `ScalerSettings`.
package enum Limits {
    /// Instances in the ledger and in a shared state: a policy's `max` is at most that, and others
    /// may be on their way out.
    static let instancesMax = 20_000
    /// Bytes of a shared state. 200 instances take some 40 KiB.
    package static let stateBytesMax = 8 << 20
    /// Decisions that a report shows.
    static let decisionsMax = 100
    /// Starts that the start time is learned from, and how many make it known.
    static let startsMax = 20
    static let startsMin = 3
    /// Versions that are remembered; the oldest that nothing runs is forgotten first.
    static let versionsMax = 16
    /// Bytes of a reason that a provisioner gives: it goes into logs and into the shared state.
    static let reasonBytesMax = 300
    /// The longest name that an instance may have; gossip takes no longer one.
    static let nameBytesMax = 64
    /// A drain without an outcome for so long has been heard, or never will be.
    static let drainHeard = Duration.seconds(5)
    /// A version is bad when so many of its servers did not become ready: one may be chance.
    static let releaseFailures = 2
    /// A version's error rate counts from so many requests a second, and above its bound for so long.
    static let releaseRequestsMin = 0.2
    static let releaseErrorsFor = Duration.seconds(30)
    /// It is called once a second; between two calls further apart it slept, or its clock was set.
    static let gapMax = Duration.seconds(10)
    /// How long a roll-back is an alarm, and former versions are launched.
    static let rollBackFor = Duration.seconds(3600)
}
