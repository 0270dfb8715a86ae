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
}
