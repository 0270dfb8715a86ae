internal import Game
internal import Gossip
internal import Link
internal import PlayerProtocol

/// Where a session stands on its way from the handshake to its seat.
enum SessionState {
    /// No seat, and nothing under way; closed at the time if nothing comes.
    case fresh(until: Instant)
    case attaching(Attaching)
    /// Waits for the lobby to find a seat.
    case queued(Queued)
    case joined(Joined)
    /// Was in a room and has lost the way to it.
    case rejoining(Rejoining)
    case closed

    /// An attach is on its way to a room, which has not answered.
    struct Attaching {
        var room: RoomCode
        var attach: Attach
        var reply: Reply
        var approach: Approach
        /// Inputs that came in the meantime, for the room or, failing that, for a refusal.
        var pending = PendingInputs()
    }

    struct Queued {
        var name: String
        var reply: Reply
        /// What the player was told last.
        var position: Int?
        var approach: Approach
    }

    struct Joined {
        var membership: Membership
        let node: NodeID
    }

    struct Rejoining {
        var membership: Membership
        var approach: Approach
    }

    /// The one reply that a message gets.
    enum Reply: Equatable {
        /// - Parameter id: the client's; `nil` where it gave none.
        case owed(id: Int64?)
        case given

        /// What a server's answer is to name.
        var id: Int64? {
            if case .owed(let id) = self { id } else { nil }
        }
    }

    /// What a session in a room has to know to come back to it.
    struct Membership {
        let room: RoomCode
        let viewer: Viewer
        let roomInstance: UInt64
        /// The last one that was passed on to the player.
        var version: UInt64
        var pending: PendingInputs
        var pause = PauseNotice()
        /// The room has taken the player's leave: only the socket is left.
        var hasLeft = false

        init(_ attached: Attached, pending: PendingInputs) {
            room = attached.room
            viewer = attached.seat.map { .seat($0) } ?? .spectator
            roomInstance = attached.roomInstance
            version = attached.version
            self.pending = pending
        }
    }
}

/// Whether the player knows that his room stands still. It may do so for two reasons at once, and he
/// hears of it once.
struct PauseNotice: Equatable {
    /// The room said so.
    private var byRoom = false
    /// There has been no way to it for a while.
    private(set) var byWay = false

    private static let roomReason = "this room waits for a second server to keep a copy of it"
    private static let wayReason = "the server of this room is out of reach"

    /// - Returns: what the player is to be told.
    mutating func room(isPaused: Bool) -> [UInt8]? {
        let wasPaused = byRoom || byWay
        byRoom = isPaused
        return change(from: wasPaused, Self.roomReason)
    }

    mutating func wayIsLost() -> [UInt8]? {
        let wasPaused = byRoom || byWay
        byWay = true
        return change(from: wasPaused, Self.wayReason)
    }

    /// The session is in the room again, which says anew if it stands still.
    mutating func attached() -> [UInt8]? {
        let wasPaused = byRoom || byWay
        (byRoom, byWay) = (false, false)
        return change(from: wasPaused, "")
    }

    private func change(from wasPaused: Bool, _ reason: String) -> [UInt8]? {
        switch (wasPaused, byRoom || byWay) {
        case (false, true): ServerMessage.waiting(reason: reason)
        case (true, false): ServerMessage.running()
        default: nil
        }
    }
}
