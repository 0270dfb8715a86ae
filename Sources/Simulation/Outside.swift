package import Gossip

/// A connection from outside the cluster to a node: a player's.
package struct SocketID: Hashable, Sendable {
    package let number: Int

    package init(number: Int) { self.number = number }
}

package enum SocketInput: Equatable, Sendable {
    case opened
    case bytes([UInt8])
    case closed
}

/// Who is outside of the cluster: players, and whoever judges what all of them see.
package protocol Outside: AnyObject {
    /// True time.
    var nextDeadline: Instant { get }
    /// What broke an invariant. Looked at after every step; the first ends the run.
    var fault: (Violation.Invariant, String)? { get }

    func wake(now: Instant) -> [OutsideEffect]
    func opened(_ socket: SocketID, now: Instant) -> [OutsideEffect]
    func received(_ bytes: [UInt8], on socket: SocketID, now: Instant) -> [OutsideEffect]
    /// - Parameter code: nil where the connection broke, or was refused.
    func closed(_ socket: SocketID, code: UInt16?, now: Instant) -> [OutsideEffect]
    /// A node's life is over.
    func ended(node: Int)
    /// Faults have ended.
    func calmBegan(now: Instant) -> [OutsideEffect]
    /// How long it takes until the last of what was lost is known to be; nil if nothing was.
    var doubt: Duration? { get }
    /// The first thing that is not yet as it should be once faults have ended; nil if all is well.
    func unfinished(in world: World) -> String?
}

package enum OutsideEffect: Equatable, Sendable {
    /// Answered by `opened` or `closed`. The id is a new one.
    case connect(SocketID, node: Int)
    case send(SocketID, [UInt8])
    /// No `closed` follows.
    case close(SocketID)
}

/// What happens to connections from outside.
enum SocketStep {
    case arrive(SocketID)
    case toNode(SocketID, SocketInput)
    case opened(SocketID)
    case toOutside(SocketID, [UInt8])
    case closedOutside(SocketID, code: UInt16?)
    /// It broke on its way, and the node is told apart.
    case tornOutside(SocketID)
    case wake

    var mark: UInt64 {
        switch self {
        case .arrive(let id): 1_000_000 + UInt64(id.number)
        // Tokens are sealed with numbers that no seed gives: of bytes only their count is noted.
        case .toNode(let id, .bytes(let bytes)):
            UInt64(bytes.count) << 32 ^ 2_000_000 + UInt64(id.number)
        case .toNode(let id, _): 3_000_000 + UInt64(id.number)
        case .opened(let id): 4_000_000 + UInt64(id.number)
        case .toOutside(let id, let bytes):
            UInt64(bytes.count) << 32 ^ 5_000_000 + UInt64(id.number)
        case .closedOutside(let id, let code):
            6_000_000 + UInt64(id.number) << 16 + UInt64(code ?? 0)
        case .wake: 7_000_000
        case .tornOutside(let id): 8_000_000 + UInt64(id.number)
        }
    }
}

struct OutsideSocket {
    let node: Int
    let life: Int
    /// Whether bytes from outside still mean something, and bytes to it.
    var isOpenInside = true
    var isOpenOutside = true
    /// Nothing overtakes what was sent before.
    var lastToNode = Instant.origin
    var lastToOutside = Instant.origin
}
