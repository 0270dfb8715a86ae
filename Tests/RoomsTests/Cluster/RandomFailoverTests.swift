import Game
import Gossip
import Link
import PlayerProtocol
import Random
import Synchronization
import Testing

@testable import Rooms

/// Servers that die, sleep, come back, lose the way to each other and learn of views late, in
/// random order; then calm.
@Suite struct RandomFailoverTests {
    @Test(arguments: 0..<60)
    func `whatever happens, nothing acknowledged is lost or said twice`(run: Int) {
        var storm = Storm(seed: testSeed &+ UInt64(run) &* 7_919)
        storm.rage(steps: 2_500)
        storm.calm()
        storm.check()
        #expect(storm.stage.oracle.faults == [])
        Self.faults.withLock { $0 += storm.faults }
        #expect(Self.faults.withLock { $0 } > 0, "runs without faults show nothing")
    }

    private static let faults = Mutex(0)

    /// Each is found in a few hundred storms at most: seconds.
    @Test(arguments: Mistake.allCases)
    func `a cluster that makes a mistake is found out`(mistake: Mistake) {
        for run in 0..<1_500 {
            var storm = Storm(seed: testSeed &+ UInt64(run) &* 104_729, mistake: mistake)
            storm.rage(steps: 2_500)
            storm.calm()
            storm.check()
            if let fault = storm.stage.oracle.faults.first {
                print("\(mistake): found in storm \(run + 1): \(fault)")
                return
            }
        }
        Issue.record("nobody noticed \(mistake)")
    }
}

struct Storm {
    let stage: ClusterStage
    private var generator: SplitMix64
    private var texts = 0
    private var nextInstance: UInt64 = 2
    private(set) var faults = 0
    private let rooms: [RoomCode]
    private let weights: [(event: Event, weight: Int)]

    init(seed: UInt64, mistake: Mistake? = nil) {
        generator = SplitMix64(seed: seed)
        weights = Self.mixture(using: &generator)
        stage = ClusterStage(
            servers: Int.random(in: 2...5, using: &generator), seed: seed, mistake: mistake)
        var rooms: [RoomCode] = []
        var options = TableOptions()
        options.turnSeconds = 30
        for number in 0..<6 {
            let code = RoomCode.random(using: &generator)
            rooms.append(code)
            stage.player(number * 2 + 1, in: code, .create(name: "A", options))
            stage.settle(20, step: 10)
            stage.player(number * 2 + 2, in: code, .join(name: "B", nil))
        }
        self.rooms = rooms
        stage.settle(100)
    }

    mutating func rage(steps: Int) {
        let total = weights.reduce(0) { $0 + $1.weight }
        for _ in 0..<steps {
            var draw = Int.random(in: 0..<total, using: &generator)
            let event = weights.first { entry in
                draw -= entry.weight
                return draw < 0
            }
            switch event?.event ?? .delivery {
            case .delivery: deliver()
            case .talk: speak()
            case .time: stage.tick(.random(in: 1...80, using: &generator))
            case .learning: learn()
            case .breaking: breakWay()
            case .mending: mendAll()
            case .sleep: sleepOrWake()
            case .agreement: agree()
            case .death: die()
            case .arrival: come()
            }
        }
    }

    private enum Event {
        case delivery, talk, time, learning, breaking, mending, sleep, agreement, death, arrival
    }

    /// Each storm has its own mixture: some kinds of fault are missing, some come thick.
    private static func mixture(
        using generator: inout SplitMix64
    ) -> [(event: Event, weight: Int)] {
        let faults: [(Event, Int)] = [
            (.learning, 25), (.breaking, 17), (.mending, 8), (.sleep, 7), (.agreement, 6),
            (.death, 3), (.arrival, 7),
        ]
        let plain: [(Event, Int)] = [(.delivery, 760), (.talk, 100), (.time, 70)]
        return plain.map { ($0.0, $0.1) }
            + faults.map { ($0.0, $0.1 * [0, 1, 1, 2, 5].randomElement(using: &generator)!) }
    }

    private mutating func deliver() {
        if let way = stage.nonEmpty.randomElement(using: &generator) { stage.deliver(on: way) }
    }

    private mutating func speak() {
        guard let id = stage.sortedSessions.randomElement(using: &generator) else { return }
        texts += 1
        stage.say("text \(texts)", by: id)
    }

    private mutating func learn() {
        let all = [nil] + stage.lives.map(Optional.some)
        guard let who = all.randomElement(using: &generator) else { return }
        if let who {
            if stage.servers[who]?.isPaused == false { stage.install(at: who) }
        } else {
            stage.installAtGateway()
        }
    }

    private mutating func breakWay() {
        let all = [nil] + stage.lives.map(Optional.some)
        guard let one = all.randomElement(using: &generator),
            let other = all.randomElement(using: &generator), one != other
        else { return }
        faults += 1
        stage.disconnect(one, other)
    }

    private func mendAll() {
        let all = [nil] + stage.lives.map(Optional.some)
        for one in all {
            for other in all where one != other { stage.connect(one, other) }
        }
    }

    private mutating func sleepOrWake() {
        guard let life = stage.lives.randomElement(using: &generator) else { return }
        faults += 1
        stage.servers[life]?.isPaused.toggle()
    }

    /// A view of those who are awake, now and then without one of them, or with one on its way out.
    private mutating func agree() {
        var servers: [View.Server] = []
        for life in stage.lives {
            let isAwake = stage.servers[life]?.isPaused == false
            guard isAwake || Int.random(in: 0..<3, using: &generator) == 0,
                Int.random(in: 0..<8, using: &generator) > 0
            else { continue }
            servers.append(
                View.Server(
                    id: life.id, instance: life.instance,
                    state: Int.random(in: 0..<6, using: &generator) == 0 ? .draining : .serving))
        }
        if !servers.isEmpty { stage.agree(on: servers) }
    }

    private mutating func die() {
        guard stage.lives.count > 1, let life = stage.lives.randomElement(using: &generator) else {
            return
        }
        faults += 1
        stage.kill(life)
    }

    private mutating func come() {
        guard stage.lives.count < 6 else { return }
        let id = UInt64.random(in: 1...8, using: &generator)
        guard !stage.lives.contains(where: { $0.id.rawValue == id }) else { return }
        nextInstance += 1
        stage.add(id, instance: nextInstance)
    }

    mutating func calm() {
        for life in stage.lives { stage.servers[life]?.isPaused = false }
        mendAll()
        stage.settle(200)
        stage.agree(on: stage.lives.map { View.Server(id: $0.id, instance: $0.instance) })
        for life in stage.lives { stage.install(at: life) }
        stage.installAtGateway()
        stage.settle(3_000)
    }

    func check() {
        stage.oracle.checkOnce()
        for room in rooms {
            let homes = stage.lives.filter { stage.servers[$0]?.host.rooms[room] != nil }
            if homes.isEmpty {
                stage.oracle.expect(
                    stage.oracle.mayBeLost(room, among: stage.servers.values.map(\.host))
                        || isOver(room),
                    "room \(room) is nowhere, and its pair lives: \(whereabouts(of: room))"
                )
                continue
            }
            // R6: one owner, one successor that has it.
            stage.oracle.expect(
                homes == [stage.gatewayMap.holders(of: room)[0]], "room \(room) runs at \(homes)")
            let holders = stage.gatewayMap.holders(of: room)
            for holder in stage.lives {
                let has = stage.servers[holder]?.host.copies[room] != nil
                stage.oracle.expect(
                    has == holders.dropFirst().contains(holder),
                    "\(holder.id.rawValue) holds a copy of \(room): \(has)")
            }
            for id in stage.sortedSessions where stage.sessions[id]?.room == room {
                let session = stage.sessions[id]!
                guard !session.isClosed else { continue }
                stage.oracle.expect(
                    session.isIn && session.unanswered.isEmpty,
                    "session \(id.rawValue) is in: \(session.isIn), unanswered: \(session.unanswered)"
                )
            }
        }
    }

    private func whereabouts(of room: RoomCode) -> String {
        let owner = stage.gatewayMap.holders(of: room)[0]
        let copies = stage.lives.compactMap { life in
            stage.servers[life]?.host.copies[room].map {
                "\(life.id.rawValue).\(life.instance) has \($0.epoch)/\($0.revision) of \($0.holders.map { "\($0.id.rawValue).\($0.instance)" }) valid \($0.validated)"
            }
        }
        let pair = stage.oracle.safePairs[room]
        return """
            view \(stage.view.number), owner \(owner.id.rawValue), safe \(pair?.epoch ?? 0) at             \((pair?.holders ?? []).map { "\($0.id.rawValue).\($0.instance)" }); \(copies); takeup             \(stage.servers[owner]?.host.takeups[room].map { "\($0.offers.mapValues(\.epoch)) \($0.doubtedSince ?? -1)" } ?? "none")
            """
    }

    /// Everybody has gone, so the room has ended as rooms do.
    private func isOver(_ room: RoomCode) -> Bool {
        stage.sessions.values.filter { $0.room == room }.allSatisfy(\.isClosed)
    }
}
