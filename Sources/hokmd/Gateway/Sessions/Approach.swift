internal import Gossip

/// How far a session has come on its way to a server that answers it.
///
/// It asks as soon as there is a way, once for each way, and again after a while if it was sent
/// off. It does not wait longer than `hold` says, whatever happens in between.
struct Approach: Equatable {
    private enum Step: Equatable {
        /// Nobody to ask: no view, or no link.
        case noWay
        case asked(NodeID)
        /// This server sent it off: to be asked again at a time, unless a newer view comes.
        case sentOff(NodeID, until: Instant)
    }

    /// Since when the session has been without what it needs.
    let since: Instant
    private var step = Step.noWay
    private var pause = Self.pauseMin
    /// The last answer was that the room is nowhere.
    private(set) var wasLost = false
    /// A server was asked and the way to it ended before its answer: it may have done as asked.
    private(set) var isUnsure = false

    /// Between being sent off and asking again: doubled each time.
    static let pauseMin = Duration.milliseconds(50)
    static let pauseMax = Duration.milliseconds(500)

    init(since: Instant) { self.since = since }

    /// Who was asked and has not answered.
    var asked: NodeID? {
        if case .asked(let node) = step { node } else { nil }
    }

    var retryAt: Instant {
        if case .sentOff(_, let until) = step { until } else { .never }
    }

    /// - Returns: the server that is to be asked now.
    mutating func follow(_ way: Router.Way, isNewView: Bool = false, now: Instant) -> NodeID? {
        if let asked, way != .open(asked) { isUnsure = true }
        guard case .open(let node) = way else {
            step = .noWay
            return nil
        }
        switch step {
        case .asked(node): return nil
        case .sentOff(node, let until) where until > now && !isNewView: return nil
        case .noWay, .asked, .sentOff: break
        }
        step = .asked(node)
        return node
    }

    /// The server does not have the room by its own view.
    mutating func moved(by node: NodeID, now: Instant) {
        step = .sentOff(node, until: now.advanced(by: pause))
        pause = min(pause * 2, Self.pauseMax)
        wasLost = false
    }

    /// The room is nowhere, as far as the server knows.
    mutating func lost(by node: NodeID, now: Instant) {
        step = .sentOff(node, until: now.advanced(by: Self.pauseMax))
        wasLost = true
    }

    /// It was answered in part, and asks the same question anew.
    mutating func askAgain() {
        step = .noWay
    }
}
