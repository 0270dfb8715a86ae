internal import DequeModule
internal import Game

/// Rooms that have ended here, so that a copy which turns up late does not bring one back.
struct EndedRooms {
    private var epochs: [RoomCode: UInt64] = [:]
    private var order: Deque<RoomCode> = []

    /// More than end in the minutes that a late copy can take.
    private static let countMax = 16_384

    mutating func note(_ code: RoomCode, epoch: UInt64) {
        if epochs.updateValue(epoch, forKey: code) == nil { order.append(code) }
        if order.count > Self.countMax { epochs[order.removeFirst()] = nil }
    }

    /// Another room has the code now.
    mutating func forget(_ code: RoomCode) {
        epochs[code] = nil
    }

    /// The epoch under which the room ended.
    func epoch(of code: RoomCode) -> UInt64? { epochs[code] }
}
