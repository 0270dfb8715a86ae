import Policy
import Random
import Synchronization
import Testing

@testable import Scaler

/// Launches that fail, lie and hang, servers that die or are cut off, scalers that do; players that
/// come and go; then calm.
@Suite struct StormTests {
    @Test(arguments: 0..<24)
    func `whatever happens, enough serve and nobody's room is ended`(run: Int) throws {
        var storm = try Storm(seed: testSeed &+ UInt64(run) &* 7_919)
        storm.rage(seconds: 900)
        storm.calm(seconds: 240)
        #expect(storm.stage.oracle.faults == [], "SEED=\(testSeed) run \(run)")
        let counts = storm.stage.oracle.counts
        Self.counts.withLock { $0.merge(counts, uniquingKeysWith: +) }
        Self.counts.withLock {
            #expect($0["launch", default: 0] > 0, "storms in which nothing happens show nothing")
        }
    }

    private static let counts = Mutex<[String: Int]>([:])

    @Test(arguments: Mistake.allCases)
    func `a scaler that makes a mistake is found out`(mistake: Mistake) throws {
        for run in 0..<40 {
            var storm = try Storm(seed: testSeed &+ UInt64(run) &* 104_729, mistake: mistake)
            storm.rage(seconds: 600)
            if storm.stage.oracle.faults.isEmpty { storm.calm(seconds: 240) }
            if !storm.stage.oracle.faults.isEmpty { return }
        }
        Issue.record("nobody noticed \(mistake), SEED=\(testSeed)")
    }

    @Test func `one seed is one run`() throws {
        func actions() throws -> [String] {
            var storm = try Storm(seed: testSeed)
            storm.rage(seconds: 300)
            return storm.stage.nodes.map { "\($0.machine.state)" }
        }
        #expect(try actions() == actions())
    }
}

struct Storm {
    let stage: Stage
    private var generator: SplitMix64
    private let kinds: [(kind: Kind, weight: Int)]

    private enum Kind: CaseIterable {
        case kill, zombie, cut, restart, killScaler, cutScaler, audit, calls, hangs, release
        case clock, sleep

        var isAboutScalers: Bool { [.killScaler, .cutScaler, .clock, .sleep].contains(self) }
    }

    init(seed: UInt64, mistake: Mistake? = nil) throws {
        generator = SplitMix64(seed: seed)
        // Each storm has its own mixture: some kinds of fault are missing, some come thick.
        var kinds: [(Kind, Int)] = []
        let isSteady = Bool.random(using: &generator)
        for kind in Kind.allCases where !isSteady || !kind.isAboutScalers {
            kinds.append((kind, [0, 0, 1, 2, 5].randomElement(using: &generator)!))
        }
        self.kinds = kinds
        stage = try Stage(
            scalers: Int.random(in: 1...3, using: &generator), seed: seed, mistake: mistake)
        stage.oracle.scalersChange = !isSteady
        // Takes some seconds to start, so that no fault meets an empty plant only.
        for _ in 0..<20 { stage.turn() }
    }

    mutating func rage(seconds: Int) {
        let total = kinds.reduce(0) { $0 + $1.weight }
        for _ in 0..<seconds {
            if chance(4) { change() }
            if total > 0, chance(6) {
                var draw = Int.random(in: 0..<total, using: &generator)
                let picked = kinds.first { entry in
                    draw -= entry.weight
                    return draw < 0
                }
                if let picked { strike(picked.kind) }
            }
            mend()
            stage.turn()
        }
    }

    private mutating func chance(_ percent: Int) -> Bool {
        Int.random(in: 0..<100, using: &generator) < percent
    }

    private mutating func change() {
        let step = Int.random(in: -80...80, using: &generator)
        stage.plant.players = chance(10) ? 0 : min(max(stage.plant.players + step, 0), 330)
    }

    private mutating func strike(_ kind: Kind) {
        let managed = stage.plant.sorted.filter { $0.isManaged && $0.deadSince == nil }
        let victim = managed.randomElement(using: &generator)
        let scaler = stage.nodes.indices.randomElement(using: &generator)!
        switch kind {
        case .kill: if let victim { stage.plant.kill(victim.name, at: stage.now) }
        case .zombie:
            if let victim { stage.plant.kill(victim.name, at: stage.now, keepsListed: true) }
        case .cut:
            // What a scaler that lost its disk takes for an instance that never came is older.
            if let victim, victim.phase == .ready || victim.phase == .draining,
                victim.cutSince == nil, stage.now - victim.bornAt > .seconds(25)
            {
                stage.plant.servers[victim.name]?.cutSince = stage.now
            }
        case .restart:
            guard let victim, victim.phase == .ready, victim.cutSince == nil else { return }
            stage.plant.servers[victim.name]?.phase = .joining
            stage.plant.servers[victim.name]?.rooms = 0
            stage.plant.servers[victim.name]?.until = stage.now + .seconds(2)
        case .killScaler: if stage.nodes[scaler].isUp { stage.stop(scaler) }
        case .cutScaler:
            if stage.nodes[scaler].isUp, !stage.nodes[scaler].isCut,
                stage.nodes[scaler].asleepUntil == nil
            {
                stage.cut(scaler, true)
            }
        case .audit: stage.nodes[scaler].auditWorks.toggle()
        case .calls: stage.callFaults = [0, 5, 20, 60].randomElement(using: &generator)!
        case .hangs: stage.plant.hangs = [0, 0.1, 0.5, 1].randomElement(using: &generator)!
        case .clock:
            let span = Duration.seconds(Int.random(in: -200...200, using: &generator))
            stage.nodes[scaler].skew += span
        case .sleep:
            guard stage.nodes[scaler].isUp, !stage.nodes[scaler].isCut else { return }
            stage.sleep(scaler, for: .seconds(Int.random(in: 1...90, using: &generator)))
        case .release:
            stage.plant.version = stage.plant.version == "1.0" ? "2.0" : "1.0"
            stage.plant.failing = ["2.0"]
        }
    }

    /// What is cut off or down comes back by and by.
    private mutating func mend() {
        for server in stage.plant.sorted where server.cutSince != nil && chance(2) {
            rejoin(server.name)
        }
        for index in stage.nodes.indices {
            if !stage.nodes[index].isUp, chance(5) { stage.start(index, keepsDisk: chance(60)) }
            if stage.nodes[index].isCut, chance(5) { stage.cut(index, false) }
        }
    }

    private func rejoin(_ name: String) {
        stage.plant.servers[name]?.cutSince = nil
        if stage.plant.servers[name]?.phase == .ready {
            stage.plant.servers[name]?.readySince = stage.now
        }
    }

    mutating func calm(seconds: Int) {
        (stage.callFaults, stage.plant.hangs, stage.plant.players) = (0, 0, 100)
        stage.plant.version = "1.0"
        for server in stage.plant.sorted where server.cutSince != nil { rejoin(server.name) }
        for index in stage.nodes.indices {
            if !stage.nodes[index].isUp { stage.start(index, keepsDisk: true) }
            stage.cut(index, false)
            stage.nodes[index].auditWorks = true
            stage.nodes[index].asleepUntil = nil
        }
        for _ in 0..<seconds { stage.turn() }
        stage.oracle.conclude(stage)
    }
}
