import JSON

/// One pair of eyes: a player or a spectator, over all its connections.
struct Viewer {
    /// A message with an id that waits for its reply.
    struct Request {
        let message: JSONValue
        /// The errors that it may rightly be answered with, as things stood when it was sent.
        let refusals: Set<String>
    }

    var view = SeatView()
    var isConnected = true
    /// Whether this connection was shown a `joined`.
    var isJoined = false
    var room: String?
    var token: String?
    /// Version of the last frame, or of the `joined`, of this connection.
    var version = 0
    /// The latest version that the view was told.
    var viewVersion = 0
    /// Index in the log of what must come next; only where `isAhead` is false.
    var next = 0
    /// Joined at a version that nobody else was shown the way to yet.
    var isAhead = false
    /// The version that it joined ahead at.
    var base = 0
    /// Frames that wait until the others were shown the way to `base`.
    var backlog: [PublicFrame] = []
    /// By id.
    var requests: [Int: Request] = [:]
    var lastID = 0
    /// The version that was asked for in a `resume`, until it is answered.
    var resumeVersion: Int?

    mutating func connect() {
        isConnected = true
        disconnectState()
    }

    mutating func disconnect() {
        isConnected = false
        disconnectState()
    }

    private mutating func disconnectState() {
        isJoined = false
        isAhead = false
        backlog = []
        requests = [:]
        lastID = 0
        resumeVersion = nil
    }
}
