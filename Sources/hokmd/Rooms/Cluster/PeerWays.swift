package import Link

/// The two links between this server and another: ours, that our frames go on, and theirs. What was
/// on a link that broke may be lost, so both servers begin anew whenever either breaks.
///
/// Theirs may be up some milliseconds before ours, and bring what has to be answered. That is kept
/// until there is a way for the answer: they would wait for it for ever.
package struct PeerWays {
    package let life: ServerLife
    package private(set) var dialled: LinkID?
    package private(set) var accepted: LinkID?
    private var early: [FrameBatch<PeerFrame>] = []

    /// All copies and offers of a full server, and as many again.
    static let earlyMax = 4_096

    package init(life: ServerLife) {
        self.life = life
    }

    package var areUp: Bool { dialled != nil && accepted != nil }
    package var areGone: Bool { dialled == nil && accepted == nil }

    package mutating func comes(_ link: LinkID, _ direction: NodeLink.Direction) {
        switch direction {
        case .dialled: dialled = link
        case .accepted:
            accepted = link
            early = []
        }
    }

    /// - Returns: whether it was one of the two.
    package mutating func goes(_ link: LinkID) -> Bool {
        if dialled == link {
            dialled = nil
        } else if accepted == link {
            accepted = nil
            early = []
        } else {
            return false
        }
        return true
    }

    package enum Hearing: Equatable {
        case now, later
        case tooMuch
    }

    /// Their link brought something; `later` it is in `takeEarly`.
    package mutating func hear(_ batch: FrameBatch<PeerFrame>) -> Hearing {
        guard !areUp else { return .now }
        guard early.count < Self.earlyMax else { return .tooMuch }
        early.append(batch)
        return .later
    }

    /// What came before both were up.
    package mutating func takeEarly() -> [FrameBatch<PeerFrame>] {
        defer { early = [] }
        return early
    }
}
