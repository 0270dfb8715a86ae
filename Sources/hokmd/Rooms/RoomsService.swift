internal import Game
package import Link
package import Logging
package import NIOCore
package import PlayerProtocol

/// Runs the rooms and the lobby of a node on one event loop, in the same process as the gateways.
package final class RoomsService: RoomsPort {
    private let loop: any EventLoop
    private let state: NIOLoopBound<RoomsLoop>

    /// - Parameters:
    ///   - loop: the rooms' loop; everything happens there.
    ///   - thinkers: where strong bots think.
    package init(
        settings: RoomSettings, tokens: SeatTokens, loop: any EventLoop, thinkers: Thinkers,
        logger: Logger
    ) async throws {
        self.loop = loop
        state = try await loop.submit {
            NIOLoopBound(
                RoomsLoop(
                    settings: settings, tokens: tokens, loop: loop, thinkers: thinkers,
                    logger: logger),
                eventLoop: loop)
        }.get()
    }

    /// Makes a gateway's loop known; before it sends anything.
    package func register(_ gateway: GatewayID, _ port: any GatewayPort) {
        loop.execute { self.state.value.register(gateway, port) }
    }

    package func send(_ frames: [GatewayFrame], from gateway: GatewayID) {
        loop.execute { self.state.value.receive(frames, from: gateway) }
    }

    /// What happened so far, for metrics.
    package func counters() -> EventLoopFuture<RoomCounters> {
        loop.submit { self.state.value.counters }
    }

    /// Players who wait for a table.
    package func queueLength() -> EventLoopFuture<Int> {
        loop.submit { self.state.value.queueLength }
    }

    /// The rooms here, by their codes.
    package func listing() -> EventLoopFuture<[RoomListing]> {
        loop.submit { self.state.value.listing }
    }

    /// A line for everybody in every room.
    package func announce(_ text: String) -> EventLoopFuture<Void> {
        loop.submit { self.state.value.announce(text) }
    }
}

/// What the rooms' loop holds. Confined to that loop.
private final class RoomsLoop {
    private let loop: any EventLoop
    private let thinkers: Thinkers
    private let logger: Logger
    private var host: RoomHost
    private var lobby = Lobby()
    private var generator: SplitMix64
    private var gateways: [GatewayID: any GatewayPort] = [:]
    /// What each gateway is to hear at the end of this turn.
    private var outgoing: [GatewayID: [RoomFrame]] = [:]
    private var timer: Scheduled<Void>?
    private var timerDeadline = Milliseconds.max

    init(
        settings: RoomSettings, tokens: SeatTokens, loop: any EventLoop, thinkers: Thinkers,
        logger: Logger
    ) {
        self.loop = loop
        self.thinkers = thinkers
        self.logger = logger
        var system = SystemRandomNumberGenerator()
        generator = SplitMix64(seed: system.next())
        host = RoomHost(
            settings: settings, tokens: tokens, seed: system.next(), newSecret: Seed.random)
    }

    var counters: RoomCounters { host.counters }
    var queueLength: Int { lobby.queueLength }
    var listing: [RoomListing] { host.listing }

    func announce(_ text: String) {
        let now = Clock.now
        host.announce(text, now: now)
        finishTurn(now)
    }

    func register(_ gateway: GatewayID, _ port: any GatewayPort) {
        gateways[gateway] = port
    }

    func receive(_ frames: [GatewayFrame], from gateway: GatewayID) {
        let (now, wallClock) = (Clock.now, Clock.wallSeconds)
        for frame in frames {
            switch frame {
            case .seek(let session, let id, _):
                perform(
                    lobby.seek(
                        session, of: gateway, id: id, freeCapacity: host.freeCapacity,
                        using: &generator))
            case .abandon(let session):
                perform(
                    lobby.abandon(
                        session, of: gateway, freeCapacity: host.freeCapacity, using: &generator))
            case .attach(let session, _, _, .quick):
                host.receive(frame, from: gateway, now: now, wallClock: wallClock)
                // The lobby hears first that the seat is taken, then that it need not be kept.
                carryOutEffects()
                lobby.arrived(session, of: gateway)
            case .attach, .input, .detach:
                host.receive(frame, from: gateway, now: now, wallClock: wallClock)
            }
        }
        finishTurn(now)
    }

    private func moved(_ request: ThinkRequest, _ action: Action) {
        let now = Clock.now
        host.botMoved(action, in: request.room, at: request.mark, now: now)
        finishTurn(now)
    }

    /// Does what is due, carries all effects out and hands over what they said.
    private func finishTurn(_ now: Milliseconds) {
        host.advance(to: now)
        carryOutEffects()
        if lobby.queueLength > 0 {
            perform(lobby.settle(freeCapacity: host.freeCapacity, using: &generator))
        }
        for (gateway, frames) in outgoing { gateways[gateway]?.deliver(frames) }
        outgoing.removeAll(keepingCapacity: true)
        schedule(now)
    }

    private func carryOutEffects() {
        for effect in host.takeEffects() { perform(effect) }
    }

    private func perform(_ effect: RoomEffect) {
        switch effect {
        case .send(let gateway, let frame):
            outgoing[gateway, default: []].append(frame)
        case .think(let request):
            thinkers.think(request, for: loop) { [weak self] action in
                self?.moved(request, action)
            }
        case .stopThinking(let room):
            thinkers.stop(room)
        case .vacancy(let room, let freeSeats):
            logger.debug("vacancy", metadata: ["room": "\(room)", "seats": "\(freeSeats)"])
            perform(
                lobby.update(
                    room, freeSeats: freeSeats, freeCapacity: host.freeCapacity, using: &generator))
        }
    }

    private func perform(_ effects: [LobbyEffect]) {
        for effect in effects { outgoing[effect.gateway, default: []].append(effect.frame) }
    }

    /// One timer at a time, for the earliest deadline.
    private func schedule(_ now: Milliseconds) {
        guard let deadline = host.nextDeadline, timer == nil || deadline < timerDeadline else {
            return
        }
        timer?.cancel()
        timerDeadline = deadline
        let scheduled = loop.assumeIsolated()
            .scheduleTask(in: .milliseconds(max(0, deadline - now))) { [weak self] in
                guard let self else { return }
                self.timer = nil
                self.timerDeadline = .max
                self.finishTurn(Clock.now)
            }
        timer = scheduled
    }
}
