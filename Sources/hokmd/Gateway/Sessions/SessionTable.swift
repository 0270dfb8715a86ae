package import Game
package import Gossip
package import Link
package import PlayerProtocol

/// All sessions of one event loop, and their ways to the servers: pure. One seed, one run.
///
/// After each input the caller carries out `effects`, clears them, and hands over `takeOutgoing`.
package struct SessionTable {
    package enum Effect: Equatable, Sendable {
        case session(SessionID, SessionEffect)
        /// Call `tick` for this session at this time, or up to a coarse timer's tick later. The
        /// earliest time that was asked for counts.
        case wake(SessionID, Instant)
    }

    private struct Entry {
        var machine: SessionMachine
        /// What was asked for with `wake`.
        var wakeAt = Instant.never
    }

    private struct EchoEntry {
        var machine: EchoMachine
        var wakeAt = Instant.never
    }

    private var tokens: SeatTokens
    private let hold: Duration
    private var lastID: UInt64
    private var sessions: [SessionID: Entry] = [:]
    private var echoes: [SessionID: EchoEntry] = [:]
    package private(set) var router = Router()
    package private(set) var effects: [Effect] = []
    /// Of the session that is being served; empty in between.
    private var served: [SessionEffect] = []
    private var outgoing: [(node: NodeID, frames: [GatewayFrame])] = []
    /// What is still to be said to whoever has these rooms, the oldest first.
    private var withdrawals: [(session: SessionID, room: RoomCode)] = []
    /// More than this are forgotten, the oldest first: their rooms end by themselves, later.
    private static let withdrawalsMax = 4_096

    /// - Parameters:
    ///   - firstID: drawn at random from all of its range, so that no two loops of a cluster ever
    ///     give the same id.
    ///   - hold: how long a player is held without a room.
    package init(firstID: UInt64, tokens: SeatTokens, hold: Duration) {
        lastID = firstID
        self.tokens = tokens
        self.hold = hold
    }

    /// From the next session on; those that are here have shown their tokens.
    package mutating func use(_ tokens: SeatTokens) {
        self.tokens = tokens
    }

    /// Sessions and echoes.
    package var count: Int { sessions.count + echoes.count }

    package mutating func clearEffects() {
        effects.removeAll(keepingCapacity: true)
    }

    package var hasOutgoing: Bool { !outgoing.isEmpty }

    /// What the servers are to hear, in order for each.
    package mutating func takeOutgoing() -> [(node: NodeID, frames: [GatewayFrame])] {
        defer { outgoing = [] }
        return outgoing
    }
}

// MARK: - Players

extension SessionTable {
    package mutating func newID() -> SessionID {
        lastID &+= 1
        return SessionID(lastID)
    }

    package mutating func open(_ id: SessionID, now: Instant) {
        sessions[id] = Entry(
            machine: SessionMachine(id: id, tokens: tokens, hold: hold, now: now))
        finish(id)
    }

    package mutating func openEcho(_ id: SessionID, room: RoomCode, now: Instant) {
        var machine = EchoMachine(id: id, room: room, hold: hold, now: now)
        machine.rerouted(router, now: now, effects: &served)
        echoes[id] = EchoEntry(machine: machine)
        finish(id)
    }

    /// A player's text frame.
    package mutating func received(
        _ text: RawSpan, from id: SessionID, now: Instant, wallClock: Int64,
        using generator: inout some RandomNumberGenerator
    ) {
        sessions[id]?.machine.received(
            text, now: now, wallClock: wallClock, router: &router, using: &generator,
            effects: &served)
        finish(id)
    }

    package mutating func received(echo payload: RawSpan, isBinary: Bool, from id: SessionID) {
        echoes[id]?.machine.received(payload, isBinary: isBinary, effects: &served)
        finish(id)
    }

    /// The time that was asked for with `wake` has come.
    package mutating func tick(_ id: SessionID, now: Instant) {
        sessions[id]?.wakeAt = .never
        sessions[id]?.machine.tick(now: now, router: router, effects: &served)
        echoes[id]?.wakeAt = .never
        echoes[id]?.machine.tick(now: now, effects: &served)
        finish(id)
    }

    /// The socket is gone, or going.
    package mutating func closed(_ id: SessionID) {
        sessions[id]?.machine.ended(effects: &served)
        sessions[id] = nil
        echoes[id] = nil
        finish(id)
    }

    /// Sorts out what a session asked for.
    private mutating func finish(_ id: SessionID) {
        for effect in served {
            switch effect {
            case .toServer(let node, let frame): send(frame, to: node)
            case .withdraw(let room):
                if withdrawals.count == Self.withdrawalsMax { withdrawals.removeFirst() }
                withdrawals.append((id, room))
                withdrawWherePossible()
            default: effects.append(.session(id, effect))
            }
        }
        served.removeAll(keepingCapacity: true)
        if let entry = sessions[id], entry.machine.deadline < entry.wakeAt {
            sessions[id]?.wakeAt = entry.machine.deadline
            effects.append(.wake(id, entry.machine.deadline))
        } else if let echo = echoes[id], echo.machine.deadline < echo.wakeAt {
            echoes[id]?.wakeAt = echo.machine.deadline
            effects.append(.wake(id, echo.machine.deadline))
        }
    }

    private mutating func send(_ frame: GatewayFrame, to node: NodeID) {
        if let index = outgoing.firstIndex(where: { $0.node == node }) {
            outgoing[index].frames.append(frame)
        } else {
            outgoing.append((node, [frame]))
        }
    }
}

// MARK: - Servers

extension SessionTable {
    package mutating func receive(
        _ frames: [RoomFrame], from node: NodeID, now: Instant,
        using generator: inout some RandomNumberGenerator
    ) {
        for frame in frames {
            switch frame {
            case .output(let audience, _, _), .paused(let audience, _):
                for id in audience { receive(frame, of: id, from: node, now, &generator) }
            case .echoed(let id, let isBinary, let payload):
                echoes[id]?.machine.received(
                    payload, isBinary: isBinary, from: node, effects: &served)
                finish(id)
            case .attached(let id, _, _), .refused(let id, _), .moved(let id), .lost(let id),
                .codeTaken(let id), .acknowledged(let id, _, _), .close(let id, _),
                .queued(let id, _, _), .matched(let id, _):
                receive(frame, of: id, from: node, now, &generator)
            }
        }
    }

    private mutating func receive(
        _ frame: RoomFrame, of id: SessionID, from node: NodeID, _ now: Instant,
        _ generator: inout some RandomNumberGenerator
    ) {
        sessions[id]?.machine.received(
            frame, from: node, now: now, router: &router, using: &generator, effects: &served)
        finish(id)
    }

    package mutating func linkUp(_ node: NodeID, now: Instant) {
        // A new link in place of one of which no end was told: what was on that one may be lost.
        if router.isReachable(node) { linkDown(node, now: now) }
        router.linkUp(node)
        reroute(now: now)
    }

    package mutating func linkDown(_ node: NodeID, now: Instant) {
        outgoing.removeAll { $0.node == node }
        router.linkDown(node)
        reroute(now: now)
    }

    package mutating func install(_ view: View, now: Instant) {
        guard router.install(view) else { return }
        reroute(isNewView: true, now: now)
    }

    package mutating func note(_ load: ServerLoad, of node: NodeID) {
        router.note(load, of: node)
    }

    /// Before the sessions go on: one of them may want a seat in the same room again.
    private mutating func withdrawWherePossible() {
        guard !withdrawals.isEmpty else { return }
        let all = withdrawals
        withdrawals = []
        for (session, room) in all {
            if case .open(let node) = router.way(to: room) {
                send(.withdraw(session, room), to: node)
            } else {
                withdrawals.append((session, room))
            }
        }
    }

    /// In the order of their ids, so that a run can be repeated.
    private mutating func reroute(isNewView: Bool = false, now: Instant) {
        withdrawWherePossible()
        for id in sessions.keys.sorted(by: { $0.rawValue < $1.rawValue }) {
            sessions[id]?.machine.rerouted(
                router, isNewView: isNewView, now: now, effects: &served)
            finish(id)
        }
        for id in echoes.keys.sorted(by: { $0.rawValue < $1.rawValue }) {
            echoes[id]?.machine.rerouted(router, now: now, effects: &served)
            finish(id)
        }
    }
}
