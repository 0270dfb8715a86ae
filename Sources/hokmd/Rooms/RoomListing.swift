package import Game
package import Link

/// A room as operators may see it: how far it is and how many are there, no card and no name.
package struct RoomListing: Equatable, Sendable {
    package var code: RoomCode
    /// Its owner and successors, the owner first; nobody where a server is alone.
    package var holders: [ServerLife]
    package var epoch: UInt64
    package var isPaused: Bool
    package var version: UInt64
    package var phase: TableView.Phase
    /// People with a seat.
    package var players: Int
    package var bots: Int
    package var spectators: Int
}

extension RoomHost {
    /// Every room here, by their codes.
    package var listing: [RoomListing] {
        rooms.values.map { RoomListing($0) }.sorted { $0.code.number < $1.code.number }
    }

    /// A room that runs here, or of which a copy is here.
    package func listing(of code: RoomCode) -> RoomListing? {
        if let box = rooms[code] { return RoomListing(box) }
        guard let copy = copies[code],
            let room = try? Room(
                record: copy.record, revision: copy.revision, settings: settings, now: now)
        else { return nil }
        return RoomListing(room, holders: copy.holders, epoch: copy.epoch, isPaused: false)
    }
}

extension RoomListing {
    init(_ box: RoomBox) {
        self.init(
            box.room, holders: box.replication.holders, epoch: box.replication.epoch,
            isPaused: box.isPauseTold)
    }

    init(_ room: Room, holders: [ServerLife], epoch: UInt64, isPaused: Bool) {
        self.holders = holders
        self.epoch = epoch
        self.isPaused = isPaused
        let position = room.table.position
        code = room.code
        version = room.table.version
        phase =
            switch position.phase {
            case .waiting: .waiting
            case .choosingTrump: .choosingTrump
            case .playing: .playing
            case .over: .over
            }
        players = room.playerCount
        bots = Seat.all.count { position.seats[$0.index]?.isBot == true }
        spectators = room.members.count { $0.seat == nil }
    }
}
