/// What this node's own gossip has told it of the members: what it judges documents by.
struct Evidence: Sendable {
    private struct Known {
        var member: Member
        /// When it last gave a sign of life.
        var heard: Instant
        /// When its own machine said that it is no more.
        var refused: Instant?

        /// For how long it must have been silent to be removed.
        func silence(_ timing: ViewTiming) -> Duration {
            guard let refused, refused >= heard else { return timing.silence }
            return timing.refusal
        }
    }

    private var known: [NodeID: Known] = [:]
    /// Since when those who are in the view but unknown to gossip have been missed.
    private var missed: [NodeID: Instant] = [:]
    /// The lives that an operator has declared gone.
    private var dismissed: [NodeID: UInt64] = [:]
    private let timing: ViewTiming
    private let start: Instant

    init(timing: ViewTiming, now: Instant) {
        self.timing = timing
        start = now
    }

    /// - Parameter heard: when something last came from it; nil if never.
    mutating func note(_ member: Member, heard: Instant?) {
        guard known[member.id] != nil || known.count < Limits.membersMax else { return }
        let last = known[member.id]?.heard ?? start
        let before = known[member.id]
        let isSame = before?.member.incarnation == member.incarnation
        known[member.id] = Known(
            member: member, heard: max(last, heard ?? start),
            refused: isSame ? before?.refused : nil)
        missed[member.id] = nil
    }

    mutating func heard(_ id: NodeID, now: Instant) {
        known[id]?.heard = now
    }

    mutating func refused(_ id: NodeID, now: Instant) {
        known[id]?.refused = now
    }

    mutating func drop(_ id: NodeID) {
        known[id] = nil
        dismissed[id] = nil
    }

    /// The operator's word that the node's present life is over.
    mutating func dismiss(_ id: NodeID, instance: UInt64) {
        guard dismissed.count < Limits.membersMax else { return }
        dismissed[id] = max(dismissed[id] ?? 0, known[id]?.member.incarnation.instance ?? instance)
    }

    /// Starts to miss those in the view that gossip does not know.
    mutating func expect(_ ids: some Sequence<NodeID>, now: Instant) {
        let before = missed
        missed = [:]
        for id in ids where known[id] == nil { missed[id] = before[id] ?? now }
    }

    func member(_ id: NodeID) -> Member? { known[id]?.member }

    /// Those that take part now, the suspected among them, in ascending order.
    var present: [Member] {
        known.values.map(\.member).filter { $0.status.isPresent && !isDismissed($0) }
            .sorted { $0.id < $1.id }
    }

    func isPresent(_ id: NodeID) -> Bool {
        known[id].map { $0.member.status.isPresent && !isDismissed($0.member) } ?? false
    }

    /// From when on this life of a server may be removed; nil while there is no reason to.
    func gone(_ id: NodeID, instance: UInt64) -> Instant? {
        if let until = dismissed[id], instance <= until { return .origin }
        guard let entry = known[id] else { return absent(id) }
        // A later life is proof enough that this one is over.
        if entry.member.incarnation.instance > instance { return .origin }
        return entry.member.status.isPresent
            ? nil : entry.heard.advanced(by: entry.silence(timing))
    }

    /// From when on a voter may be replaced as lost; nil while there is no reason to.
    func gone(_ voter: VoterID) -> Instant? {
        guard let entry = known[voter.node] else { return absent(voter.node) }
        if isDismissed(entry.member) { return .origin }
        guard entry.member.status.isPresent else {
            return entry.heard.advanced(by: entry.silence(timing))
        }
        return entry.member.metadata.disk == voter.disk ? nil : .origin
    }

    private func isDismissed(_ member: Member) -> Bool {
        dismissed[member.id].map { member.incarnation.instance <= $0 } ?? false
    }

    /// Tables hold only those that are present when they are handed over, so a node that has just come
    /// never hears of one that failed before. It need not wait until the others' memory is sure to
    /// have come by some way: whoever brought it in has told it of all that were there.
    private func absent(_ id: NodeID) -> Instant? {
        guard let since = missed[id] else { return nil }
        let hasJustCome = since < start.advanced(by: timing.absence) && present.count > 1
        return since.advanced(by: hasJustCome ? timing.silence : timing.absence)
    }
}
