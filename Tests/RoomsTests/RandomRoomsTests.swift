import Game
import JSON
import Link
import PlayerProtocol
import Random
import Testing

@testable import Rooms

/// People who do anything at any time: the laws R4 (each seat is told all in order, without gap or
/// repeat: `Stage.hear` looks at every frame) and R5 (nobody is told what he may not know).
@Suite struct RandomRoomsTests {
    @Test(arguments: 0..<4)
    func `whatever people do each is told all he may know and nothing else`(run: Int) throws {
        let seed = testSeed &+ UInt64(run)
        var crowd = Crowd(seed: seed)
        for _ in 0..<2_000 { crowd.step() }
        #expect(crowd.resumed > 10 && crowd.framesChecked > 300, "seed \(seed) did too little")
        #expect(crowd.leaks == [], "seed \(seed)")
        // At last all go, and nothing is left of them.
        crowd.leaveAll()
        #expect(crowd.stage.host.roomCount == 0, "seed \(seed)")
        #expect(crowd.stage.host.counters.players == 0, "seed \(seed)")
    }

    @Test func `the check for leaks finds a card that should not be there`() throws {
        let stage = Stage()
        stage.seatFour()
        stage.play(1)
        guard case .playing(let hand) = stage.table.position.phase else {
            Issue.record("no hand")
            return
        }
        let own = try #require(hand.held[0].lowest), other = try #require(hand.held[1].lowest)
        func leak(_ text: String) -> String? {
            Leak.find(in: Array(text.utf8), for: .seat(south), stage.table)
        }
        #expect(leak(#"{"card":"\#(own)"}"#) == nil)
        #expect(leak(#"{"card":"\#(other)"}"#) != nil)
        #expect(leak(#"{"draw":[{"card":"\#(other)"}],"card":"\#(own)"}"#) == nil)
        let seed = stage.table.identity.secret.subkey(1)
        #expect(leak(#"{"x":"\#(Leak.hex(seed.bytes))"}"#) != nil)
        #expect(leak(#"{"x":"\#(Leak.hex(stage.table.identity.secret.bytes))"}"#) != nil)
    }
}

/// Looks for what a viewer may not know in the bytes that he was sent.
enum Leak {
    /// - Returns: what was found, `nil` for nothing. Call it when the frame's commit is the last.
    static func find(in bytes: [UInt8], for viewer: Viewer, _ table: Table) -> String? {
        let secret = table.identity.secret
        if contains(bytes, hex(secret.bytes)) { return "the room's secret" }
        guard let hand = table.position.hand else { return nil }
        if contains(bytes, hex(secret.subkey(hand.number).bytes)) { return "the hand's seed" }
        var known = CardSet()
        for ply in 0..<hand.ply { known.insert(hand.plays[ply].card) }
        if case .seat(let seat) = viewer { known = known.union(hand.visibleCards(of: seat)) }
        // Cards drawn for the hakem come from another shuffle; so do those before a new deal.
        let told = text(bytes, after: #""type":"deal""#)
        for place in told.indices.dropLast(3) where told[place] == UInt8(ascii: "\"") {
            guard told[place + 3] == UInt8(ascii: "\""),
                let card = Card(rank: told[place + 1], suit: told[place + 2]),
                !known.contains(card)
            else { continue }
            return "\(card)"
        }
        return nil
    }

    static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// What stands after the words, or all without the draw where they are not there.
    private static func text(_ bytes: [UInt8], after words: String) -> [UInt8] {
        if let start = index(of: words, in: bytes) { return Array(bytes[start...]) }
        guard let draw = index(of: #""draw":["#, in: bytes),
            let end = bytes[draw...].firstIndex(of: UInt8(ascii: "]"))
        else { return bytes }
        return Array(bytes[..<draw] + bytes[end...])
    }

    private static func contains(_ bytes: [UInt8], _ words: String) -> Bool {
        index(of: words, in: bytes) != nil
    }

    private static func index(of words: String, in bytes: [UInt8]) -> Int? {
        let words = Array(words.utf8)
        guard bytes.count >= words.count else { return nil }
        return (0...bytes.count - words.count).first { start in
            bytes[start] == words[0]
                && bytes[start..<start + words.count].elementsEqual(words)
        }
    }
}

/// People with seats, spectators and passers-by in one room after another.
struct Crowd {
    let stage: Stage
    private var generator: SplitMix64
    private(set) var resumed = 0
    private(set) var framesChecked = 0
    private(set) var leaks: [String] = []
    /// The newest token of each seat in the room's present life.
    private var tokens: [Seat: String] = [:]

    init(seed: UInt64) {
        generator = SplitMix64(seed: seed)
        stage = Stage(
            seed: seed, bots: BotStrength.allCases[Int(seed % 3)], thinking: 1...900)
    }

    mutating func step() {
        if stage.host.roomCount == 0 {
            open()
            check()
        }
        for thought in stage.thoughts where !chance(3) {
            var generator = SplitMix64(seed: thought.seed)
            if let move = Bot(.normal).choose(thought.view, using: &generator) {
                stage.botMoved(move, for: thought)
            }
            check()
        }
        if chance(2) { stage.thoughts = [] }
        switch Int.random(in: 0..<100, using: &generator) {
        case 0..<55: move()
        case 55..<62: mischief()
        case 62..<70: detach()
        case 70..<82: comeBack()
        case 82..<86:
            stage.attach(
                stage.connect(), .join(name: "late", Seat.all.randomElement(using: &generator)))
        case 86..<89: if watchers < 5 { _ = stage.watch() }
        case 89..<90: if let person = anybody() { stage.input(person, .leave) }
        case 90..<92: if let person = anybody() { stage.input(person, .bots) }
        default: wait(.random(in: 1...4_000, using: &generator))
        }
        check()
    }

    mutating func leaveAll() {
        for seat in Seat.all where stage.host.roomCount > 0 {
            guard let token = tokens[seat], stage.person(on: seat) == nil else { continue }
            _ = stage.resume(token)
        }
        while let person = stage.people.indices.first(where: { stage.people[$0].isIn }) {
            stage.input(person, .leave)
        }
    }

    private mutating func open() {
        tokens = [:]
        var options = options(
            target: .random(in: 1...4, using: &generator),
            turnSeconds: .random(in: 1...20, using: &generator),
            botsAfter: chance(2) ? 8 : nil)
        options.isPublic = chance(2)
        stage.attach(stage.connect(), .create(name: "host", options))
        for _ in 0..<Int.random(in: 0...3, using: &generator) {
            stage.attach(stage.connect(), .join(name: "guest", nil))
        }
    }

    private mutating func wait(_ milliseconds: Milliseconds) {
        let end = stage.now + milliseconds
        // A commit at a time, so that what was told can be held against the table.
        while let next = stage.host.nextDeadline, next <= end, stage.host.roomCount > 0 {
            stage.wait(max(0, next - stage.now))
            check()
        }
        stage.wait(max(0, end - stage.now))
    }

    private func isSeated(_ person: Int) -> Bool {
        stage.people[person].isIn && stage.people[person].seat != nil
    }

    private var watchers: Int { stage.people.count { $0.isIn && $0.seat == nil } }

    private mutating func anybody() -> Int? {
        stage.people.indices.filter { stage.people[$0].isIn }.randomElement(using: &generator)
    }

    private mutating func move() {
        guard stage.host.roomCount > 0, let (seat, input) = stage.move(),
            let person = stage.person(on: seat)
        else { return wait(700) }
        stage.input(person, input, id: chance(4) ? nil : 5)
        if chance(5) { stage.input(person, input) }
    }

    private mutating func mischief() {
        guard let person = anybody() else { return }
        let card = Card(index: .random(in: 0..<52, using: &generator))
        let mark = TurnMark(
            hand: .random(in: 0...3, using: &generator), ply: .random(in: 0...51, using: &generator)
        )
        let inputs: [PlayerInput] = [
            .play(card, nil), .play(card, mark), .trump(.hearts), .say("hm"), .emote("hm"), .bots,
        ]
        stage.input(person, inputs.randomElement(using: &generator)!)
    }

    private mutating func detach() {
        if let person = anybody() { stage.detach(person) }
    }

    private mutating func comeBack() {
        guard let seat = Seat.all.randomElement(using: &generator), let token = tokens[seat] else {
            return
        }
        // What the last connection of this seat saw, or less of it.
        let last = stage.people.last { $0.seat == seat && $0.token != nil }
        var version = last?.version ?? 0
        if chance(2) { version -= min(version, .random(in: 0...60, using: &generator)) }
        let person = stage.resume(token, version: version)
        if stage.people[person].isIn { resumed += 1 }
    }

    private mutating func chance(_ count: Int) -> Bool {
        Int.random(in: 0..<count, using: &generator) == 0
    }

    /// Holds what was told since the last check against the table.
    private mutating func check() {
        for index in stage.people.indices {
            let person = stage.people[index]
            if let seat = person.seat, person.isIn, let token = person.token {
                tokens[seat] = token
            }
            guard !person.heard.isEmpty else { continue }
            guard stage.host.roomCount > 0 else { continue }
            let viewer = person.seat.map { Viewer.seat($0) } ?? .spectator
            // Only the present commit's frame: those before it spoke of another state of the table.
            if let bytes = person.frames[stage.table.version], person.isIn {
                framesChecked += 1
                if let leak = Leak.find(in: bytes, for: viewer, stage.table) {
                    leaks.append("\(viewer) at \(stage.table.version): \(leak)")
                }
            }
            for case .message(let message) in person.heard where message["state"]?.members != nil {
                guard message["version"] == .int(Int64(stage.table.version)) else { continue }
                framesChecked += 1
                if let leak = Leak.find(in: message.bytes, for: viewer, stage.table) {
                    leaks.append("\(viewer) joined at \(stage.table.version): \(leak)")
                }
            }
        }
        stage.forget()
    }
}
