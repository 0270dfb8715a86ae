internal import Game
internal import Gossip
internal import JSON
internal import Referee
internal import Simulation

/// One room's players, with the referee who sees what they see and shares no code with the server.
final class PlayerTable {
    let number: Int
    unowned let hall: Hall
    var referee = MatchReferee()
    private(set) var players: [PlayerActor] = []
    private(set) var code: String?
    /// The newest version that a player was told is safe: what a state must at least show.
    private(set) var floor = 0
    /// Why the room is no more, as its players were told.
    private(set) var ending: String?
    private(set) var isConcluded = false
    private var texts = 0
    let isQuick: Bool
    let hasSpectator: Bool
    let options: JSONValue
    /// When the free seats are given to bots.
    private(set) var botsAt: Instant

    init(_ number: Int, hall: Hall, now: Instant) {
        self.number = number
        self.hall = hall
        let count = hall.generator.pick(1...4)
        isQuick = hall.generator.chance(0.25)
        hasSpectator = !isQuick && hall.generator.chance(0.3)
        let seconds = hall.generator.chance(0.3) ? 0 : hall.generator.pick(2...40)
        options = [
            "target": .int(Int64(hall.generator.pick(1...2))),
            "turn_seconds": .int(Int64(seconds)),
        ]
        botsAt = now.advanced(by: .milliseconds(hall.generator.pick(500...5_000)))
        // Who asks for any table does not know who sits at it.
        let people = isQuick ? 1 : count + (hasSpectator ? 1 : 0)
        for index in 0..<people {
            let viewer = referee.addViewer()
            let wait = hall.generator.pick(0...2_000)
            players.append(
                PlayerActor(
                    viewer: viewer, table: self, isSpectator: hasSpectator && index == count,
                    at: now.advanced(by: .milliseconds(wait))))
        }
    }

    var roomCode: RoomCode? { code.flatMap { RoomCode($0) } }

    var nextDeadline: Instant {
        var next = Instant.never
        for player in players { next = min(next, player.nextDeadline) }
        return next
    }

    func wake(now: Instant) {
        for player in players where player.nextDeadline <= now { player.wake(now: now) }
        settle(now: now)
    }

    func settle(now: Instant) {
        judge()
        concludeIfOver(now: now)
    }

    /// What to say first, without a token.
    func greeting(of player: PlayerActor) -> JSONValue {
        let name = JSONValue.string("t\(number)p\(player.viewer)")
        if player.isSpectator { return ["type": "watch", "room": .string(code ?? "")] }
        if isQuick { return ["type": "quick", "name": name] }
        guard player.viewer > 0, let code else {
            return ["type": "create", "name": name, "options": options]
        }
        return ["type": "join", "room": .string(code), "name": name]
    }

    /// Whether a player has a room to go to.
    func isReady(for player: PlayerActor) -> Bool {
        player.viewer == 0 || code != nil
    }

    func joined(_ player: PlayerActor, now: Instant) {
        guard code == nil else { return }
        code = referee.room(of: player.viewer)
        for other in players where other !== player { other.hurry(now: now) }
    }

    /// The creator of a room has the bots sit down once it has waited for company.
    func wantsBots(_ player: PlayerActor, now: Instant) -> Bool {
        player.viewer == 0 && !isQuick && botsAt <= now
    }

    func acknowledged(_ version: Int) {
        hall.note(.acknowledged)
        floor = max(floor, version)
    }

    func nextText() -> String {
        texts += 1
        return "t\(number)m\(texts)"
    }

    /// The referee's findings, as the design's invariants.
    private func judge() {
        guard let fault = referee.faults.first else { return }
        let invariant: Violation.Invariant =
            switch fault.law {
            case .leak, .privateCards: .secrets
            case .differingEvents: .oneHistory
            case .okBeforeFrame, .okWithoutMove: .acknowledgedStays
            case .reply: .inputOnce
            default: .eventsInOrder
            }
        hall.expect(false, invariant, "table \(number), \(code ?? "-"): \(fault)")
    }

    // MARK: Rooms that are no more

    var isOver: Bool { referee.isOver }

    /// Whether the room may be gone by what became of its servers.
    var isInDoubt: Bool {
        guard let roomCode else { return false }
        return hall.oracle.mayBeLost(roomCode)
    }

    /// Whether its players wait for a room that nobody runs.
    var waitsForDoubt: Bool {
        guard let roomCode, ending == nil, !isConcluded else { return false }
        return !hall.isRun(roomCode)
    }

    /// The players were told that there is no such room, or none that knows them.
    func ended(_ how: String) {
        guard ending == nil else { return }
        ending = how
        hall.expect(
            isOver || code == nil || isInDoubt, .acknowledgedStays,
            "table \(number): \(code ?? "-") ended with \(how), and one of its pair lives")
        hall.note(.lost)
    }

    private func concludeIfOver(now: Instant) {
        guard !isConcluded else { return }
        guard ending != nil || isOver else { return }
        guard players.allSatisfy({ $0.isQuiet || ending != nil }) else { return }
        guard ending != nil || laggard == nil else { return }
        isConcluded = true
        // Who has a place in the queue has had his answer.
        if ending == nil, !isQuick {
            for player in players where !player.isJoined { referee.disconnected(player.viewer) }
            referee.finish()
            judge()
        }
        for player in players { player.quit() }
    }

    /// A player who has not been shown all that others were.
    private var laggard: PlayerActor? {
        players.first { $0.isJoined && referee.version(of: $0.viewer) < referee.version }
    }

    /// What is not as it should be once all faults have ended.
    func unfinished(isEndAwaited: Bool) -> String? {
        if isConcluded || ending != nil { return nil }
        if !isEndAwaited, isInDoubt { return nil }
        for player in players {
            if let text = player.unfinished { return "table \(number), \(code ?? "-"): \(text)" }
        }
        return laggard.flatMap { player in
            isOver ? "table \(number), \(code ?? "-"): player \(player.viewer) misses the end" : nil
        }
    }
}
