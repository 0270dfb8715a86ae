internal import Gossip

/// What the agenda holds. Nodes go by index; `life` says which of a node's lives is meant.
enum Happening {
    case wake(Int, life: Int)
    case resume(Int, life: Int)
    case datagram([UInt8], from: Address, to: Address)
    case request([UInt8], id: UInt32, from: Int, life: Int, to: Address)
    case reply([UInt8], id: UInt32, to: Int, life: Int)
    case requestFailed(id: UInt32, isRefused: Bool, Int, life: Int)
    case written(token: UInt64, Int, life: Int)
    /// A warming node has all that it needs.
    case warmed(Int, life: Int)
    /// A draining node has waited long enough.
    case depart(Int, life: Int)
    case stop(Int, life: Int)
    case link(LinkStep)
    case strike
    /// Links on which nothing has come for a while may have to go.
    case silence
    case socket(SocketStep)
    /// Whoever attends the world looks at it.
    case attend
    /// What a paused node's disk did meanwhile.
    case told(token: UInt64, isDone: Bool, Int, life: Int)

    /// For the trace: which kind, and which node.
    var mark: (kind: UInt8, node: Int) {
        switch self {
        case .wake(let node, _): (1, node)
        case .resume(let node, _): (2, node)
        case .datagram: (3, 0)
        case .request(_, _, let node, _, _): (4, node)
        case .reply(_, _, let node, _): (5, node)
        case .requestFailed(_, _, let node, _): (6, node)
        case .written(_, let node, _): (7, node)
        case .warmed(let node, _): (8, node)
        case .depart(let node, _): (9, node)
        case .stop(let node, _): (10, node)
        case .link: (11, 0)
        case .strike: (12, 0)
        case .told(_, _, let node, _): (13, node)
        case .silence: (14, 0)
        case .socket: (15, 0)
        case .attend: (16, 0)
        }
    }

    var detail: UInt64 {
        switch self {
        case .datagram(let bytes, let source, let target):
            Trace.sum(bytes) ^ source.low << 8 ^ target.low << 32
        case .request(let bytes, _, _, _, _), .reply(let bytes, _, _, _): Trace.sum(bytes)
        case .written(let token, _, _): token
        case .link(let step): step.mark
        case .socket(let step): step.mark
        default: 0
        }
    }
}
