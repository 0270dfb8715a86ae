internal import Game
internal import HeapModule

/// When which room wants to be looked at.
///
/// Entries that a later decision made meaningless stay and are skipped when they come up: a look
/// at a room that has nothing to do costs less than finding its entry in the heap.
struct TimerQueue {
    private struct Entry: Comparable {
        var deadline: Milliseconds
        var room: RoomCode

        static func < (left: Entry, right: Entry) -> Bool { left.deadline < right.deadline }
    }

    private var heap = Heap<Entry>()
    /// The earliest entry of each room in the heap.
    private var earliest: [RoomCode: Milliseconds] = [:]

    var nextDeadline: Milliseconds? { heap.min?.deadline }

    mutating func schedule(_ room: RoomCode, at deadline: Milliseconds?) {
        guard let deadline, deadline < earliest[room] ?? .max else { return }
        earliest[room] = deadline
        heap.insert(Entry(deadline: deadline, room: room))
    }

    /// The next room whose time has come.
    mutating func popDue(at now: Milliseconds) -> RoomCode? {
        guard let first = heap.min, first.deadline <= now else { return nil }
        heap.removeMin()
        if earliest[first.room] == first.deadline { earliest[first.room] = nil }
        return first.room
    }

    mutating func forget(_ room: RoomCode) {
        earliest[room] = nil
    }
}
