internal import Gossip

/// What the network does to what is sent, as shares from 0 to 1.
package struct Conditions: Sendable {
    /// Of datagrams, and of the segments of streams, which come late instead.
    package var loss = 0.0
    package var delay: ClosedRange<Duration> = .microseconds(100)...(.milliseconds(2))
    package var duplication = 0.0
    /// Share that comes later by up to `reorderingMax`.
    package var reordering = 0.0
    package var reorderingMax: Duration = .milliseconds(80)
    /// Share that has bits flipped on its way.
    package var corruption = 0.0
    /// Share after which something that was captured before is sent again.
    package var replay = 0.0
    /// Share of streams that break.
    package var streamReset = 0.0

    package init() {}
}

/// A cut in the network. Nodes are known by their index; one beyond a list's end is in no part.
package enum Partition: Sendable {
    /// Between those that are marked and all others.
    case split([Bool])
    /// From the marked to the others, but not back.
    case oneWay([Bool])
    /// One node from all.
    case isolated(Int)
    /// One that sends, and cannot hear.
    case deaf(Int)
    /// One that hears, and cannot be heard.
    case dumb(Int)
    /// Two from each other.
    case between(Int, Int)

    func blocks(_ source: Int, _ target: Int) -> Bool {
        switch self {
        case .split(let marked):
            Partition.isIn(source, marked) != Partition.isIn(target, marked)
        case .oneWay(let marked):
            Partition.isIn(source, marked) && !Partition.isIn(target, marked)
        case .isolated(let node): (source == node) != (target == node)
        case .deaf(let node): target == node && source != node
        case .dumb(let node): source == node && target != node
        case .between(let one, let other):
            source == one && target == other || source == other && target == one
        }
    }

    private static func isIn(_ node: Int, _ marked: [Bool]) -> Bool {
        node < marked.count && marked[node]
    }
}
