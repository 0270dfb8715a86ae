package import Wire

/// How full a server is: what new rooms are placed by. Each server says it once a second.
package struct ServerLoad: Equatable, Sendable {
    /// People who hold a seat there.
    package var players: Int
    /// Seats that it will give at most.
    package var capacity: Int
    /// Its share of the players, beside that of others: a canary's is small.
    package var weight: UInt32
    /// What a server has of which nobody said otherwise.
    package static let usualWeight: UInt32 = 100
    /// Rooms that it runs, and those of them that nobody else holds.
    package var rooms: Int
    package var unreplicatedRooms: Int
    /// Players who wait for a seat; 0 where the lobby is elsewhere.
    package var queue: Int

    package init(
        players: Int, capacity: Int, weight: UInt32 = usualWeight, rooms: Int = 0,
        unreplicatedRooms: Int = 0, queue: Int = 0
    ) {
        self.rooms = rooms
        self.unreplicatedRooms = unreplicatedRooms
        self.queue = queue
        self.players = players
        self.capacity = capacity
        self.weight = weight
    }

    package var isFull: Bool { players >= capacity }

    /// Which part of its share is taken, for comparison with others.
    package var fill: Double {
        // Of no weight: only where there is nobody else.
        guard weight > 0 else { return .infinity }
        return Double(max(players, 0)) / (Double(max(capacity, 1)) * Double(weight))
    }

    package func encode() -> [UInt8] {
        var writer = WireWriter(reserving: 16)
        writer.count(max(0, players))
        writer.count(capacity)
        writer.varint(UInt64(weight))
        writer.count(rooms)
        writer.count(unreplicatedRooms)
        writer.count(queue)
        return writer.bytes
    }

    /// Reads what `encode` wrote; what a newer node added is skipped.
    package init(decoding bytes: RawSpan) throws(WireError) {
        var reader = WireReader(bytes)
        let (players, capacity) = (try reader.count(max: 1 << 31), try reader.count(max: 1 << 31))
        guard let weight = UInt32(exactly: try reader.varint()) else { throw .badValue }
        self.init(
            players: players, capacity: capacity, weight: weight,
            rooms: try reader.count(max: 1 << 31),
            unreplicatedRooms: try reader.count(max: 1 << 31),
            queue: try reader.count(max: 1 << 31))
    }
}
