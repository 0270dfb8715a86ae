import JSON
import Random

@testable import Referee

/// Something that happened between a viewer and the server.
enum Step: Equatable {
    case connected(Int)
    case disconnected(Int)
    case sent(Int, JSONValue)
    case received(Int, JSONValue)

    /// What the viewer received.
    var received: JSONValue? {
        guard case .received(_, let message) = self else { return nil }
        return message
    }
}

/// A server that plays by the rules, as small as it can be: four players and a spectator who comes
/// late, one player who loses the connection and resumes. Its transcript is without a fault.
///
/// `tamper` may change an event on its way to everyone, as a server with wrong rules would.
struct Simulator {
    var steps: [Step] = []
    var generator: SplitMix64
    var tamper: (JSONValue) -> JSONValue? = { $0 }
    let target: Int

    private var version = 0
    private var score = [0, 0]
    private var names: [JSONValue] = [nil, nil, nil, nil]
    private var hand = 0
    private var hakem: Int?
    private var trump: String?
    private var hands: [[String]] = [[], [], [], []]
    private var counts = [0, 0, 0, 0]
    private var turn: Int?
    private var trick: [(seat: Int, card: String)] = []
    private var tricks = [0, 0]
    private var phase = "waiting"
    private var commitment: JSONValue = nil
    private var present: [Int] = []
    private var lastVersion = [0, 0, 0, 0, 0]
    private var kept: [(viewer: Int, version: Int, events: [JSONValue])] = []
    private var nextID = [0, 0, 0, 0, 0]

    static let ranks = Array("23456789TJQKA")
    static let pack = "SHDC".flatMap { suit in ranks.map { "\($0)\(suit)" } }

    init(seed: UInt64, target: Int = 7) {
        generator = SplitMix64(seed: seed)
        self.target = target
    }

    mutating func playMatch() {
        for seat in 0..<4 { join(seat) }
        startMatch()
        var moves = 0
        while phase != "over" {
            if moves == 20 { join(4) }
            if moves == 30 { leave(2) }
            if moves == 37 { resume(2) }
            if moves == 50 { say(1) }
            if phase == "choosing_trump" { nameTrump() } else { play() }
            moves += 1
        }
    }

    private mutating func commit(
        _ events: [JSONValue], cards: [Int: [String]] = [:], before: Int = 0
    ) {
        version += Int.random(in: 1...2, using: &generator)
        let told = events.compactMap(tamper)
        for viewer in 0...4 where present.contains(viewer) || viewer == absent {
            var own = told
            if let hand = cards[viewer] {
                let event: JSONValue = ["type": "cards", "cards": .array(hand.map { .string($0) })]
                if let event = tamper(event) { own.insert(event, at: before) }
            }
            if own.isEmpty { continue }
            if viewer == absent {
                kept.append((viewer, version, own))
            } else {
                show(viewer, version, own)
            }
        }
    }

    private var absent: Int?

    private mutating func show(_ viewer: Int, _ version: Int, _ events: [JSONValue]) {
        lastVersion[viewer] = version
        let frame: JSONValue = [
            "type": "events", "version": .int(Int64(version)), "events": .array(events),
        ]
        steps.append(.received(viewer, frame))
    }

    private mutating func ask(_ viewer: Int, _ message: JSONValue) -> JSONValue {
        nextID[viewer] += 1
        var message = message
        message["id"] = .int(Int64(nextID[viewer]))
        steps.append(.sent(viewer, message))
        return .int(Int64(nextID[viewer]))
    }

    private mutating func join(_ viewer: Int) {
        let seat: JSONValue = viewer < 4 ? .int(Int64(viewer)) : nil
        let re = ask(
            viewer, ["type": viewer < 4 ? "join" : "watch", "room": "ABC234", "seat": seat])
        if viewer < 4 {
            let name = JSONValue.string("p\(viewer)")
            names[viewer] = ["name": name, "bot": false, "online": true]
            commit([["type": "seated", "seat": seat, "name": name, "bot": false]])
        }
        present.append(viewer)
        let token: JSONValue = viewer < 4 ? .string("token\(viewer)") : nil
        steps.append(
            .received(
                viewer,
                [
                    "type": "joined", "re": re, "room": "ABC234", "seat": seat, "token": token,
                    "version": .int(Int64(version)), "resumed": false, "state": state(for: viewer),
                ]))
        lastVersion[viewer] = version
    }

    private mutating func leave(_ viewer: Int) {
        steps.append(.disconnected(viewer))
        present.removeAll { $0 == viewer }
        absent = viewer
        names[viewer]["online"] = false
        commit([["type": "presence", "seat": .int(Int64(viewer)), "online": false]])
    }

    private mutating func resume(_ viewer: Int) {
        steps.append(.connected(viewer))
        nextID[viewer] = 0
        let last = JSONValue.int(Int64(lastVersion[viewer]))
        let re = ask(
            viewer, ["type": "resume", "token": .string("token\(viewer)"), "version": last])
        steps.append(
            .received(
                viewer,
                [
                    "type": "joined", "re": re, "room": "ABC234", "seat": .int(Int64(viewer)),
                    "token": "renewed", "version": last, "resumed": true, "state": nil,
                ]))
        absent = nil
        present.append(viewer)
        for frame in kept { show(viewer, frame.version, frame.events) }
        kept = []
        names[viewer]["online"] = true
        commit([["type": "presence", "seat": .int(Int64(viewer)), "online": true]])
    }

    private mutating func say(_ viewer: Int) {
        let re = ask(viewer, ["type": "say", "text": "AS"])
        commit([["type": "said", "seat": .int(Int64(viewer)), "text": "AS"]])
        steps.append(
            .received(viewer, ["type": "ok", "re": re, "version": .int(Int64(version))]))
    }

    private func state(for viewer: Int) -> JSONValue {
        [
            "phase": .string(phase), "seats": .array(names), "target": .int(Int64(target)),
            "score": numbers(score), "hand": .int(Int64(hand)),
            "hakem": hakem.map { .int(Int64($0)) } ?? nil,
            "trump": trump.map { .string($0) } ?? nil,
            "cards": .array(viewer < 4 ? hands[viewer].map { .string($0) } : []),
            "counts": numbers(counts), "turn": turn.map { .int(Int64($0)) } ?? nil,
            "deadline_ms": 1_000, "tricks": numbers(tricks), "commitment": commitment,
            "trick": .array(
                trick.map { ["seat": .int(Int64($0.seat)), "card": .string($0.card)] }),
        ]
    }

    private func numbers(_ values: [Int]) -> JSONValue { .array(values.map { .int(Int64($0)) }) }

    private mutating func startMatch() {
        var seat = Int.random(in: 0..<4, using: &generator)
        var draw: [JSONValue] = []
        for card in Self.pack.shuffled(using: &generator) {
            draw.append(["seat": .int(Int64(seat)), "card": .string(card)])
            if card.first == "A" { break }
            seat = (seat + 1) % 4
        }
        commitDeal(after: [], hakem: seat, draw: draw)
    }

    private var pack: [String] = []

    private mutating func commitDeal(after events: [JSONValue], hakem seat: Int, draw: [JSONValue])
    {
        hakem = seat
        hand += 1
        pack = Self.pack.shuffled(using: &generator)
        trump = nil
        (trick, tricks, counts) = ([], [0, 0], [0, 0, 0, 0])
        hands = [[], [], [], []]
        hands[seat] = Array(pack[0..<5])
        counts[seat] = 5
        turn = seat
        phase = "choosing_trump"
        commitment = .string((0..<16).map { _ in hexPair() }.joined())
        let events =
            events + [
                ["type": "hakem", "seat": .int(Int64(seat)), "draw": .array(draw)],
                ["type": "deal", "hand": .int(Int64(hand)), "commitment": commitment],
                turnEvent("trump"),
            ]
        commit(events, cards: [seat: hands[seat]], before: events.count - 1)
    }

    private mutating func hexPair() -> String {
        let byte = UInt8.random(in: 0...255, using: &generator)
        return (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }

    private func turnEvent(_ action: String) -> JSONValue {
        [
            "type": "turn", "seat": .int(Int64(turn ?? 0)), "action": .string(action),
            "hand": .int(Int64(hand)),
            "ply": .int(Int64(4 * (tricks[0] + tricks[1]) + trick.count)), "deadline_ms": 30_000,
        ]
    }

    private mutating func nameTrump() {
        guard let seat = turn else { return }
        let suit = ["S", "H", "D", "C"].randomElement(using: &generator) ?? "S"
        let re = present.contains(seat) ? ask(seat, ["type": "trump", "suit": .string(suit)]) : nil
        trump = suit
        phase = "playing"
        counts = [13, 13, 13, 13]
        // 5-4-4, counter-clockwise from the hakem: his five stand first in the pack.
        let others = Array(pack[5...])
        for offset in 0..<4 {
            let player = (seat + offset) % 4
            hands[player] =
                offset == 0
                ? Array(pack[0..<5]) + others[39..<47]
                : Array(others[(offset - 1) * 13..<offset * 13])
        }
        commit(
            [
                ["type": "trump", "seat": .int(Int64(seat)), "suit": .string(suit)],
                turnEvent("play"),
            ],
            cards: Dictionary(uniqueKeysWithValues: hands.enumerated().map { ($0, $1) }), before: 1)
        reply(seat, re)
    }

    private mutating func reply(_ seat: Int, _ re: JSONValue) {
        guard !re.isNull else { return }
        steps.append(.received(seat, ["type": "ok", "re": re, "version": .int(Int64(version))]))
    }

    /// Plays like a server whose rules allow what `breaksSuit` says.
    var breaksSuit = false

    private mutating func play() {
        guard let seat = turn else { return }
        let led = trick.first?.card.last
        let following = hands[seat].filter { $0.last == led }
        let legal =
            following.isEmpty || breaksSuit
            ? hands[seat] : following
        guard let card = legal.randomElement(using: &generator) else { return }
        let message: JSONValue = ["type": "play", "card": .string(card)]
        let re = present.contains(seat) ? ask(seat, message) : nil
        hands[seat].removeAll { $0 == card }
        counts[seat] -= 1
        trick.append((seat, card))
        var events: [JSONValue] = [
            ["type": "played", "seat": .int(Int64(seat)), "card": .string(card)]
        ]
        turn = (seat + 1) % 4
        guard trick.count == 4 else { return finishMove(seat, re, events + [turnEvent("play")]) }
        let winner = takeTrick()
        turn = winner
        events.append(["type": "trick", "winner": .int(Int64(winner)), "tricks": numbers(tricks)])
        guard tricks[winner % 2] == 7 else {
            return finishMove(seat, re, events + [turnEvent("play")])
        }
        endHand(events, winner: winner % 2)
        reply(seat, re)
    }

    private mutating func finishMove(_ seat: Int, _ re: JSONValue, _ events: [JSONValue]) {
        commit(events)
        reply(seat, re)
    }

    private mutating func takeTrick() -> Int {
        func strength(_ card: String) -> Int {
            let rank = Self.ranks.firstIndex(of: card.first ?? "2") ?? 0
            if card.hasSuffix(trump ?? "?") { return 100 + rank }
            return card.last == trick[0].card.last ? rank : -1
        }
        var best = trick[0]
        for play in trick where strength(play.card) > strength(best.card) { best = play }
        tricks[best.seat % 2] += 1
        trick = []
        return best.seat
    }

    private mutating func endHand(_ events: [JSONValue], winner: Int) {
        let hakemTeam = (hakem ?? 0) % 2
        let isKot = tricks[1 - winner] == 0
        let points = isKot ? (hakemTeam == winner ? 2 : 3) : 1
        let kot = isKot ? (hakemTeam == winner ? "kot" : "hakem_kot") : "none"
        score[winner] += points
        turn = nil
        let result: JSONValue = [
            "type": "hand", "winner": .int(Int64(winner)), "points": .int(Int64(points)),
            "kot": .string(kot), "score": numbers(score),
            "reveal": ["seed": .string(String(repeating: "ab", count: 32))],
        ]
        guard score[winner] < target else {
            phase = "over"
            let end: JSONValue = [
                "type": "match", "winner": .int(Int64(winner)), "score": numbers(score),
            ]
            return commit(events + [result, end])
        }
        let next = hakemTeam == winner ? hakem ?? 0 : ((hakem ?? 0) + 1) % 4
        commitDeal(after: events + [result], hakem: next, draw: [])
    }
}
