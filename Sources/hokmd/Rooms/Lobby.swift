package import Game
package import Link
internal import PlayerProtocol

/// Seats the players who want any table: pure, on the node that owns the key `lobby`.
///
/// Whoever asks is put on the public table that waits for the fewest players, else on a new one. When
/// the node is full they wait in order, and know their position. The queue is soft: gateways ask
/// again for whoever was not answered.
package struct Lobby {
    private struct Seeker {
        var gateway: GatewayID
        var session: SessionID
        /// The `quick` that has not been answered yet.
        var id: Int64?
        /// What the player was told last.
        var position: Int?
    }

    private struct Vacancy {
        /// Free seats as the room's host said, or of a room that is yet to be opened.
        var free = Seat.all.count
        /// Seats of these that were given to players who have not sat down yet.
        var promised = 0
        /// Whether the host has heard of the room.
        var isOpen = false
    }

    private var waiting: [Seeker] = []
    private var vacancies: [RoomCode: Vacancy] = [:]
    /// Where the players are on their way to.
    private var promises: [SessionID: RoomCode] = [:]

    /// More are turned away with `overloaded`: every change of the queue tells all of them.
    package static let waitingMax = 5_000

    package init() {}

    package var queueLength: Int { waiting.count }

    /// A player wants a seat. Who waits already keeps his place.
    ///
    /// - Parameter freeCapacity: how many players the node can still take.
    /// - Returns: what to tell to whom, in order.
    package mutating func seek(
        _ session: SessionID, of gateway: GatewayID, id: Int64?, freeCapacity: Int,
        using generator: inout some RandomNumberGenerator
    ) -> [LobbyEffect] {
        guard !waiting.contains(where: { $0.session == session && $0.gateway == gateway }) else {
            return []
        }
        guard waiting.count < Self.waitingMax else {
            return [LobbyEffect(gateway, .refused(session, .overloaded))]
        }
        // Who was sent to a room and asks again did not get in.
        release(session)
        waiting.append(Seeker(gateway: gateway, session: session, id: id, position: nil))
        return settle(freeCapacity: freeCapacity, using: &generator)
    }

    /// A player who was sent to a room has come there, or was turned away; after what the room said
    /// of its free seats.
    package mutating func arrived(_ session: SessionID) {
        release(session)
    }

    /// A player does not wait any longer, or does not go where he was sent.
    package mutating func abandon(
        _ session: SessionID, of gateway: GatewayID, freeCapacity: Int,
        using generator: inout some RandomNumberGenerator
    ) -> [LobbyEffect] {
        waiting.removeAll { $0.session == session && $0.gateway == gateway }
        release(session)
        return settle(freeCapacity: freeCapacity, using: &generator)
    }

    /// A gateway is gone, with all who waited there.
    package mutating func lost(
        _ gateway: GatewayID, freeCapacity: Int, using generator: inout some RandomNumberGenerator
    ) -> [LobbyEffect] {
        guard waiting.contains(where: { $0.gateway == gateway }) else { return [] }
        waiting.removeAll { $0.gateway == gateway }
        return settle(freeCapacity: freeCapacity, using: &generator)
    }

    /// Another server has the lobby now: whoever waits asks there.
    package mutating func close() -> [LobbyEffect] {
        defer { self = Lobby() }
        return waiting.map { LobbyEffect($0.gateway, .moved($0.session)) }
    }

    /// A public room has this many free seats now; 0 when it waits no longer.
    package mutating func update(
        _ room: RoomCode, freeSeats: Int, freeCapacity: Int,
        using generator: inout some RandomNumberGenerator
    ) -> [LobbyEffect] {
        var vacancy = vacancies[room] ?? Vacancy()
        vacancy.free = freeSeats
        vacancy.isOpen = true
        keep(vacancy, room)
        return settle(freeCapacity: freeCapacity, using: &generator)
    }

    /// The way to the hosts of these rooms is gone, with what they said last. They say it again.
    package mutating func forget(where isLost: (RoomCode) -> Bool) {
        for (room, vacancy) in vacancies where vacancy.isOpen && isLost(room) {
            keep(Vacancy(free: 0, promised: vacancy.promised, isOpen: true), room)
        }
    }

    /// Seats whom it can, and tells the others where they stand if that is new to them.
    package mutating func settle(
        freeCapacity: Int, using generator: inout some RandomNumberGenerator
    ) -> [LobbyEffect] {
        var effects: [LobbyEffect] = []
        announcePositions(&effects)
        let seated = min(waiting.count, max(0, freeCapacity - promises.count))
        for seeker in waiting.prefix(seated) {
            let room = nextRoom(using: &generator)
            vacancies[room, default: Vacancy()].promised += 1
            promises[seeker.session] = room
            effects.append(LobbyEffect(seeker.gateway, .matched(seeker.session, room)))
        }
        guard seated > 0 else { return effects }
        waiting.removeFirst(seated)
        announcePositions(&effects)
        return effects
    }

    /// The table that will be full soonest; ties go to the lowest code, so that equal inputs give
    /// equal answers.
    private mutating func nextRoom(using generator: inout some RandomNumberGenerator) -> RoomCode {
        let open = vacancies.filter { $0.value.free > $0.value.promised }
        let best = open.min {
            ($0.value.free - $0.value.promised, $0.key.number)
                < ($1.value.free - $1.value.promised, $1.key.number)
        }
        if let best { return best.key }
        return RoomCode.random(using: &generator)
    }

    /// A seat that was promised is not any more.
    private mutating func release(_ session: SessionID) {
        guard let room = promises.removeValue(forKey: session), var vacancy = vacancies[room] else {
            return
        }
        vacancy.promised -= 1
        keep(vacancy, room)
    }

    /// Forgets a room that is full, or that nobody is going to open.
    private mutating func keep(_ vacancy: Vacancy, _ room: RoomCode) {
        let isOver = vacancy.promised == 0 && (vacancy.free == 0 || !vacancy.isOpen)
        vacancies[room] = isOver ? nil : vacancy
    }

    private mutating func announcePositions(_ effects: inout [LobbyEffect]) {
        for index in waiting.indices where waiting[index].position != index + 1 {
            effects.append(
                LobbyEffect(
                    waiting[index].gateway,
                    .queued(waiting[index].session, id: waiting[index].id, position: index + 1)))
            waiting[index].position = index + 1
            waiting[index].id = nil
        }
    }
}

/// What the lobby says to a gateway.
package struct LobbyEffect: Equatable, Sendable {
    package var gateway: GatewayID
    package var frame: RoomFrame

    package init(_ gateway: GatewayID, _ frame: RoomFrame) {
        self.gateway = gateway
        self.frame = frame
    }
}
