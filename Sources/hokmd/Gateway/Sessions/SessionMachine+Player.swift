internal import Game
internal import Gossip
internal import Link
internal import PlayerProtocol

// What players send.
extension SessionMachine {
    mutating func handle(
        _ message: ClientMessage, now: Instant, wallClock: Int64, router: inout Router,
        using generator: inout some RandomNumberGenerator, effects: inout [SessionEffect]
    ) {
        switch message.body {
        case .ping:
            effects.append(.send(ServerMessage.pong(re: message.id, time: wallClock)))
        case .play(let input):
            play(input, id: message.id, effects: &effects)
        case .create, .join, .quick, .resume, .watch:
            guard case .fresh = state else {
                return refuse(message.id, .alreadyJoined, effects: &effects)
            }
            arrive(message, now: now, router: &router, using: &generator, effects: &effects)
        }
    }

    private mutating func arrive(
        _ message: ClientMessage, now: Instant, router: inout Router,
        using generator: inout some RandomNumberGenerator, effects: inout [SessionEffect]
    ) {
        let room: RoomCode
        let attach: Attach
        switch message.body {
        case .create(let name, let options):
            room = router.newRoom(using: &generator)
            attach = .create(name: name, options)
        case .join(let code, let name, let seat):
            (room, attach) = (code, .join(name: name, seat))
        case .watch(let code):
            (room, attach) = (code, .watch)
        case .resume(let token, let version):
            guard let claim = tokens.open(token) else {
                return refuse(message.id, .badToken, effects: &effects)
            }
            (room, attach) = (claim.room, .resume(claim, version: version))
        case .quick(let name):
            return seek(
                name, .owed(id: message.id), now: now, router: router, effects: &effects)
        case .ping, .play:
            preconditionFailure("these do not ask for a seat")
        }
        self.attach(
            to: room, attach, .owed(id: message.id), now: now, router: router, effects: &effects)
    }

    private mutating func play(
        _ input: PlayerInput, id: Int64?, effects: inout [SessionEffect]
    ) {
        switch state {
        case .joined(var joined):
            state = .closed  // Gives up its share of the memory that is about to be changed.
            pass(input, id: id, &joined.membership, to: joined.node, effects: &effects)
            state = .joined(joined)
        case .rejoining(var rejoining):
            state = .closed
            pass(
                input, id: id, &rejoining.membership, to: rejoining.approach.asked,
                effects: &effects)
            state = .rejoining(rejoining)
        case .attaching(var attaching):
            state = .closed
            _ = attaching.pending.add(input, id: id)
            pauseReading(if: attaching.pending.isFull, effects: &effects)
            state = .attaching(attaching)
        case .queued where input == .leave:
            leaveQueue(id, effects: &effects)
        case .fresh, .queued: refuse(id, .notJoined, effects: &effects)
        case .closed: return
        }
    }

    /// - Parameter node: who has been asked to take the session in, and so gets its inputs.
    private mutating func pass(
        _ input: PlayerInput, id: Int64?, _ membership: inout SessionState.Membership,
        to node: NodeID?, effects: inout [SessionEffect]
    ) {
        let pending = membership.pending.add(input, id: id)
        if let node {
            effects.append(.toServer(node, frame(pending, in: membership.room)))
        }
        pauseReading(if: membership.pending.isFull, effects: &effects)
    }

    func frame(_ pending: PendingInputs.Input, in room: RoomCode) -> GatewayFrame {
        .input(id, id: pending.id, room, index: pending.index, pending.input)
    }

    mutating func leaveQueue(_ id: Int64?, effects: inout [SessionEffect]) {
        if let id { effects.append(.send(ServerMessage.ok(re: id, version: 0))) }
        close(.left, effects: &effects)
    }
}
