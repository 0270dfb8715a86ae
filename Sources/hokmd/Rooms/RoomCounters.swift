/// What happened in the rooms of a node since it started, and how many players it has now.
package struct RoomCounters: Equatable, Sendable {
    /// People who hold a seat.
    package internal(set) var players = 0
    package internal(set) var roomsOpened = 0
    package internal(set) var roomsEnded = 0
    package internal(set) var commits: UInt64 = 0
    package internal(set) var inputs = 0
    /// Joins, resumes and spectators that were turned away.
    package internal(set) var refusedArrivals = 0
    /// Rooms that another server ran before.
    package internal(set) var roomsTakenUp = 0
    /// Rooms that went to another server.
    package internal(set) var roomsGivenAway = 0
    package internal(set) var copiesSent: UInt64 = 0
    /// Compressed, without the frames around them.
    package internal(set) var copyBytesSent: UInt64 = 0
    /// Copies that were sent whole.
    package internal(set) var copiesSentWhole: UInt64 = 0
    package internal(set) var copiesRefused: UInt64 = 0
    /// Copies that came damaged, or against a base that is not here.
    package internal(set) var copiesUnreadable: UInt64 = 0
    /// Records that no room could be made from: a defect, and a room that is lost.
    package internal(set) var recordsUnusable = 0
    /// Rooms whose newest state may be on servers that are gone, and that ended for that.
    package internal(set) var roomsDoubted = 0
    /// Pauses that were told to players.
    package internal(set) var pauses = 0

    package init() {}
}
