/// What the admin port shows and does. Whoever runs the node's services implements it.
///
/// Every function MUST answer within seconds: the port gives up on one after
/// `AdminLimits.answerTimeMax`. Reports hold no card, no token and no key.
package protocol AdminSource: Sendable {
    /// Why this node cannot do its work at the moment; nil if it can.
    func unreadiness() async -> String?
    func status() async -> StatusReport
    func members() async -> MembersReport
    /// At most this many rooms, in the order of their codes.
    func rooms(limit: Int) async -> RoomsReport
    /// The room of this code, wherever in the cluster it is.
    func room(_ code: String) async -> RoomReport?
    func scaling() async -> ScalingReport
    /// The minutes that the scaler knows, as CSV; nil where there is no scaler.
    func scalingTrace() async -> String?
    func keys() async -> KeysReport
    func logLevel() async -> String
    /// Does it, and says in a line what was done. What takes longer than a few seconds is begun,
    /// and `status` shows how it goes.
    func perform(_ action: AdminAction) async throws(AdminRefusal) -> String
}

/// What an operator can have done.
package enum AdminAction: Equatable, Sendable {
    /// Gives up a node's rooms and players, so that it may be stopped. Nil: the node that was asked.
    case drain(node: String?)
    /// A line for every player in a room.
    case announce(String)
    /// Gives up on a member that failed and will not come back.
    case forget(node: String)
    /// Accepts one more cluster key: a line of a key file. A secret: it is never logged.
    case addKey(String)
    /// Seals with an accepted key from now on.
    case useKey(id: String)
    case removeKey(id: String)
    case setLogLevel(String)

    /// As the audit log calls it.
    package var name: String {
        switch self {
        case .drain: "drain"
        case .announce: "announce"
        case .forget: "forget"
        case .addKey: "keys add"
        case .useKey: "keys use"
        case .removeKey: "keys remove"
        case .setLogLevel: "log-level"
        }
    }

    /// What it is done to, as it may be written down; nil where there is nothing more to say.
    package var subject: String? {
        switch self {
        case .drain(let node): node
        case .announce(let text): text
        case .forget(let node): node
        case .addKey: nil
        case .useKey(let id), .removeKey(let id): id
        case .setLogLevel(let level): level
        }
    }
}

/// Why something was not done, in one line for people.
package struct AdminRefusal: Error, Equatable, Sendable {
    package enum Code: String, Equatable, Sendable {
        /// The request makes no sense.
        case invalid
        /// There is no such thing.
        case notFound = "not_found"
        /// Not in the present state.
        case conflict
        /// Not now: no quorum, or not ready.
        case unavailable
        /// Not in this mode, or not in this version.
        case unsupported
        /// The audit log cannot be written, so nothing may be done.
        case unaudited
    }

    package var code: Code
    package var reason: String

    package init(_ code: Code, _ reason: String) {
        self.code = code
        self.reason = reason
    }
}
