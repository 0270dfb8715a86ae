package import JSON

/// Rooms of the cluster: those that run here one by one, of the others how many each server has.
package struct RoomsReport: AdminReport {
    /// How many there are in the cluster.
    package var total: Int
    /// Those that run here, also where the list is cut.
    package var here: Int
    package var rooms: [RoomReport]
    package var elsewhere: [Elsewhere]

    /// What another server last said of itself, up to a second ago.
    package struct Elsewhere: AdminReport {
        package var node: String
        package var rooms: Int

        package init(node: String, rooms: Int) {
            self.node = node
            self.rooms = rooms
        }

        package func write(to writer: inout JSONWriter) {
            writer.beginObject()
            writer.member("node", node)
            writer.member("rooms", rooms)
            writer.endObject()
        }
    }

    package init(here: Int, rooms: [RoomReport], elsewhere: [Elsewhere] = []) {
        total = elsewhere.reduce(here) { $0 + $1.rooms }
        self.here = here
        self.rooms = rooms
        self.elsewhere = elsewhere
    }

    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("total", total)
        writer.member("here", here)
        writer.member("rooms", reports: rooms)
        writer.member("elsewhere", reports: elsewhere)
        writer.endObject()
    }
}

/// One room: where it is and how far, no card and no name.
package struct RoomReport: AdminReport {
    package enum Phase: String, Equatable, Sendable, CaseIterable {
        case waiting
        case choosingTrump = "choosing_trump"
        case playing
        case over
    }

    package var code: String
    package var owner: String
    /// Who hold the copies, the first successor first.
    package var successors: [String]
    /// Nil, as all below it, where another server has the room: placement says who, and nothing
    /// more, not even whether there is such a room.
    package var epoch: UInt64?
    package var version: UInt64?
    package var phase: Phase?
    /// People with a seat.
    package var players: Int?
    package var bots: Int?
    package var spectators: Int?
    /// Why the room cannot go on; nil if it can.
    package var paused: String?

    package init(
        code: String, owner: String, successors: [String], epoch: UInt64, version: UInt64,
        phase: Phase, players: Int, bots: Int, spectators: Int, paused: String? = nil
    ) {
        self.code = code
        self.owner = owner
        self.successors = successors
        self.epoch = epoch
        self.version = version
        self.phase = phase
        self.players = players
        self.bots = bots
        self.spectators = spectators
        self.paused = paused
    }

    /// Where a room with this code belongs.
    package init(placed code: String, owner: String, successors: [String]) {
        self.code = code
        self.owner = owner
        self.successors = successors
    }

    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("room", code)
        writer.member("owner", owner)
        writer.member("successor", successors.first)
        writer.member("successors", list: successors)
        writer.member("epoch", epoch)
        writer.member("version", version)
        writer.member("phase", phase?.rawValue)
        writer.member("players", players)
        writer.member("bots", bots)
        writer.member("spectators", spectators)
        writer.member("paused", paused)
        writer.endObject()
    }
}
