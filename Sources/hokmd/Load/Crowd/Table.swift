internal import JSON
internal import NIOCore
import Random
internal import Referee

/// One room's players with the referee who sees what they see. Confined to the crowd's loop.
final class Table: CustomStringConvertible {
    let index: Int
    unowned let hall: Hall
    var referee = MatchReferee()
    private var players: [Player] = []
    private(set) var code: String?
    /// What its players were told when the room was no more; nil while it is.
    private(set) var ending: [String]?
    private(set) var lastAnswered = NIODeadline.uptimeNanoseconds(0)
    /// The newest version that a player was told is safe.
    private var safeVersion = 0
    /// When each move of our players was last sent.
    private var movesSent: [SeatMove: NIODeadline] = [:]
    private var generator: SplitMix64
    private var isConcluded = false

    private struct SeatMove: Hashable {
        let seat: Int?
        /// A card, or `trump`.
        let what: String
    }

    init(_ index: Int, hall: Hall) {
        self.index = index
        self.hall = hall
        generator = SplitMix64(seed: hall.generator.next())
        for _ in 0..<hall.options.players {
            players.append(Player(viewer: referee.addViewer(), table: self))
        }
    }

    var isEnded: Bool { ending != nil }
    var isPlaying: Bool { isEnded || players.allSatisfy(\.hasMoved) }
    /// Nothing that was said waits for an answer.
    var isQuiet: Bool { isEnded || players.allSatisfy(\.isQuiet) }

    /// Every player was shown what any of them was.
    var isShown: Bool { isEnded || referee.isShownToAll }

    var description: String {
        "table \(index) \(code ?? "-") version \(referee.version): "
            + players.map(\.description).joined(separator: "; ")
    }

    var unanswered: [CrowdFigures.SlowMove] {
        guard !isEnded else { return [] }
        let now = NIODeadline.now()
        return players.compactMap(\.moveSent).filter { now - $0 > CrowdFigures.slow }.map {
            CrowdFigures.SlowMove(table: index, sent: $0, answered: now)
        }
    }

    func begin() { players[0].connect() }

    /// Everybody drops the connection and comes back with the token.
    func lookAgain() {
        guard !isEnded else { return }
        for player in players { player.comeBack(shownAll: true) }
    }

    func conclude() {
        guard !isConcluded else { return }
        isConcluded = true
        if !isEnded { referee.finish() }
        for player in players {
            player.leave()
            player.drop()
        }
    }

    /// Players who have a connection and a seat now.
    var seated: Int { players.count(where: \.isJoined) }

    /// Gives up a table at which somebody was never given a seat.
    ///
    /// - Returns: how many those are; 0 where all were, and nothing was done.
    func dismissIfUnseated() -> Int {
        let unseated = players.count { !$0.hasSeat }
        guard unseated > 0, !isEnded else { return 0 }
        (isConcluded, ending) = (true, [])
        for player in players {
            player.leave()
            player.drop()
        }
        return unseated
    }

    // MARK: What its players report

    /// What to say first on a new connection.
    func greeting(of player: Player) -> JSONValue {
        let name = JSONValue.string("t\(index)p\(player.viewer)")
        guard player.viewer > 0, let code else {
            return [
                "type": "create", "name": name,
                "options": [
                    "target": .int(Int64(hall.options.target)), "turn_seconds": 120,
                ],
            ]
        }
        return ["type": "join", "room": .string(code), "name": name]
    }

    func joined(_ player: Player, knowing floor: Int, version: Int) {
        if version < floor {
            hall.figures.lostMoves.append(
                "table \(index): joined at \(version) after an ok at \(floor)")
        }
        guard code == nil else { return }
        code = referee.room(of: player.viewer)
        guard players.count > 1 else { return player.ask(["type": "bots"]) }
        for other in players.dropFirst() { other.connect() }
    }

    func sent(_ move: Move, by player: Player, at time: NIODeadline) {
        let what =
            switch move {
            case .trump: "trump"
            case .play(let card, _, _): card.description
            }
        movesSent[SeatMove(seat: referee.seat(of: player.viewer), what: what)] = time
    }

    /// One of our players was told of an event. A seat plays a card once in a hand, so that names
    /// the move.
    func heard(_ event: JSONValue) {
        let what: String? =
            switch event["type"]?.string {
            case "played": event["card"]?.string
            case "trump": "trump"
            default: nil
            }
        guard let what,
            let sent = movesSent[SeatMove(seat: event["seat"]?.int, what: what)]
        else { return }
        hall.record(.now() - sent)
    }

    /// A move was acknowledged.
    func answered(sent: NIODeadline, version: Int) {
        hall.figures.moves += 1
        lastAnswered = .now()
        safeVersion = max(safeVersion, version)
        guard lastAnswered - sent > CrowdFigures.slow,
            hall.figures.slowMoves.count < CrowdFigures.slowMovesMax
        else { return }
        hall.figures.slowMoves.append(
            CrowdFigures.SlowMove(table: index, sent: sent, answered: lastAnswered))
    }

    func lost(_ what: String) {
        hall.figures.lostMoves.append("table \(index): \(what)")
    }

    func strange(_ what: String) {
        hall.figures.strange.append("table \(index): \(what)")
    }

    /// The room is no more.
    func ended(_ how: String) {
        guard hall.isOver || !referee.isOver else { return }
        ending = (ending ?? []) + [how]
        hall.figures.endedRooms[index, default: []].append(how)
    }

    /// What a state must at least show to who asks for it now.
    var floor: Int { safeVersion }

    /// Somebody was shown something: whose turn it is may move.
    func goOn() {
        guard !hall.isOver else { return }
        guard !referee.isOver else {
            // The last frame comes to one after the other.
            if players.allSatisfy(\.isQuiet), referee.isShownToAll, !isConcluded { replace() }
            return
        }
        for player in players where player.isFree {
            guard referee.choose(for: player.viewer, using: &generator) != nil else { continue }
            let bounds = hall.options.think
            let time = Int64.random(
                in: bounds.lowerBound.nanoseconds...bounds.upperBound.nanoseconds,
                using: &generator)
            player.think(for: .nanoseconds(time))
        }
    }

    func choose(for player: Player) -> Move? {
        guard !hall.isOver, !isEnded else { return nil }
        return referee.choose(for: player.viewer, using: &generator)
    }

    func draw(oneOf count: Int) -> Bool { Int.random(in: 0..<count, using: &generator) == 0 }

    private func replace() {
        conclude()
        hall.figures.faults += referee.faults
        hall.figures.uncheckedStates += referee.uncheckedStatesTotal
        hall.replace(self)
    }
}
