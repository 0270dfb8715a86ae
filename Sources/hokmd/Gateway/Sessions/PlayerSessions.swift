internal import Glibc
package import Gossip
package import Link
package import NIOCore
package import PlayerProtocol

/// The sessions of one event loop, and what they share: the way to the rooms, memory for effects.
package final class PlayerSessions: SessionSource {
    package let gateway: GatewayID
    private let loop: ConnectionLoop
    private let rooms: any RoomsPort
    private let tokens: SeatTokens
    private var sessions: [SessionID: PlayerSession] = [:]
    private var lastID: UInt64 = 0
    /// Frames for the rooms, handed over together at the end of the loop's turn.
    private var outgoing: [GatewayFrame] = []

    /// Effects of the session that is being served; empty in between.
    var effects: [SessionEffect] = []
    var generator = SystemRandomNumberGenerator()

    package init(
        gateway: GatewayID, loop: ConnectionLoop, rooms: any RoomsPort, tokens: SeatTokens
    ) {
        self.gateway = gateway
        self.loop = loop
        self.rooms = rooms
        self.tokens = tokens
    }

    /// Where the rooms reach these sessions.
    package var port: any GatewayPort {
        SessionsPort(
            sessions: NIOLoopBound(self, eventLoop: loop.eventLoop), eventLoop: loop.eventLoop)
    }

    package func session(for address: SocketAddress?, now: Instant) -> PlayerSession {
        lastID += 1
        return PlayerSession(id: SessionID(lastID), sessions: self, tokens: tokens, now: now)
    }

    func add(_ session: PlayerSession) {
        sessions[session.id] = session
    }

    func remove(_ session: PlayerSession) {
        sessions[session.id] = nil
    }

    func send(_ frame: GatewayFrame) {
        outgoing.append(frame)
        guard outgoing.count == 1 else { return }
        loop.eventLoop.assumeIsolated().execute { self.handOver() }
    }

    private func handOver() {
        let frames = outgoing
        outgoing.removeAll(keepingCapacity: true)
        rooms.send(frames, from: gateway)
    }

    fileprivate func receive(_ frames: [RoomFrame]) {
        let now = loop.now
        for frame in frames {
            switch frame {
            case .output(let audience, _, _), .paused(let audience, _):
                for session in audience { sessions[session]?.received(frame, now: now) }
            case .attached(let session, _, _), .refused(let session, _), .moved(let session),
                .lost(let session), .codeTaken(let session), .acknowledged(let session, _, _),
                .close(let session, _), .queued(let session, _, _), .matched(let session, _):
                sessions[session]?.received(frame, now: now)
            }
        }
    }
}

/// Brings what the rooms say to the sessions' loop.
private struct SessionsPort: GatewayPort {
    let sessions: NIOLoopBound<PlayerSessions>
    let eventLoop: any EventLoop

    func deliver(_ frames: [RoomFrame]) {
        eventLoop.execute { sessions.value.receive(frames) }
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
