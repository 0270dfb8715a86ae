internal import Wire

extension TableIdentity {
    func encode(into writer: inout WireWriter) {
        writer.fixed(room.number)
        writer.byte(UInt8(options.target))
        writer.varint(UInt64(options.turnSeconds))
        writer.varint(options.botsAfterSeconds.map { UInt64($0) + 1 } ?? 0)
        writer.byte(options.isPublic ? 1 : 0)
        writer.raw(secret.bytes)
    }

    init(from reader: inout WireReader) throws(WireError) {
        guard let room = RoomCode(number: try reader.fixed()) else { throw .badValue }
        var options = TableOptions()
        options.target = Int(try reader.byte())
        options.turnSeconds = try reader.count(max: TableOptions.turnSecondsRange.upperBound)
        let botsAfter = try reader.count(max: TableOptions.botsAfterSecondsRange.upperBound + 1)
        options.botsAfterSeconds = botsAfter == 0 ? nil : botsAfter - 1
        let flags = try reader.byte()
        guard flags <= 1, TableOptions.targetRange.contains(options.target) else {
            throw .badValue
        }
        options.isPublic = flags == 1
        guard let secret = Seed(bytes: try reader.take(Seed.byteCount)) else { throw .badValue }
        self.init(room: room, options: options, secret: secret)
    }
}
