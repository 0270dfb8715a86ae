internal import Game
internal import Link

/// Keeps a room in one place, with what its successors have of it: a room is large, and is changed
/// where it is.
final class RoomBox {
    var room: Room
    var replication: Replication
    /// Whether the players were told that the room stands still.
    var isPauseTold = false
    /// When its owner before was lost, until something is committed here.
    var lostSince: Milliseconds?
    /// Whether the room is in the list of those to be looked at when the turn ends.
    var isTouched = false

    init(_ room: Room, _ replication: Replication) {
        self.room = room
        self.replication = replication
    }

    /// When something is to be done here. While a copy is on its way, the game stands still.
    var nextDeadline: Milliseconds? {
        guard let since = replication.pendingSince else { return room.nextDeadline }
        let notice = isPauseTold ? nil : since + RoomSettings.pauseNoticed
        guard let notice, let retry = replication.retryAt else {
            return notice ?? replication.retryAt
        }
        return min(notice, retry)
    }
}

/// What the host counts of a room.
struct RoomFigures {
    var players: Int
    var version: UInt64

    init(_ room: Room) {
        players = room.hasEnded ? 0 : room.playerCount
        version = room.table.version
    }
}
