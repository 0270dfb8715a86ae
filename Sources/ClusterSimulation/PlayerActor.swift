internal import Gossip
internal import JSON
internal import PlayerProtocol
internal import Referee
internal import Simulation

/// One player over all connections: joins, plays legal moves by what it is shown, and comes back with
/// its token when its socket is gone.
final class PlayerActor {
    private enum Stage: Equatable {
        case away(until: Instant)
        case connecting(SocketID)
        /// Has asked for its seat.
        case greeting(SocketID)
        case joined(SocketID)
        case done
    }

    let viewer: Int
    let isSpectator: Bool
    private unowned let table: PlayerTable
    private var stage: Stage
    private var node = 0
    private var nextID = 1
    /// What has no reply yet.
    private var unanswered: [Int: (type: String, at: Instant)] = [:]
    private var moveID: Int?
    private var thinkAt = Instant.never
    private var whimAt = Instant.never
    private var hasAskedForBots = false
    /// What the table knew to be safe when this player asked to come back.
    private var floor = 0
    private var isWaiting = false
    private var connectUntil = Instant.never
    /// Since when it has wanted to be in, and is not.
    private var outSince = Instant.never

    private var hall: Hall { table.hall }

    /// A player's program waits so long for a connection.
    private static let connectMax = Duration.seconds(3)
    /// Once faults have ended, an answer takes no longer.
    private static let answerMax = Duration.seconds(5)

    init(viewer: Int, table: PlayerTable, isSpectator: Bool, at start: Instant) {
        self.viewer = viewer
        self.table = table
        self.isSpectator = isSpectator
        stage = .away(until: start)
    }

    var isJoined: Bool { if case .joined = stage { true } else { false } }
    var isQuiet: Bool { stage == .done || isJoined && unanswered.isEmpty }

    private var socket: SocketID? {
        switch stage {
        case .away, .done: nil
        case .connecting(let socket), .greeting(let socket), .joined(let socket): socket
        }
    }

    var nextDeadline: Instant {
        switch stage {
        case .away(let until): table.isReady(for: self) ? until : .never
        case .joined:
            min(thinkAt, whimAt, table.wantsBots(self, now: .never) ? botsAt : .never)
        case .connecting: connectUntil
        case .greeting, .done: .never
        }
    }

    private var botsAt: Instant { hasAskedForBots ? .never : table.botsAt }

    func hurry(now: Instant) {
        if case .away(let until) = stage, until < now { stage = .away(until: now) }
    }

    func wake(now: Instant) {
        switch stage {
        case .away(let until) where until <= now && table.isReady(for: self):
            guard table.ending == nil else { return stage = .done }
            connect(now: now)
        case .joined:
            if botsAt <= now, table.wantsBots(self, now: now) {
                hasAskedForBots = true
                ask(["type": "bots"])
            }
            if thinkAt <= now { move(now: now) }
            if whimAt <= now {
                whimAt = .never
                if hall.calmSince == nil { drop(now: now) }
            }
        case .connecting where connectUntil <= now:
            if let socket { hall.close(socket) }
            away(now: now)
        default: break
        }
    }

    private func connect(now: Instant) {
        guard let door = hall.knownDoors.randomElement(using: &hall.generator) else {
            return away(now: now)
        }
        node = door
        outSince = min(outSince, now)
        connectUntil = now.advanced(by: Self.connectMax)
        stage = .connecting(hall.connect(self, to: door))
    }

    private func away(_ wait: ClosedRange<Int> = 100...1_000, now: Instant) {
        let wait = hall.generator.pick(wait)
        stage = .away(until: now.advanced(by: .milliseconds(wait)))
        thinkAt = .never
        whimAt = .never
        moveID = nil
        unanswered = [:]
        nextID = 1
    }

    /// Drops the connection for no reason, and comes back.
    private func drop(now: Instant) {
        if let socket { hall.close(socket) }
        table.referee.disconnected(viewer)
        away(0...1_000, now: now)
    }

    func quit() {
        if let socket { hall.close(socket) }
        stage = .done
    }

    private func ask(_ message: JSONValue) {
        guard let socket else { return }
        var message = message
        message["id"] = .int(Int64(nextID))
        unanswered[nextID] = (message["type"]?.string ?? "", hall.now)
        nextID += 1
        table.referee.sent(message, by: viewer)
        hall.send(message.bytes, on: socket)
    }

    // MARK: What comes

    func opened(now: Instant) {
        guard case .connecting(let socket) = stage else { return }
        stage = .greeting(socket)
        table.referee.connected(viewer)
        floor = table.floor
        guard let token = table.referee.token(of: viewer) else {
            return ask(table.greeting(of: self))
        }
        let isAll = hall.generator.chance(0.2)
        let version = isAll ? 0 : table.referee.version(of: viewer)
        ask(["type": "resume", "token": .string(token), "version": .int(Int64(version))])
    }

    func received(_ bytes: [UInt8], now: Instant) {
        guard let message = try? JSONValue.parse(bytes) else {
            return hall.expect(false, .eventsInOrder, "no JSON")
        }
        hall.reader?("player \(table.number).\(viewer) hears \(message)")
        table.referee.received(message, by: viewer)
        if let re = message["re"]?.int, message["type"]?.string != "queued" {
            unanswered[re] = nil
        }
        switch message["type"]?.string {
        case "joined": joined(message, now: now)
        case "ok":
            table.acknowledged(message["version"]?.int ?? 0)
            if message["re"]?.int == moveID { moveID = nil }
        case "error": refused(message, now: now)
        case "waiting": isWaiting = true
        case "running": isWaiting = false
        default: break
        }
        think(now: now)
        table.settle(now: now)
    }

    private func joined(_ message: JSONValue, now: Instant) {
        guard case .greeting(let socket) = stage else { return }
        stage = .joined(socket)
        outSince = .never
        isWaiting = false
        if table.isQuick { unanswered = unanswered.filter { $0.value.type != "quick" } }
        let version = message["version"]?.int ?? 0
        if message["resumed"]?.bool == false {
            hall.expect(
                version >= floor, .acknowledgedStays,
                "table \(table.number) is shown version \(version) after an ok at \(floor)")
        } else {
            hall.note(.resumed)
        }
        if let whims = hall.whims, hall.calmSince == nil {
            whimAt = now.advanced(by: .milliseconds(hall.generator.pick(whims)))
        }
        table.joined(self, now: now)
    }

    private func refused(_ message: JSONValue, now: Instant) {
        if let moveID, message["re"]?.int == moveID { self.moveID = nil }
        let code = message["code"]?.string ?? ""
        guard !isJoined else {
            // What was decided while the player thought, by its bot for instance.
            let isFine = [
                "not_your_turn", "not_the_hakem", "stale", "match_over", "card_not_in_hand",
            ]
            .contains(code)
            return hall.expect(isFine, .inputOnce, "table \(table.number) is told \(message)")
        }
        switch code {
        case "unavailable", "overloaded":
            drop(now: now)
            stage = .away(until: now.advanced(by: .milliseconds(hall.generator.pick(300...2_000))))
        case "room_full":
            table.referee.disconnected(viewer)
            quit()
        case "bad_token" where hall.isVoid(table.referee.token(of: viewer) ?? "", at: node):
            table.referee.disconnected(viewer)
            quit()
        case "no_such_room", "bad_token":
            table.ended(code)
            table.referee.disconnected(viewer)
            quit()
        default: hall.expect(false, .inputOnce, "table \(table.number) is told \(message)")
        }
    }

    func closed(_ code: UInt16?, now: Instant) {
        guard stage != .done else { return }
        let wasJoined = isJoined
        table.referee.disconnected(viewer)
        away(now: now)
        guard wasJoined else { return }
        switch code {
        case nil: hall.note(.dropped)
        case CloseCode.overloaded.rawValue: hall.note(.held)
        case CloseCode.restart.rawValue:
            hall.expect(
                !hall.isOpen(node) || isLongBehind, .socketsStay,
                "table \(table.number) player \(viewer) is closed with 1012, and n\(node) stays")
        case CloseCode.left.rawValue where table.isOver: stage = .done
        default:
            hall.expect(
                false, .socketsStay,
                "table \(table.number) player \(viewer) is closed with \(code ?? 0)")
        }
    }

    /// Whether a whole hand at least was played without it: a room remembers the running one and
    /// the one before, and whoever has seen less is shown the table anew.
    private var isLongBehind: Bool {
        guard let code = table.roomCode else { return false }
        return Int(hall.oracle.newest(of: code)) >= table.referee.version(of: viewer) + 28
    }

    // MARK: What it does

    private func think(now: Instant) {
        guard isJoined, !isSpectator, thinkAt == .never, moveID == nil, canMove else { return }
        thinkAt = now.advanced(by: .milliseconds(hall.generator.pick(hall.think)))
    }

    private var canMove: Bool {
        var generator = hall.generator
        return table.referee.choose(for: viewer, using: &generator) != nil
    }

    private func move(now: Instant) {
        thinkAt = .never
        guard isJoined, moveID == nil,
            let chosen = table.referee.choose(for: viewer, using: &hall.generator)
        else { return }
        moveID = nextID
        ask(chosen.message(id: nextID))
        if hall.generator.chance(0.3) {
            ask(["type": "say", "text": .string(table.nextText())])
        }
    }

    /// What is still missing for it once all faults have ended.
    var unfinished: String? {
        switch stage {
        case .done: return nil
        case .away, .connecting, .greeting:
            guard outSince != .never, outSince.duration(to: hall.now) > Self.answerMax else {
                return nil
            }
            return "player \(viewer) is not in: \(stage)"
        case .joined:
            if isWaiting { return "player \(viewer)'s room stands still" }
            // What was said a moment ago is on its way.
            let late = unanswered.first { $0.value.at.duration(to: hall.now) > Self.answerMax }
            return late.map { "player \(viewer) has no answer to its \($0.value.type)" }
        }
    }
}
