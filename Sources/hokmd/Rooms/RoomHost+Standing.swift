package import Game
package import Link

/// Where a room stands that runs on a server: for whoever watches over a cluster. No card, no name.
package struct RoomStanding: Equatable, Sendable {
    package var code: RoomCode
    /// Tells the room from a later one with the same code.
    package var instance: UInt64
    package var version: UInt64
    package var epoch: UInt64
    /// Its owner and successors, the owner first.
    package var holders: [ServerLife]
    /// Whether something has been committed under this epoch.
    package var isSafe: Bool
}

extension RoomHost {
    /// Every room here, in the order of their codes.
    package var standings: [RoomStanding] {
        sortedRooms.compactMap { code in
            rooms[code].map { box in
                RoomStanding(
                    code: code, instance: box.room.instance, version: box.room.table.version,
                    epoch: box.replication.epoch, holders: box.replication.holders,
                    isSafe: box.replication.isSafe)
            }
        }
    }

    /// A room's true state, all hands open: for whoever judges what players are shown.
    package func table(of code: RoomCode) -> Table? { rooms[code]?.room.table }

    /// Whether a copy of another server's room is here.
    package func holdsCopy(of code: RoomCode) -> Bool { copies[code] != nil }
}
