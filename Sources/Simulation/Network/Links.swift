internal import Gossip

/// What happens to connections between nodes.
enum LinkStep {
    /// An opening reaches its target.
    case arrive(opener: LinkEnd, target: Int)
    /// The opener learns that it is connected.
    case established(LinkID)
    case openFailed(LinkEnd, target: Int, isRefused: Bool)
    case frame(LinkID, side: Int, [UInt8])
    case closed(LinkID, side: Int)
    /// Bytes that a cut held back are sent again.
    case retry(LinkID, side: Int)

    var mark: UInt64 {
        switch self {
        case .arrive(let opener, let target): UInt64(1_000 + opener.node * 64 + target)
        case .established(let link): UInt64(2_000_000 + link.number)
        case .openFailed(let opener, _, _): UInt64(3_000_000 + opener.node)
        case .frame(let link, let side, let bytes):
            // A record's compressed size depends on where it lies in memory.
            UInt64(bytes.first ?? 0) << 32 ^ UInt64(4_000_000 + link.number * 2 + side)
        case .closed(let link, let side): UInt64(5_000_000 + link.number * 2 + side)
        case .retry(let link, let side): UInt64(6_000_000 + link.number * 2 + side)
        }
    }
}

/// One side of a link: which actor of which node's life.
struct LinkEnd: Equatable, Sendable {
    var node: Int
    var life: Int
    var actor: Int
}

/// The state of all links: TCP connections that keep order, stall and break.
struct Links {
    struct Link {
        /// The opener is side 0.
        var ends: [LinkEnd]
        var isOpen = [true, true]
        /// When the last thing sent *to* this side arrives: nothing overtakes it.
        var lastArrival = [Instant.origin, Instant.origin]
        /// What this side has sent and the network does not take.
        var stalled: [[[UInt8]]] = [[], []]
        var stalledSince = [Instant.never, Instant.never]
    }

    static let retry: Duration = .milliseconds(200)

    private(set) var all: [LinkID: Link] = [:]
    private var count = 0

    /// In the order in which they were opened.
    var ids: [LinkID] { all.keys.sorted { $0.number < $1.number } }

    mutating func open(_ ends: [LinkEnd]) -> LinkID {
        count += 1
        let id = LinkID(number: count)
        all[id] = Link(ends: ends)
        return id
    }

    subscript(id: LinkID) -> Link? {
        get { all[id] }
        set { all[id] = newValue }
    }

    /// Which side of a link a node's life is.
    func side(of link: LinkID, node: Int, life: Int) -> Int? {
        all[link]?.ends.firstIndex { $0.node == node && $0.life == life }
    }

    func ids(of node: Int) -> [LinkID] {
        ids.filter { id in all[id]?.ends.contains { $0.node == node } ?? false }
    }

    /// This side hears and says no more. Forgets a link that neither side has.
    mutating func close(_ id: LinkID, side: Int) {
        all[id]?.isOpen[side] = false
        all[id]?.stalled[side] = []
        if all[id]?.isOpen == [false, false] { all[id] = nil }
    }
}
