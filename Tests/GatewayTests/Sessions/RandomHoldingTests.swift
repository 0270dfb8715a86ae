import Game
import Gossip
import Link
import PlayerProtocol
import Random
import Testing

@testable import Gateway

/// Two servers and one gateway under random faults: what players see has no gap and no repeat.
@Suite struct RandomHoldingTests {
    @Test func `every input counts once, every event comes once, every message has one reply`() {
        let seed = testSeed()
        print("RandomHoldingTests SEED=\(seed)")
        var faults = 0
        for round in 0..<150 {
            var run = FailoverRun(seed: seed &+ UInt64(round))
            run.go()
            faults += run.faults
            for fault in run.findings.prefix(3) {
                Issue.record("SEED=\(seed) round \(round): \(fault)")
            }
            if !run.findings.isEmpty { return }
        }
        #expect(faults > 1_000, "too little went wrong for this to mean anything")
    }
}

private struct FailoverRun {
    private struct Player {
        let id: SessionID
        var nextMessage: Int64 = 0
        var room: RoomCode?
        /// Replies per message id.
        var replies: [Int64: Int] = [:]
        var joinedAt: UInt64?
        var lastVersion: UInt64 = 0
        var said: [String] = []
        var isWaiting = false
        var isClosed = false
        var nextAction = Instant.origin
    }

    private var table: SessionTable
    private var servers: FakeServers
    private var generator: SplitMix64
    private var now = Instant.origin
    private var players: [Player] = []
    private var wakes: [SessionID: Instant] = [:]
    /// Views that somebody is yet to learn.
    private var viewNumber: UInt64 = 1
    private var newest = view(1, [anna, berta])
    private(set) var faults = 0
    private(set) var findings: [String] = []

    private static let tick = Duration.milliseconds(10)
    private static let nodes = [anna, berta]

    init(seed: UInt64) {
        generator = SplitMix64(seed: seed)
        servers = FakeServers(Self.nodes, view: newest, seed: generator.next())
        table = SessionTable(
            firstID: generator.next(), tokens: TableBench.tokens, hold: .seconds(3_600))
        table.install(newest, now: now)
        for node in Self.nodes { table.linkUp(node, now: now) }
        for _ in 0..<4 {
            let id = table.newID()
            players.append(Player(id: id))
            table.open(id, now: now)
        }
        settle()
    }

    mutating func go() {
        for _ in 0..<1_200 {
            step(faulty: true)
            act()
        }
        heal()
        for _ in 0..<400 { step(faulty: false) }
        judge()
    }

    // MARK: Time and faults

    private mutating func step(faulty: Bool) {
        now = now.advanced(by: Self.tick)
        if faulty { disturb() }
        for node in Self.nodes {
            hear(servers.step(node, all: !faulty && chance(2)), from: node)
        }
        for (id, time) in wakes.sorted(by: { $0.key.rawValue < $1.key.rawValue })
        where time <= now {
            wakes[id] = nil
            table.tick(id, now: now)
        }
        settle()
    }

    private mutating func chance(_ one: Int) -> Bool {
        Int.random(in: 0..<one, using: &generator) == 0
    }

    private mutating func disturb() {
        for node in Self.nodes {
            if chance(120) { breakLink(node) }
            if chance(300), servers.servers[node]!.isUp {
                faults += 1
                breakLink(node)
                servers.servers[node]!.isUp = false
            }
            if !servers.servers[node]!.isUp, chance(40) { servers.servers[node]!.isUp = true }
            if !servers.servers[node]!.isLinked, servers.servers[node]!.isUp, chance(15) {
                link(node)
            }
            if chance(20) { servers.install(newest, on: node) }
        }
        if chance(60) { decide() }
        if chance(20) { table.install(newest, now: now) }
    }

    private mutating func breakLink(_ node: NodeID) {
        guard servers.servers[node]!.isLinked else { return }
        faults += 1
        // What the table says to what it hears last goes nowhere.
        let last = servers.breakLink(of: node)
        table.receive(last, from: node, now: now, using: &generator)
        table.linkDown(node, now: now)
        settle()
    }

    private mutating func link(_ node: NodeID) {
        servers.servers[node]!.isLinked = true
        table.linkUp(node, now: now)
        settle()
    }

    /// The next view: one of the two, or both, in new proportions.
    private mutating func decide() {
        faults += 1
        viewNumber += 1
        let up = Self.nodes.filter { servers.servers[$0]!.isUp }
        guard !up.isEmpty else { return viewNumber -= 1 }
        let serving = chance(2) ? up : [up[Int.random(in: 0..<up.count, using: &generator)]]
        newest = view(
            viewNumber, serving,
            weights: [anna: .random(in: 1...4, using: &generator), berta: 2])
    }

    private mutating func heal() {
        for node in Self.nodes {
            servers.servers[node]!.isUp = true
            if !servers.servers[node]!.isLinked { link(node) }
        }
        viewNumber += 1
        newest = view(viewNumber, Self.nodes)
        for node in Self.nodes { servers.install(newest, on: node) }
        table.install(newest, now: now)
        settle()
    }

    // MARK: Players

    private mutating func act() {
        for index in players.indices where players[index].nextAction <= now {
            let pause = Int.random(in: 60...400, using: &generator)
            players[index].nextAction = now.advanced(by: .milliseconds(pause))
            act(index)
        }
    }

    private mutating func act(_ index: Int) {
        guard !players[index].isClosed else { return }
        let known = players[0].room
        guard players[index].nextMessage == 0 else {
            let text = "p\(index)m\(players[index].nextMessage)"
            players[index].said.append(text)
            return send(#""type":"say","text":"\#(text)""#, index)
        }
        if index == 0 {
            send(#""type":"create","name":"Ana""#, index)
        } else if let known {
            send(#""type":"join","room":"\#(known)","name":"Ana""#, index)
        }
    }

    private mutating func send(_ fields: String, _ index: Int) {
        players[index].nextMessage += 1
        let id = players[index].nextMessage
        players[index].replies[id] = 0
        let text = Array(#"{"id":\#(id),\#(fields)}"#.utf8)
        table.received(
            text.span.bytes, from: players[index].id, now: now, wallClock: 0, using: &generator)
        settle()
    }

    // MARK: What came of it

    private mutating func hear(_ frames: [RoomFrame], from node: NodeID) {
        guard !frames.isEmpty else { return }
        table.receive(frames, from: node, now: now, using: &generator)
        settle()
    }

    private mutating func settle() {
        for effect in table.effects {
            switch effect {
            case .wake(let id, let time): wakes[id] = min(time, wakes[id] ?? .never)
            case .session(let id, let effect):
                guard let index = players.firstIndex(where: { $0.id == id }) else { continue }
                heard(effect, index)
            }
        }
        table.clearEffects()
        for (node, frames) in table.takeOutgoing() {
            guard servers.servers[node]!.isLinked else {
                findings.append("frames for a server without a link: \(frames)")
                continue
            }
            servers.servers[node]!.toServer += frames
        }
    }

    private mutating func heard(_ effect: SessionEffect, _ index: Int) {
        switch effect {
        case .send(let bytes): heard(String(decoding: bytes, as: UTF8.self), index)
        case .close(let code):
            findings.append("player \(index) was closed with \(code)")
            players[index].isClosed = true
        case .pauseReading, .resumeReading: return
        default: findings.append("player \(index) got \(effect)")
        }
    }

    private mutating func heard(_ text: String, _ index: Int) {
        let words = text.split(separator: " ")
        switch words.first {
        case "event":
            let version = UInt64(words[1])!
            if version != players[index].lastVersion + 1 {
                findings.append(
                    "player \(index) got \(version) after \(players[index].lastVersion)")
            }
            players[index].lastVersion = version
        case "joined":
            players[index].replies[Int64(words[1])!, default: 0] += 1
            players[index].joinedAt = UInt64(words[2])!
            players[index].lastVersion = UInt64(words[2])!
            players[index].room = room(of: players[index].id)
        case "ok":
            players[index].replies[Int64(words[1])!, default: 0] += 1
        default:
            let isWaiting = text.contains("waiting")
            if text.hasPrefix(#"{"type":"error""#) || isWaiting == players[index].isWaiting {
                findings.append("player \(index) was told \(text)")
            }
            players[index].isWaiting = isWaiting
        }
    }

    private func room(of id: SessionID) -> RoomCode? {
        servers.rooms.first { $0.value.members[id] != nil }?.key
    }

    private mutating func judge() {
        for (index, player) in players.enumerated() {
            guard let room = room(of: player.id).flatMap({ servers.rooms[$0] }) else {
                findings.append("player \(index) is in no room")
                continue
            }
            if player.lastVersion != room.version {
                findings.append(
                    "player \(index) has \(player.lastVersion) of \(room.version) versions")
            }
            for (id, replies) in player.replies where replies != 1 {
                findings.append("player \(index) got \(replies) replies to \(id)")
            }
            let mine = room.said.filter { $0.hasPrefix("p\(index)m") }
            if mine != player.said {
                findings.append("player \(index) said \(player.said.count), applied \(mine.count)")
            }
            if player.isWaiting { findings.append("player \(index) waits for ever") }
        }
        if servers.rooms.count != 1 { findings.append("\(servers.rooms.count) rooms") }
    }
}
