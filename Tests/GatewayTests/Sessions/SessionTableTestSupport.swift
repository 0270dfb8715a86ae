import Game
import Gossip
import Link
import PlayerProtocol
import Random

@testable import Gateway

let anna = NodeID(rawValue: 0xA)
let berta = NodeID(rawValue: 0xB)

func view(
    _ number: UInt64, _ servers: [NodeID], draining: [NodeID] = [], weights: [NodeID: UInt32] = [:]
) -> View {
    View(
        number: number, lineage: 1,
        servers: servers.map {
            View.Server(
                id: $0, instance: 1, weight: weights[$0] ?? 1,
                state: draining.contains($0) ? .draining : .serving)
        }, voters: Voters([]))
}

/// One loop's sessions between two servers, with time that the test moves. What comes of each input
/// is its value: a test reads like a transcript.
struct TableBench {
    enum Event: Equatable {
        case player(SessionEffect)
        case to(NodeID, GatewayFrame)

        static func send(_ message: [UInt8]) -> Event { .player(.send(message)) }
        static func error(_ id: Int64?, _ code: ErrorCode) -> Event {
            .player(.send(ServerMessage.error(re: id, code)))
        }
    }

    var table: SessionTable
    var now = Instant.origin
    var generator = SplitMix64(seed: 7)
    let id: SessionID
    /// A room of Anna's while both serve.
    let room: RoomCode
    static let hold = Duration.seconds(30)
    static let tokens = SeatTokens(key: [UInt8](repeating: 9, count: 32))

    /// - Parameter isReady: whether there is a view of both servers, and links to them.
    init(isReady: Bool = true) {
        table = SessionTable(firstID: .max, tokens: Self.tokens, hold: Self.hold)
        room = Self.code(of: anna)
        id = table.newID()
        table.open(id, now: now)
        if isReady {
            table.install(view(1, [anna, berta]), now: now)
            table.linkUp(anna, now: now)
            table.linkUp(berta, now: now)
        }
        drop()
    }

    /// A code that this server owns while both serve.
    static func code(of node: NodeID) -> RoomCode {
        var generator = SplitMix64(seed: 3)
        let number = Rendezvous(view(1, [anna, berta])).code(ownedBy: node, using: &generator)
        return RoomCode(number: number!)!
    }

    private mutating func drop() {
        table.clearEffects()
        _ = table.takeOutgoing()
    }

    /// Frames for servers first, then what the player gets; wakes are for the shell.
    mutating func events(_ body: (inout TableBench) -> Void) -> [Event] {
        body(&self)
        let frames = table.takeOutgoing().flatMap { node, frames in
            frames.map { Event.to(node, $0) }
        }
        let effects = table.effects.compactMap { effect -> Event? in
            guard case .session(let id, let effect) = effect, id == self.id else { return nil }
            return .player(effect)
        }
        drop()
        return frames + effects
    }

    mutating func player(_ text: String) -> [Event] {
        events { bench in
            let bytes = Array(text.utf8)
            bench.table.received(
                bytes.span.bytes, from: bench.id, now: bench.now, wallClock: 1_234,
                using: &bench.generator)
        }
    }

    mutating func server(_ node: NodeID, _ frames: RoomFrame...) -> [Event] {
        events {
            $0.table.receive(frames, from: node, now: $0.now, using: &$0.generator)
        }
    }

    mutating func up(_ node: NodeID) -> [Event] { events { $0.table.linkUp(node, now: $0.now) } }
    mutating func down(_ node: NodeID) -> [Event] {
        events { $0.table.linkDown(node, now: $0.now) }
    }
    mutating func install(_ view: View) -> [Event] {
        events { $0.table.install(view, now: $0.now) }
    }

    /// Moves time on and looks at the deadline, as a coarse timer would.
    mutating func after(_ time: Duration) -> [Event] {
        now = now.advanced(by: time)
        return events { $0.table.tick($0.id, now: $0.now) }
    }

    // MARK: Shorthands

    func attached(_ version: UInt64, seat: Int = 1) -> Attached {
        Attached(room: room, seat: Seat(seat), roomInstance: 77, version: version)
    }

    /// A seat in Anna's room, at version 5.
    mutating func join() {
        _ = player(#"{"type":"join","id":1,"room":"\#(room)","name":"Ana"}"#)
        _ = server(anna, .attached(id, attached(5), message: [1]))
    }

    func rejoin(_ node: NodeID, after version: UInt64) -> Event {
        let rejoin = Rejoin(viewer: .seat(Seat(1)!), roomInstance: 77, version: version)
        return .to(node, .attach(id, id: nil, room, .rejoin(rejoin)))
    }

    func input(_ node: NodeID, _ index: UInt64, _ input: PlayerInput, id: Int64? = nil) -> Event {
        .to(node, .input(self.id, id: id, room, index: index, input))
    }

    func output(_ version: UInt64?) -> RoomFrame {
        .output([id], version: version, message: [UInt8(version ?? 0)])
    }
}
