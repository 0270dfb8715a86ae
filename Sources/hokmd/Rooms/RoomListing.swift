package import Game

/// A room as operators may see it: how far it is and how many are there, no card and no name.
package struct RoomListing: Equatable, Sendable {
    package var code: RoomCode
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
        rooms.values.map { RoomListing($0.room) }.sorted { $0.code.number < $1.code.number }
    }
}

extension RoomListing {
    init(_ room: Room) {
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
