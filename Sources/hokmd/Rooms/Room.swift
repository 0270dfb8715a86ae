package import Game
internal import Link
internal import PlayerProtocol

/// One table with those who play and watch it: pure, fed by `RoomHost`.
///
/// Everything that players may learn goes through the outbox, tagged with the revision it belongs
/// to, and leaves when that revision is committed.
struct Room {
    let code: RoomCode
    let settings: RoomSettings
    /// Tells this room from a later one with the same code.
    let instance: UInt64
    var table: Table
    var members: [Member] = []
    var tokens = InlineArray<4, SeatTokensIssued>(repeating: SeatTokensIssued())
    /// The session that has each seat, or had it last.
    var sitters = InlineArray<4, Sitter?>(repeating: nil)
    /// Sessions with a seat that have lost the way to us, and until when they are waited for.
    var absent: [Absent] = []
    var outbox = Outbox()
    /// Counts the states that successors are sent.
    var revision: UInt64 = 0
    /// Whether something has changed since that a successor must know.
    var isDirty = false
    var botTurn: BotTurn?
    /// When bots take the free seats; `nil` when they do not.
    var fillAt: Milliseconds?
    /// Since when no person is here; `nil` while somebody is.
    var desertedSince: Milliseconds?
    /// When the match was over.
    var overSince: Milliseconds?
    var hasEnded = false
    /// What the lobby was told last; nil where this server has told it nothing yet.
    var announcedVacancy: Int?

    init(_ identity: TableIdentity, settings: RoomSettings, now: Milliseconds) {
        code = identity.room
        self.settings = settings
        instance = identity.instance
        table = Table(identity: identity)
        fillAt = identity.options.botsAfterSeconds.map { now + Milliseconds($0) * 1_000 }
        desertedSince = now
    }

    /// People who hold a seat, here or away.
    var playerCount: Int {
        Seat.all.count { table.position.seats[$0.index].map { !$0.isBot } ?? false }
    }

    /// The member that a session is.
    func member(_ gateway: GatewayID, _ session: SessionID) -> Member? {
        members.first { $0.session == session && $0.gateway == gateway }
    }

    mutating func put(_ frame: RoomFrame, to gateway: GatewayID) {
        outbox.put(frame, to: gateway, at: isDirty ? revision + 1 : revision)
    }

    /// Applies an action and tells everybody what they may know of it.
    mutating func commit(
        _ action: Action, by seat: Seat, now: Milliseconds
    ) throws(RuleViolation) {
        let events = try table.apply(action, by: seat, at: now)
        isDirty = true
        broadcast(events)
    }

    /// Encodes a commit once per distinct audience and puts one frame for each gateway.
    private mutating func broadcast(_ events: [Event]) {
        let version = table.version
        var everybody: [Member] = []
        for member in members {
            guard let seat = member.seat, events.contains(where: { $0.isPrivate(to: seat) }) else {
                everybody.append(member)
                continue
            }
            if let message = EventFrame.json(events, version: version, for: member.viewer) {
                put(
                    .output([member.session], version: version, message: message),
                    to: member.gateway)
            }
        }
        guard !everybody.isEmpty,
            let message = EventFrame.json(events, version: version, for: .spectator)
        else { return }
        send(message, version: version, to: everybody)
    }

    /// One frame for each gateway that has some of these members.
    ///
    /// - Parameter version: of the commit whose events these are.
    mutating func send(_ message: [UInt8], version: UInt64? = nil, to members: [Member]) {
        var rest = members[...]
        while let gateway = rest.first?.gateway {
            let sessions = rest.filter { $0.gateway == gateway }.map(\.session)
            put(.output(sessions, version: version, message: message), to: gateway)
            rest.removeAll { $0.gateway == gateway }
        }
    }

    /// Ends the room: those who are here are told and their sockets close.
    mutating func end(_ notice: String) {
        send(ServerMessage.notice(notice), to: members)
        for member in members { put(.close(member.session, .left), to: member.gateway) }
        members = []
        hasEnded = true
    }
}

extension Event {
    /// Whether the event is for this seat and nobody else.
    fileprivate func isPrivate(to seat: Seat) -> Bool {
        if case .cards(seat, _) = self { return true }
        return false
    }
}

extension TableIdentity {
    /// A number of this table alone, which says nothing about its secret.
    package var instance: UInt64 {
        secret.subkey(Self.instanceSubkey).bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Far above any hand's number.
    private static let instanceSubkey = 1 << 20
}
