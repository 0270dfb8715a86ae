/// What a SWIM machine is told at its start.
package struct Configuration: Sendable {
    /// Unique in the cluster, at most `Limits.nameBytesMax` bytes.
    package var name: String
    /// Packets of other clusters are foreign, whatever their key.
    package var cluster: String
    /// Where others reach us.
    package var address: Address
    /// This life: wall-clock microseconds at its start.
    package var instance: UInt64
    package var metadata: Metadata
    package var keyring: Keyring
    package var timing = Timing()

    package init(
        name: String, cluster: String, address: Address, instance: UInt64,
        metadata: Metadata = Metadata(), keyring: Keyring
    ) {
        precondition(name.utf8.count <= Limits.nameBytesMax, "a name has at most 63 bytes")
        self.name = name
        self.cluster = cluster
        self.address = address
        self.instance = instance
        self.metadata = metadata
        self.keyring = keyring
    }
}

/// The times that SWIM runs by. The defaults are for one data centre or region.
package struct Timing: Sendable {
    /// One member is probed in each.
    package var period: Duration = .milliseconds(250)
    /// So many suspects at one time are more than one node's end: for so long after that, so many
    /// more members are probed in a period. In small clusters that has not been seen to help.
    package var outage = 3
    package var outageMembersMin = 10
    package var outageProbes = 3
    package var outageMin: Duration = .seconds(3)
    /// Bounds of the wait for an ack before the next try.
    package var timeoutMin: Duration = .milliseconds(20)
    package var timeoutMax: Duration = .milliseconds(100)
    /// Direct pings in one period.
    package var tries = 3
    /// Members asked to ping beside us, and pings that each of them makes.
    package var helpers = 3
    package var helperTries = 2
    /// A suspicion lasts at least max(suspicionMin, suspicionScale · log10 N) …
    package var suspicionMin: Duration = .milliseconds(800)
    package var suspicionScale: Duration = .milliseconds(600)
    /// … and this many times as long while nobody else has confirmed it.
    package var suspicionFactorMax = 4
    package var confirmations = 2
    /// … and only this long once the suspect's own machine refuses our stream and somebody else
    /// suspects it as well: the process is gone, and this is for the doubt about that.
    package var refusal: Duration = .milliseconds(100)
    /// A refusal is forgotten after this. By then the silence that it stands for is as long as that
    /// by which anybody is removed.
    package var refusalMax: Duration = .seconds(1)
    /// Between packets of news, while there is news.
    package var gossip: Duration = .milliseconds(100)
    package var gossipTargets = 3
    /// … and up to so many times as many while there is more news than a packet holds.
    package var gossipFactorMax = 3
    /// News of one member is sent `retransmits · ⌈log10(N + 1)⌉` times (SWIM, section 4.1).
    package var retransmits = 4
    /// Between contacts to failed members: this long for each member that is present, within bounds,
    /// so that the cluster as a whole makes about ten a second, whatever its size.
    package var contactPerMember: Duration = .milliseconds(100)
    package var contactMin: Duration = .milliseconds(500)
    package var contactMax: Duration = .seconds(5)
    /// Between questions for seeds, before and after we have joined. To be let in takes four packets
    /// in a row: with a third of them lost, one try in four succeeds. After each ten in vain the time
    /// before we have joined grows by as much again.
    package var seedsJoining: Duration = .milliseconds(100)
    package var seedsJoined: Duration = .seconds(5)
    /// Between table exchanges that nothing has asked for: this, or a second a member if longer.
    package var pushPull: Duration = .seconds(60)
    /// Between syncs that a differing table hash starts, and between the tries of one.
    package var sync: Duration = .milliseconds(100)
    package var syncTries = 3
    /// How long a stream request may take.
    package var streamTimeout: Duration = .seconds(2)
    /// Without any ack for so long, and having asked several, a node holds itself isolated.
    package var isolation: Duration = .seconds(1)
    /// Later than this after its deadline, a machine takes it that it was not running.
    package var lateness: Duration = .milliseconds(100)
    /// Between good-byes to members that have not acknowledged ours, and when we go without.
    package var leaveRetry: Duration = .milliseconds(80)
    package var leaveMax: Duration = .milliseconds(1_200)
    /// How long the word of a member that left is kept.
    package var tombstone: Duration = .seconds(24 * 3_600)

    package init() {}
}
