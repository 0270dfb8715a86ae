internal import Game
internal import Link
internal import PlayerProtocol

extension RoomHost {
    mutating func receive(
        _ attach: Attach, of arrival: Room.Arrival, in code: RoomCode, now: Milliseconds
    ) {
        do throws(ErrorCode) {
            switch attach {
            case .create(let name, let options):
                if let box = rooms[code] {
                    // It is made already where the answer was lost with the server that made it.
                    guard box.room.isSitting(arrival.session) else {
                        return send(.codeTaken(arrival.session), to: arrival.gateway)
                    }
                } else {
                    try admit()
                    open(code, options, now: now)
                }
                try join(arrival, code, name, nil, now: now)
            case .quick(let name):
                let box = rooms[code]
                if !(box?.room.isSitting(arrival.session) ?? false) { try admit() }
                if let box {
                    // The lobby's new code is that of a room which is not for everybody.
                    guard box.room.table.identity.options.isPublic else { throw .roomFull }
                } else {
                    open(code, Self.quickOptions, now: now)
                }
                try join(arrival, code, name, nil, now: now)
            case .join(let name, let seat):
                guard let box = rooms[code] else { throw absence(of: code, .noSuchRoom) }
                if !box.room.isSitting(arrival.session) { try admit() }
                try join(arrival, code, name, seat, now: now)
            case .resume(let claim, let version):
                let tokens = tokens
                let missing = absence(of: code, .badToken)
                try changing(code, otherwise: missing, now: now) { room throws(ErrorCode) in
                    try room.resume(arrival, claim, version: version, sealing: tokens, now: now)
                }
            case .watch:
                let missing = absence(of: code, .noSuchRoom)
                try changing(code, otherwise: missing, now: now) { room throws(ErrorCode) in
                    try room.watch(arrival, now: now)
                }
            case .rejoin(let rejoin):
                guard rooms[code]?.room.instance == rejoin.roomInstance else {
                    return send(.lost(arrival.session), to: arrival.gateway)
                }
                try changing(code, otherwise: .noSuchRoom, now: now) { room throws(ErrorCode) in
                    try room.rejoin(arrival, rejoin, now: now)
                }
            }
        } catch {
            counters.refusedArrivals += 1
            refuse(arrival, error, in: code)
        }
    }

    /// A refusal is an answer of the room: it leaves when the room's other server knows of the state
    /// that it follows from. An owner that has slept through its own removal refuses nobody.
    private mutating func refuse(
        _ arrival: Room.Arrival, _ error: ErrorCode, in code: RoomCode
    ) {
        guard let box = rooms[code] else {
            return send(.refused(arrival.session, error), to: arrival.gateway)
        }
        box.room.isDirty = true
        box.room.put(.refused(arrival.session, error), to: arrival.gateway)
        touch(box)
    }

    /// What is said of a room that is not here. It may come back with one of two who are gone.
    private func absence(of code: RoomCode, _ word: ErrorCode) -> ErrorCode {
        mayBeLost(code) ? .unavailable : word
    }

    private static let quickOptions: TableOptions = {
        var options = TableOptions()
        options.isPublic = true
        options.botsAfterSeconds = RoomSettings.quickBotsAfterSeconds
        return options
    }()

    private func admit() throws(ErrorCode) {
        guard freeCapacity > 0 else { throw .overloaded }
    }

    private mutating func open(_ code: RoomCode, _ options: TableOptions, now: Milliseconds) {
        let identity = TableIdentity(room: code, options: options, secret: newSecret())
        rooms[code] = RoomBox(
            Room(identity, settings: settings, now: now),
            Replication(
                epoch: map.number, holders: map.holders(of: code), committed: 0,
                isReachable: { reachable.contains($0) }))
        ended.forget(code)
        counters.roomsOpened += 1
    }

    private mutating func join(
        _ arrival: Room.Arrival, _ code: RoomCode, _ name: String, _ seat: Seat?,
        now: Milliseconds
    ) throws(ErrorCode) {
        let tokens = tokens
        try changing(code, otherwise: .noSuchRoom, now: now) { room throws(ErrorCode) in
            try room.join(arrival, name: name, seat: seat, sealing: tokens, now: now)
        }
    }
}
