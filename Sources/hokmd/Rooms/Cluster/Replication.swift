internal import Game
internal import Link

/// How far the successors of one room are behind its owner.
///
/// One copy at a time is on its way to a successor; what happens in the meantime goes with the
/// next. A revision is *committed* when every successor holds it, and only then do players hear of
/// it.
struct Replication {
    /// A state that has been sent, with the exact bytes: the next is compressed against them.
    struct Sent {
        let revision: UInt64
        let record: [UInt8]
        let at: Milliseconds
    }

    private struct Partner {
        let life: ServerLife
        var acknowledged: Sent?
        var flight: Sent?
        /// No copy before this, after one was refused.
        var notBefore = Milliseconds.min
        var isReachable: Bool
    }

    /// The number of the view in which the pair took the room up.
    let epoch: UInt64
    /// The owner first.
    let holders: [ServerLife]
    /// Those of the former holders that have to say first that they hold it no longer.
    private(set) var awaited: Set<ServerLife>
    /// Servers that may hold copies of an older epoch.
    private(set) var formerHolders: Set<ServerLife>
    private(set) var committed: UInt64
    /// Whether something has been committed under this epoch: older copies are of no use then.
    private(set) var isSafe = false
    /// Since when the newest copy has had no answer, or nobody to go to.
    private(set) var pendingSince: Milliseconds?
    private var partners: [Partner]
    /// The record of one revision is made once, so that its bytes are the same for everybody.
    private var latest: Sent?

    static let retryAfter: Milliseconds = 25

    /// - Parameters:
    ///   - committed: what every earlier holder had.
    ///   - pendingSince: since when the room has stood still, whatever pair held it.
    init(
        epoch: UInt64, holders: [ServerLife], awaited: Set<ServerLife> = [],
        formerHolders: Set<ServerLife> = [], committed: UInt64,
        pendingSince: Milliseconds? = nil, isReachable: (ServerLife) -> Bool
    ) {
        self.epoch = epoch
        self.holders = holders
        self.awaited = awaited
        self.formerHolders = formerHolders.subtracting(holders)
        self.committed = committed
        self.pendingSince = pendingSince
        partners = holders.dropFirst().map { Partner(life: $0, isReachable: isReachable($0)) }
    }

    var hasSuccessor: Bool { !partners.isEmpty }

    /// When a copy that was refused may be sent again.
    var retryAt: Milliseconds? {
        partners.filter { $0.isReachable && $0.flight == nil && $0.notBefore > .min }
            .map(\.notBefore).min()
    }

    /// The copies that can go out now, each with what it is compressed against.
    mutating func copies(
        of revision: UInt64, now: Milliseconds, record: () -> [UInt8]
    ) -> [(to: ServerLife, sent: Sent, base: Sent?)] {
        guard revision > committed || !isSafe else { return [] }
        pendingSince = pendingSince ?? now
        guard awaited.isEmpty else { return [] }
        var copies: [(to: ServerLife, sent: Sent, base: Sent?)] = []
        for index in partners.indices {
            let partner = partners[index]
            guard partner.isReachable, partner.flight == nil, partner.notBefore <= now,
                partner.acknowledged.map({ $0.revision < revision }) ?? true
            else { continue }
            let sent = make(revision, now: now, record)
            partners[index].flight = sent
            partners[index].notBefore = .min
            copies.append((partner.life, sent, partner.acknowledged))
        }
        return copies
    }

    /// What nobody else is to hold is safe at once.
    ///
    /// - Returns: how long nothing newer could be committed; nil if this commits nothing new.
    mutating func commitAlone(_ revision: UInt64, now: Milliseconds) -> Milliseconds? {
        guard !hasSuccessor, awaited.isEmpty, revision > committed || !isSafe else { return nil }
        let since = pendingSince ?? now
        committed = revision
        isSafe = true
        pendingSince = nil
        return now - since
    }

    private mutating func make(
        _ revision: UInt64, now: Milliseconds, _ record: () -> [UInt8]
    ) -> Sent {
        if let latest, latest.revision == revision { return latest }
        let sent = Sent(revision: revision, record: record(), at: now)
        latest = sent
        return sent
    }

    /// A successor holds a revision.
    ///
    /// - Parameter newest: the room's newest revision.
    /// - Returns: how long nothing newer could be committed; nil if this commits nothing new.
    mutating func acknowledged(
        by life: ServerLife, revision: UInt64, newest: UInt64, now: Milliseconds
    ) -> Milliseconds? {
        guard let index = partners.firstIndex(where: { $0.life == life }),
            let flight = partners[index].flight, flight.revision == revision
        else { return nil }
        partners[index].acknowledged = flight
        partners[index].flight = nil
        let safe = partners.map { $0.acknowledged?.revision ?? 0 }.min() ?? 0
        guard safe > committed else { return nil }
        committed = safe
        isSafe = true
        let since = pendingSince ?? now
        pendingSince = committed < newest ? now : nil
        return now - since
    }

    mutating func refused(
        by life: ServerLife, revision: UInt64, _ why: CopyRefusal, now: Milliseconds
    ) {
        guard let index = partners.firstIndex(where: { $0.life == life }),
            partners[index].flight?.revision == revision
        else { return }
        partners[index].flight = nil
        switch why {
        case .needsWhole: partners[index].acknowledged = nil
        case .otherPair: partners[index].notBefore = now + Self.retryAfter
        }
    }

    /// The way to a server is there, or is gone with all that was on it.
    mutating func reach(_ life: ServerLife, _ isReachable: Bool) {
        guard let index = partners.firstIndex(where: { $0.life == life }) else { return }
        partners[index].isReachable = isReachable
        partners[index].flight = nil
        partners[index].notBefore = .min
    }

    /// A former holder has said that it holds the room no longer.
    mutating func released(by life: ServerLife) {
        awaited.remove(life)
    }

    /// Only those who are in the view can have the room still.
    mutating func awaitOnly(_ isThere: (ServerLife) -> Bool) {
        awaited = awaited.filter(isThere)
    }

    mutating func note(formerHolder life: ServerLife) {
        if !holders.contains(life) { formerHolders.insert(life) }
    }

    /// Whom to tell that the room is safe under this epoch; once.
    mutating func takeFormerHolders() -> Set<ServerLife> {
        defer { formerHolders = [] }
        return formerHolders
    }
}
