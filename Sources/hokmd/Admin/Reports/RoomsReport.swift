package import JSON

/// Rooms of the cluster, as far as this node knows them.
package struct RoomsReport: AdminReport {
    /// How many there are, also where the list is cut.
    package var total: Int
    package var rooms: [RoomReport]

    package init(total: Int, rooms: [RoomReport]) {
        self.total = total
        self.rooms = rooms
    }

    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("total", total)
        writer.member("rooms", reports: rooms)
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
    package var epoch: UInt64
    package var version: UInt64
    package var phase: Phase
    /// People with a seat.
    package var players: Int
    package var bots: Int
    package var spectators: Int
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

    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("room", code)
        writer.member("owner", owner)
        writer.member("successor", successors.first)
        writer.member("successors", list: successors)
        writer.member("epoch", epoch)
        writer.member("version", version)
        writer.member("phase", phase.rawValue)
        writer.member("players", players)
        writer.member("bots", bots)
        writer.member("spectators", spectators)
        writer.member("paused", paused)
        writer.endObject()
    }
}
