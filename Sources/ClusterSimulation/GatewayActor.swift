internal import Game
internal import Gateway
internal import Gossip
internal import Link
internal import PlayerProtocol
import Random
internal import Simulation

/// A gateway's sessions: the product's table of them, with this in the part of `PlayerSessions`.
final class GatewayActor {
    private(set) var table: SessionTable
    private var generator: SplitMix64
    private var wakes: [SessionID: Instant] = [:]
    private var sessionOf: [SocketID: SessionID] = [:]
    private var socketOf: [SessionID: SocketID] = [:]
    private(set) var effects: [ActorEffect] = []
    /// When which socket is told to go elsewhere, once the node drains.
    private var departures: [(at: Instant, socket: SocketID)] = []
    private(set) var isDraining = false
    let slips: GatewaySlips

    /// The least wait of a timer.
    private static let tick = Duration.milliseconds(10)

    init(hall: Hall, seed: UInt64) {
        generator = SplitMix64(seed: seed)
        slips = GatewaySlips(hall.mistake)
        table = SessionTable(
            firstID: generator.next(),
            tokens: SeatTokens(key: [UInt8](repeating: 1, count: 32)), hold: .seconds(30))
    }

    var nextDeadline: Instant {
        var next = departures.first?.at ?? .never
        for wake in wakes.values { next = min(next, wake) }
        return next
    }

    var isEmpty: Bool { sessionOf.isEmpty }

    func takeEffects() -> [ActorEffect] {
        defer { effects.removeAll(keepingCapacity: true) }
        return effects
    }

    func use(_ tokens: SeatTokens) { table.use(tokens) }

    // MARK: Players

    func hear(_ input: SocketInput, on socket: SocketID, now: Instant, wallClock: Int64) {
        switch input {
        case .opened:
            guard !isDraining else {
                effects.append(.closeOutside(socket, code: CloseCode.restart.rawValue))
                return
            }
            let id = table.newID()
            sessionOf[socket] = id
            socketOf[id] = socket
            table.open(id, now: now)
        case .bytes(let bytes):
            guard let id = sessionOf[socket] else { return }
            table.received(
                bytes.span.bytes, from: id, now: now, wallClock: wallClock, using: &generator)
        case .closed: forget(socket)
        }
        carryOut(now)
    }

    private func forget(_ socket: SocketID) {
        guard let id = sessionOf.removeValue(forKey: socket) else { return }
        socketOf[id] = nil
        wakes[id] = nil
        departures.removeAll { $0.socket == socket }
        table.closed(id)
    }

    /// Tells everyone to go elsewhere, over two seconds.
    func drain(now: Instant) {
        guard !isDraining else { return }
        isDraining = true
        let sockets = sessionOf.keys.sorted { $0.number < $1.number }
        departures = sockets.enumerated().map { index, socket in
            (now.advanced(by: .seconds(2) * index / sockets.count), socket)
        }
    }

    func wake(now: Instant) {
        while let first = departures.first, first.at <= now {
            departures.removeFirst()
            effects.append(.closeOutside(first.socket, code: CloseCode.restart.rawValue))
            forget(first.socket)
        }
        let due = wakes.filter { $0.value <= now }.keys
        for id in due.sorted(by: { $0.rawValue < $1.rawValue }) {
            wakes[id] = nil
            table.tick(id, now: now)
        }
        carryOut(now)
    }

    // MARK: Servers

    func receive(_ frames: [RoomFrame], from node: NodeID, now: Instant) {
        table.receive(frames, from: node, now: now, using: &generator)
        carryOut(now)
    }

    func linkUp(_ node: NodeID, now: Instant) {
        table.linkUp(node, now: now)
        carryOut(now)
    }

    func linkDown(_ node: NodeID, now: Instant) {
        table.linkDown(node, now: now)
        carryOut(now)
    }

    func install(_ view: View, now: Instant) {
        table.install(view, now: now)
        carryOut(now)
    }

    func note(_ load: ServerLoad, of node: NodeID) { table.note(load, of: node) }

    func takeOutgoing() -> [(node: NodeID, frames: [GatewayFrame])] {
        table.takeOutgoing().map { ($0.node, slips.sending($0.frames)) }
    }

    private func carryOut(_ now: Instant) {
        for effect in table.effects {
            switch effect {
            case .wake(let id, let time):
                let time = max(time, now.advanced(by: Self.tick))
                wakes[id] = min(time, wakes[id] ?? .never)
            case .session(let id, let effect): perform(effect, of: id)
            }
        }
        table.clearEffects()
    }

    private func perform(_ effect: SessionEffect, of id: SessionID) {
        guard let socket = socketOf[id] else { return }
        switch effect {
        case .send(let message):
            for said in slips.telling(message, session: id) {
                effects.append(.sendOutside(socket, said))
            }
        case .close(let code):
            effects.append(.closeOutside(socket, code: code.rawValue))
            sessionOf[socket] = nil
            socketOf[id] = nil
            wakes[id] = nil
            departures.removeAll { $0.socket == socket }
            closing.append(id)
        default: break
        }
    }

    /// Sessions whose sockets were closed here: the table hears of that when the turn is over.
    private var closing: [SessionID] = []

    func finishTurn(now: Instant) {
        while let id = closing.popLast() {
            table.closed(id)
            carryOut(now)
        }
    }
}
