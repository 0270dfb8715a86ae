package import Game
package import Gossip

/// What servers say to each other of rooms. Each travels with the number of its sender's view.
package enum PeerFrame: Equatable, Sendable {
    /// The owner's newest state of a room, for a successor to keep.
    case copy(RoomCopy)
    /// The successor holds it.
    case copied(RoomCode, epoch: UInt64, revision: UInt64)
    /// The successor does not hold it, for this reason.
    case refused(RoomCode, epoch: UInt64, revision: UInt64, CopyRefusal)
    /// The room is safe elsewhere under this epoch, or has ended: older copies are of no use.
    case drop(RoomCode, epoch: UInt64)
    /// A copy for whom the view names the room's owner.
    case offer(RoomOffer)
    /// All that is to be offered in the view of this frame's number has been.
    case offered
    /// Asks for the views of these numbers, those that the other has.
    case viewsWanted(from: UInt64, through: UInt64)
    case views([View])
    /// To the lobby's owner: a public room has this many free seats.
    case vacancy(RoomCode, freeSeats: Int)
    /// To the lobby's owner: a player it sent to a room came there, or was turned away.
    case arrived(SessionID)
}

/// A room's state on its way to a successor.
package struct RoomCopy: Equatable, Sendable {
    package var room: RoomCode
    /// The number of the view in which the pair took the room up.
    package var epoch: UInt64
    /// Counts the states of the room that were sent to successors.
    package var revision: UInt64
    /// The revision, of this epoch, that the bytes are compressed against; nil for none.
    package var base: UInt64?
    /// How many bytes come out.
    package var byteCount: Int
    package var compressed: [UInt8]

    package init(
        room: RoomCode, epoch: UInt64, revision: UInt64, base: UInt64?, byteCount: Int,
        compressed: [UInt8]
    ) {
        self.room = room
        self.epoch = epoch
        self.revision = revision
        self.base = base
        self.byteCount = byteCount
        self.compressed = compressed
    }
}

package enum CopyRefusal: UInt8, Equatable, Sendable {
    /// The base is not here, or what came is damaged: send the whole state.
    case needsWhole = 0
    /// The successor's view names another pair. One of the two has to learn a newer view.
    case otherPair = 1
}

/// A copy that its holder offers to the room's new owner.
package struct RoomOffer: Equatable, Sendable {
    package var room: RoomCode
    package var epoch: UInt64
    package var revision: UInt64
    /// The servers that held the room under that epoch, its owner first.
    package var pair: [ServerLife]
    /// The number of the last view of which the holder knows that this pair still held the room.
    package var validated: UInt64
    package var record: [UInt8]

    package init(
        room: RoomCode, epoch: UInt64, revision: UInt64, pair: [ServerLife], validated: UInt64,
        record: [UInt8]
    ) {
        self.room = room
        self.epoch = epoch
        self.revision = revision
        self.pair = pair
        self.validated = validated
        self.record = record
    }
}
