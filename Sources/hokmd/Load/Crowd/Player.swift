internal import JSON
internal import NIOCore
internal import Referee

/// One player over all connections: joins, moves when it may, comes back when the balancer goes.
/// Confined to the crowd's loop.
final class Player: CustomStringConvertible {
    let viewer: Int
    private unowned let table: Table
    private var socket: PlayerSocket?
    private var door: Door?
    /// Tells what comes by the present connection from what an older one still brings.
    private var connection = 0
    private var tries = 0
    /// Connections in a row that came to nothing.
    private var failures = 0
    /// When it began what it does now: connecting, then asking for a seat.
    private var began = NIODeadline.uptimeNanoseconds(0)
    private var nextID = 1
    private var unanswered: Set<Int> = []
    private var move: (id: Int, sent: NIODeadline, turn: Turn)?
    private var isThinking = false
    private(set) var isJoined = false
    private var hasJoined = false
    private(set) var hasMoved = false
    private var wantsAll = false
    private var lostAt: NIODeadline?
    /// What the table knew to be safe when this player asked to come back.
    private var floor = 0
    private var sayings = 0
    /// What it has said, as it was shown it.
    private var heardSayings: Set<String> = []
    /// The newest turn of its own that it was told is safe.
    private var safeTurn = Turn(hand: 0, ply: -1)

    struct Turn: Comparable {
        let hand: Int
        let ply: Int

        static func < (one: Turn, other: Turn) -> Bool {
            (one.hand, one.ply) < (other.hand, other.ply)
        }
    }

    init(viewer: Int, table: Table) {
        self.viewer = viewer
        self.table = table
    }

    var isQuiet: Bool { unanswered.isEmpty && isJoined && !isThinking }
    /// Whether it was ever given a seat.
    var hasSeat: Bool { table.referee.token(of: viewer) != nil }
    /// Whether it has nothing to do but to move.
    var isFree: Bool { isJoined && move == nil && !isThinking }
    var moveSent: NIODeadline? { move?.sent }

    var description: String {
        "\(viewer) \(isJoined ? "joined" : "not joined") at \(door?.authority ?? "-")"
            + " version \(table.referee.version(of: viewer))"
            + (move.map { " waits \((NIODeadline.now() - $0.sent).nanoseconds / 1_000_000) ms" }
                ?? "") + (isThinking ? " thinks" : "") + " unanswered \(unanswered.sorted())"
    }

    func connect() {
        let doors = table.hall.doors
        guard !doors.isEmpty, !table.isEnded else { return retry() }
        // Neighbours come by different balancers; another try goes to another one.
        let door = doors[(table.index + viewer + tries) % doors.count]
        self.door = door
        tries += 1
        connection += 1
        nextID = 1
        unanswered = []
        began = .now()
        let present = connection
        socket = PlayerSocket.connect(
            to: door, within: table.hall.options.connectTimeMax, on: table.hall.loop
        ) { [weak self] incoming in
            guard let self, self.connection == present else { return }
            self.take(incoming)
        }
    }

    /// Drops the connection, and comes back for what happened since, or for the whole state.
    func comeBack(shownAll: Bool) {
        drop()
        table.referee.disconnected(viewer)
        wantsAll = shownAll
        isJoined = false
        connect()
    }

    /// Gives the seat up, so that the room need not wait for it.
    func leave() {
        if isJoined { socket?.send(["type": "leave"]) }
    }

    func drop() {
        socket?.drop()
        socket = nil
        connection += 1
    }

    func ask(_ message: JSONValue) {
        var message = message
        message["id"] = .int(Int64(nextID))
        unanswered.insert(nextID)
        nextID += 1
        table.referee.sent(message, by: viewer)
        socket?.send(message)
    }

    func think(for time: TimeAmount) {
        isThinking = true
        table.hall.schedule(in: time) { [weak self] in self?.makeMove() }
    }

    private func makeMove() {
        isThinking = false
        guard isFree, let chosen = table.choose(for: self) else { return }
        let message = chosen.message(id: nextID)
        let turn =
            if case .play(_, let hand, let ply) = chosen {
                Turn(hand: hand, ply: ply)
            } else {
                safeTurn
            }
        let now = NIODeadline.now()
        move = (nextID, now, turn)
        table.sent(chosen, by: self, at: now)
        ask(message)
        guard table.draw(oneOf: 10) else { return }
        // Said once, it must be heard once.
        sayings += 1
        ask(["type": "say", "text": .string("\(table.index) \(viewer) \(sayings)")])
    }

    // MARK: What comes

    private func take(_ incoming: PlayerSocket.Incoming) {
        switch incoming {
        case .open:
            // In the end all come back at once, for the referee's sake and not for the figures'.
            if !table.hall.isOver { table.hall.figures.latencies.connect.record(.now() - began) }
            greet()
        case .message(let message): take(message)
        case .closed(let code): closed(code)
        case .refused(let reason):
            table.hall.figures.refusals[reason, default: 0] += 1
            closed(nil)
        }
    }

    private func greet() {
        table.referee.connected(viewer)
        began = .now()
        guard let token = table.referee.token(of: viewer) else {
            return ask(table.greeting(of: self))
        }
        floor = table.floor
        let version = wantsAll ? 0 : table.referee.version(of: viewer)
        ask([
            "type": "resume", "token": .string(token), "version": .int(Int64(version)),
        ])
    }

    private func take(_ message: JSONValue) {
        table.referee.received(message, by: viewer)
        if let re = message["re"]?.int { unanswered.remove(re) }
        switch message["type"]?.string {
        case "joined":
            if !hasJoined { table.hall.figures.latencies.join.record(.now() - began) }
            (isJoined, hasJoined, failures) = (true, true, 0)
            if let lostAt {
                table.hall.figures.resumeTimes.append(.now() - lostAt)
                self.lostAt = nil
            }
            // Who resumes is shown the way from there on; the referee looks whether it is whole.
            let isShownState = message["resumed"]?.bool == false
            table.joined(
                self, knowing: isShownState ? floor : 0, version: message["version"]?.int ?? 0)
        case "ok": acknowledged(message)
        case "error": refused(message)
        case "events": look(message["events"]?.array ?? [])
        case "waiting": table.hall.figures.waitingNotices += 1
        case "notice": table.ended("notice: \(message["text"]?.string ?? "")")
        case "running", "pong": break
        default: table.strange("\(message)")
        }
        table.goOn()
    }

    private func acknowledged(_ message: JSONValue) {
        guard let move, message["re"]?.int == move.id else { return }
        self.move = nil
        hasMoved = true
        safeTurn = max(safeTurn, move.turn)
        table.answered(sent: move.sent, version: message["version"]?.int ?? 0)
    }

    /// No turn that was acknowledged comes again, and nothing is done twice.
    private func look(_ events: [JSONValue]) {
        let seat = table.referee.seat(of: viewer)
        for event in events { table.heard(event) }
        for event in events where event["seat"]?.int == seat {
            switch (event["type"]?.string, event["action"]?.string) {
            case ("turn", "play"):
                let turn = Turn(hand: event["hand"]?.int ?? 0, ply: event["ply"]?.int ?? 0)
                if turn <= safeTurn { table.lost("\(event) after its ok") }
            case ("said", _):
                let isNew = heardSayings.insert(event["text"]?.string ?? "").inserted
                if !isNew { table.strange("twice: \(event)") }
            default: break
            }
        }
    }

    private func refused(_ message: JSONValue) {
        let code = message["code"]?.string ?? ""
        if let move, message["re"]?.int == move.id { self.move = nil }
        switch code {
        // What was decided while the player thought, by its bot for instance.
        case "not_your_turn" where isJoined, "stale" where isJoined: table.strange("\(message)")
        case "no_such_room": table.ended(code)
        case "unavailable" where !isJoined, "overloaded" where !isJoined:
            table.hall.figures.refusals[code, default: 0] += 1
            retry()
        default: table.strange("\(message)")
        }
    }

    private func closed(_ code: Int?) {
        let wasJoined = isJoined
        socket = nil
        isJoined = false
        move = nil
        unanswered = []
        table.referee.disconnected(viewer)
        guard !table.isEnded else { return }
        if let door, wasJoined, table.hall.doors.contains(door) {
            if code == 1013 {
                table.ended("close 1013")
            } else if !table.referee.isOver {
                let text = code.map { "\($0)" } ?? "no code"
                table.hall.figures.closedSockets.append(
                    "table \(table.index) seat \(viewer): \(text)")
            }
        }
        if wasJoined { lostAt = .now() }
        // 20 ms, and twice as long after each failure, up to 1.28 s.
        connect(after: .milliseconds(20 << Int64(min(failures, 6))))
        failures += 1
    }

    private func retry() { connect(after: .milliseconds(200)) }

    private func connect(after time: TimeAmount) {
        drop()
        let present = connection
        table.hall.schedule(in: time) { [weak self] in
            guard let self, self.connection == present else { return }
            self.connect()
        }
    }
}
