internal import Game
internal import PlayerProtocol
internal import Wire

/// The first byte of a frame: a kind in the low four bits, flags in the high ones.
struct FrameHead: Equatable {
    /// The frame has its optional part: a message's id, a room, a version, or a yes.
    static let first: UInt8 = 0x10
    /// The frame has its second one.
    static let second: UInt8 = 0x20

    let byte: UInt8

    init(_ kind: UInt8, _ first: Bool = false, _ second: Bool = false) {
        byte = kind | (first ? Self.first : 0) | (second ? Self.second : 0)
    }

    /// - Parameter flags: those that this kind of frame may have.
    init(byte: UInt8, flags: UInt8) throws(WireError) {
        guard byte & 0xF0 & ~flags == 0 else { throw .badValue }
        self.byte = byte
    }

    var hasFirst: Bool { byte & Self.first != 0 }
    var hasSecond: Bool { byte & Self.second != 0 }
}

extension WireWriter {
    mutating func session(_ session: SessionID) {
        fixed(session.rawValue)
    }

    mutating func audience(_ sessions: [SessionID]) {
        count(sessions.count)
        for session in sessions { self.session(session) }
    }

    mutating func room(_ room: RoomCode) {
        fixed(room.number)
    }

    mutating func id(_ id: Int64?) {
        if let id { varint(UInt64(bitPattern: id)) }
    }

    /// One byte: 0…3, or 4 for nobody's.
    mutating func seat(_ seat: Seat?) {
        byte(seat?.rawValue ?? 4)
    }

    mutating func error(_ code: ErrorCode) {
        text(code.rawValue)
    }

    mutating func options(_ options: TableOptions) {
        byte(UInt8(options.target))
        varint(UInt64(options.turnSeconds))
        varint(options.botsAfterSeconds.map { UInt64($0) + 1 } ?? 0)
        byte(options.isPublic ? 1 : 0)
    }

    mutating func claim(_ claim: SeatClaim) {
        seat(claim.seat)
        fixed(claim.roomInstance)
        varint(UInt64(claim.generation))
        varint(claim.expires)
    }
}

extension WireReader {
    @_lifetime(self: copy self)
    mutating func session() throws(WireError) -> SessionID {
        SessionID(try fixed())
    }

    @_lifetime(self: copy self)
    mutating func audience() throws(WireError) -> [SessionID] {
        let count = try count(max: SessionLimits.audienceMax)
        guard count <= remaining / MemoryLayout<UInt64>.size else { throw .truncated }
        var sessions: [SessionID] = []
        sessions.reserveCapacity(count)
        for _ in 0..<count { sessions.append(try session()) }
        return sessions
    }

    @_lifetime(self: copy self)
    mutating func room() throws(WireError) -> RoomCode {
        guard let room = RoomCode(number: try fixed()) else { throw .badValue }
        return room
    }

    @_lifetime(self: copy self)
    mutating func id(if isThere: Bool) throws(WireError) -> Int64? {
        isThere ? Int64(bitPattern: try varint()) : nil
    }

    @_lifetime(self: copy self)
    mutating func seat() throws(WireError) -> Seat? {
        let byte = try byte()
        guard byte <= 4 else { throw .badValue }
        return Seat(Int(byte))
    }

    @_lifetime(self: copy self)
    mutating func name() throws(WireError) -> String {
        try text(maxBytes: Name.bytesMax)
    }

    @_lifetime(self: copy self)
    mutating func message() throws(WireError) -> [UInt8] {
        try bytes(max: SessionLimits.messageBytesMax)
    }

    @_lifetime(self: copy self)
    mutating func error() throws(WireError) -> ErrorCode {
        let name = try text(maxBytes: SessionLimits.errorBytesMax)
        guard let code = ErrorCode(rawValue: name) else { throw .badValue }
        return code
    }

    @_lifetime(self: copy self)
    mutating func options() throws(WireError) -> TableOptions {
        var options = TableOptions()
        options.target = Int(try byte())
        options.turnSeconds = try count(max: TableOptions.turnSecondsRange.upperBound)
        let botsAfter = try count(max: TableOptions.botsAfterSecondsRange.upperBound + 1)
        options.botsAfterSeconds = botsAfter == 0 ? nil : botsAfter - 1
        let isPublic = try byte()
        guard TableOptions.targetRange.contains(options.target), isPublic <= 1 else {
            throw .badValue
        }
        options.isPublic = isPublic == 1
        return options
    }

    @_lifetime(self: copy self)
    mutating func claim(room: RoomCode) throws(WireError) -> SeatClaim {
        guard let seat = try seat() else { throw .badValue }
        let instance: UInt64 = try fixed()
        guard let generation = UInt32(exactly: try varint()) else { throw .badValue }
        return SeatClaim(
            room: room, seat: seat, roomInstance: instance, generation: generation,
            expires: try varint())
    }
}
