package import Game
internal import JSON

/// The answer that gives a seat, or a place to watch from.
package struct JoinedMessage {
    package var re: Int64?
    package var room: RoomCode
    /// `nil` for a spectator.
    package var seat: Seat?
    package var token: String?
    /// The version that `state` shows, or that the missed frames follow.
    package var version: UInt64
    /// `nil` when the missed events follow instead.
    package var state: TableView?
    /// What is left of the running turn.
    package var remaining: Milliseconds?

    package init(
        re: Int64?, room: RoomCode, seat: Seat?, token: String?, version: UInt64,
        state: TableView?, remaining: Milliseconds?
    ) {
        self.re = re
        self.room = room
        self.seat = seat
        self.token = token
        self.version = version
        self.state = state
        self.remaining = remaining
    }

    package func json() -> [UInt8] {
        var writer = JSONWriter(reserving: 768)
        writer.beginObject()
        writer.type("joined")
        if let re {
            writer.key("re")
            writer.int(re)
        }
        writer.key("room")
        writer.string(room.description)
        writer.seat("seat", seat)
        writer.key("token")
        if let token { writer.string(token) } else { writer.null() }
        writer.key("version")
        writer.int(version)
        writer.key("resumed")
        writer.bool(state == nil)
        writer.key("state")
        if let state { write(state, to: &writer) } else { writer.null() }
        writer.endObject()
        return writer.bytes
    }

    private func write(_ state: TableView, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("phase")
        writer.string(name(of: state.phase))
        writer.key("seats")
        writer.beginArray()
        for seat in Seat.all { write(state.seats[seat.index], to: &writer) }
        writer.endArray()
        writer.key("target")
        writer.int(state.target)
        writer.counts("score", state.score)
        writer.key("hand")
        writer.int(state.handNumber)
        writer.seat("hakem", state.hakem)
        writer.suit("trump", state.trump)
        writer.cards("cards", state.cards)
        writer.key("counts")
        writer.beginArray()
        for seat in Seat.all { writer.int(state.counts[seat.index]) }
        writer.endArray()
        writer.seat("turn", state.turn?.seat)
        writer.key("deadline_ms")
        if let remaining { writer.int(remaining) } else { writer.null() }
        writer.key("trick")
        writer.played(state.trick.played)
        writer.counts("tricks", state.tricks)
        writer.key("commitment")
        if let commitment = state.commitment {
            writer.hex(commitment.bytes)
        } else {
            writer.null()
        }
        // The mark that a move carries so that it can be sent again safely.
        writer.key("ply")
        if let mark = state.turn?.mark { writer.int(mark.ply) } else { writer.null() }
        writer.endObject()
    }

    private func write(_ occupant: Occupant?, to writer: inout JSONWriter) {
        guard let occupant else { return writer.null() }
        writer.beginObject()
        writer.key("name")
        writer.string(occupant.name)
        writer.key("bot")
        writer.bool(occupant.isBot)
        writer.key("online")
        writer.bool(occupant.isOnline)
        writer.endObject()
    }

    private func name(of phase: TableView.Phase) -> String {
        switch phase {
        case .waiting: "waiting"
        case .choosingTrump: "choosing_trump"
        case .playing: "playing"
        case .over: "over"
        }
    }
}
