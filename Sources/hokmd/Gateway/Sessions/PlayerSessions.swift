package import Game
internal import Glibc
package import Gossip
package import Link
package import NIOCore
package import PlayerProtocol

/// The sessions of one event loop: drives their `SessionTable`, and hands over to the servers once
/// a turn what it says. Used on that loop only.
package final class PlayerSessions: SessionSource {
    private let loop: ConnectionLoop
    private let servers: any ServerPort
    private var table: SessionTable
    private var sockets: [SessionID: any SessionSocket] = [:]
    private var generator = SystemRandomNumberGenerator()
    private var willHandOver = false

    /// - Parameters:
    ///   - servers: the ways to all servers, of this loop alone.
    ///   - hold: how long a player is held without a room.
    package init(
        loop: ConnectionLoop, servers: any ServerPort, tokens: SeatTokens, hold: Duration
    ) {
        self.loop = loop
        self.servers = servers
        table = SessionTable(firstID: generator.next(), tokens: tokens, hold: hold)
    }

    package func session(for address: SocketAddress?, now: Instant) -> PlayerSession {
        PlayerSession(id: table.newID(), sessions: self)
    }

    package func echo(_ room: RoomCode, now: Instant) -> RoomEchoSession {
        RoomEchoSession(id: table.newID(), room: room, sessions: self)
    }

    fileprivate func carryOut() {
        for effect in table.effects {
            switch effect {
            case .session(let id, let effect): sockets[id]?.perform(effect)
            case .wake(let id, let time): sockets[id]?.wake(at: time)
            }
        }
        table.clearEffects()
        guard table.hasOutgoing, !willHandOver else { return }
        willHandOver = true
        loop.eventLoop.assumeIsolated().execute { self.handOver() }
    }

    private func handOver() {
        willHandOver = false
        for (node, frames) in table.takeOutgoing() { servers.send(frames, to: node) }
    }
}

/// A session's socket, as the loop's table reaches it.
protocol SessionSocket: AnyObject {
    func perform(_ effect: SessionEffect)
    func wake(at time: Instant)
}

// MARK: - From players

extension PlayerSessions {
    func open(_ session: PlayerSession, now: Instant) {
        sockets[session.id] = session
        table.open(session.id, now: now)
        carryOut()
    }

    func openEcho(_ session: RoomEchoSession, room: RoomCode, now: Instant) {
        sockets[session.id] = session
        table.openEcho(session.id, room: room, now: now)
        carryOut()
    }

    func received(_ text: RawSpan, from session: PlayerSession, now: Instant) {
        table.received(
            text, from: session.id, now: now, wallClock: WallClock.milliseconds,
            using: &generator)
        carryOut()
    }

    func received(echo payload: RawSpan, isBinary: Bool, from id: SessionID) {
        table.received(echo: payload, isBinary: isBinary, from: id)
        carryOut()
    }

    func tick(_ id: SessionID, now: Instant) {
        table.tick(id, now: now)
        carryOut()
    }

    func closed(_ id: SessionID) {
        table.closed(id)
        sockets[id] = nil
        carryOut()
    }
}

// MARK: - From servers

extension PlayerSessions {
    /// A server said something.
    package func receive(_ frames: [RoomFrame], from node: NodeID) {
        table.receive(frames, from: node, now: loop.now, using: &generator)
        carryOut()
    }

    /// What is sent to this server arrives from now on.
    package func linkUp(_ node: NodeID) {
        table.linkUp(node, now: loop.now)
        carryOut()
    }

    /// What was sent to this server and not answered may be lost, and nothing more comes from it
    /// before the next `linkUp`.
    package func linkDown(_ node: NodeID) {
        table.linkDown(node, now: loop.now)
        carryOut()
    }

    /// - Parameter view: a newer one than the last; anything else is passed over.
    package func install(_ view: View) {
        table.install(view, now: loop.now)
        carryOut()
    }

    /// The cluster's keys have changed.
    package func use(_ tokens: SeatTokens) {
        table.use(tokens)
    }

    /// How full a server is.
    package func load(_ node: NodeID, _ load: ServerLoad) {
        table.note(load, of: node)
    }

    /// Where a server of this very process reaches these sessions.
    package func port(of node: NodeID) -> any GatewayPort {
        SessionsPort(
            sessions: NIOLoopBound(self, eventLoop: loop.eventLoop), node: node,
            eventLoop: loop.eventLoop)
    }
}

/// Brings what the rooms of this process say to the sessions' loop.
private struct SessionsPort: GatewayPort {
    let sessions: NIOLoopBound<PlayerSessions>
    let node: NodeID
    let eventLoop: any EventLoop

    func deliver(_ frames: [RoomFrame]) {
        eventLoop.execute { sessions.value.receive(frames, from: node) }
    }

    func note(_ load: ServerLoad) {
        eventLoop.execute { sessions.value.load(node, load) }
    }
}

/// The time of day, for what people and programs outside compare with theirs.
enum WallClock {
    /// Milliseconds since 1970.
    static var milliseconds: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }
}
