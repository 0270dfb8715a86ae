import Glibc
import Gossip
import Policy
import Testing

@testable import Scaler

/// What random tests start from; `SEED=n` in the environment replays a failure.
let testSeed: UInt64 =
    getenv("SEED").flatMap { UInt64(String(cString: $0)) } ?? .random(in: 0..<1_000_000)

/// 50 players an instance, quick to go: 20 s after it is not needed.
func testPolicy(
    _ body: String = "buffer: {of: players, free: 20, hold: 20s}", active: String = "buffer",
    limits: String = "{min: 2, max: 6, maxUp: 3, maxDown: 2}", mode: String = "act"
) throws -> ScalingPolicy {
    let text = """
        apiVersion: hokmd/v1
        kind: ScalingPolicy
        policy: \(active)
        mode: \(mode)
        limits: \(limits)
        capacity: {playersPerInstance: 50, startTime: 5s}
        guards:
          missingMetrics: {staleAfter: 5s, quorum: 60%}
          failedAction: {readyWithin: 20s, backoff: 2s..15s}
          badRelease: {watch: 60s, errors: 5%}
        policies:
          \(body)
        """
    return try ScalingPolicy(Array(text.utf8).span, file: "p", zone: { _ in nil })
}

let monday = Moment(text: "2027-03-01T00:00Z") ?? Moment(seconds: 0)

func scaler(_ number: UInt64) -> ClusterPicture.Scaler {
    ClusterPicture.Scaler(id: NodeID(rawValue: number), name: "scaler-\(number)")
}

/// One scaler, and a world that does at once what it is asked, unless a test says otherwise.
struct Desk {
    var machine: ScalerMachine
    var now = monday
    var picture: ClusterPicture
    /// What the provisioner has.
    var there: [String: Moment] = [:]
    var version = "1.0"
    /// Whether a launched instance becomes a ready server.
    var becomesReady = true
    var outcome = Action.Outcome.done
    var answersLists = true
    var writesAudits = true
    /// Players of the whole cluster.
    var players = 0.0
    var performed: [Action] = []
    private(set) var all: [ScalerEffect] = []

    init(
        _ policy: ScalingPolicy, settings: ScalerSettings = ScalerSettings(), number: UInt64 = 1
    ) {
        machine = ScalerMachine(policy, settings: settings, at: monday)
        picture = ClusterPicture(
            own: scaler(number), seesMajority: true, scalers: [scaler(number)], servers: [])
    }

    mutating func run(_ seconds: Int) {
        for _ in 0..<seconds { turn() }
    }

    /// A second.
    mutating func turn() {
        now = now + .seconds(1)
        report()
        machine.note(picture)
        settle()
    }

    /// Carries out what is asked for until nothing is.
    mutating func settle() {
        var effects = machine.advance(to: now)
        while !effects.isEmpty {
            all += effects
            for effect in effects { carryOut(effect) }
            machine.note(picture)
            effects = machine.advance(to: now)
        }
    }

    private mutating func carryOut(_ effect: ScalerEffect) {
        switch effect {
        case .audit(let action): machine.noteAudited(action.id, writesAudits)
        case .list(let request):
            guard answersLists else { return }
            let listed = there.keys.sorted().map {
                ListedInstance(id: InstanceID($0), launchedAt: there[$0])
            }
            machine.noteListed(listed, request: request)
        case .perform(let action):
            performed.append(action)
            perform(action)
            machine.noteOutcome(of: action.id, outcome)
        case .share, .weigh, .record, .keep, .alarm: break
        }
    }

    private mutating func perform(_ action: Action) {
        guard outcome == .done else { return }
        let name = action.id.subject
        switch action.id.kind {
        case .launch:
            there[name] = now
            if becomesReady { serve(name, version: action.version ?? version) }
        case .drain: change(name) { ($0.state, $0.isInView, $0.rooms) = (.left, false, 0) }
        case .terminate: there[name] = nil
        case .rollBack: break
        }
    }

    mutating func serve(_ name: String, version: String = "1.0", rooms: Int = 0) {
        picture.servers.removeAll { $0.name == name }
        picture.servers.append(
            .init(name: name, version: version, state: .ready, isInView: true, rooms: rooms))
    }

    mutating func change(_ name: String, _ body: (inout ClusterPicture.Server) -> Void) {
        guard let index = picture.servers.firstIndex(where: { $0.name == name }) else { return }
        body(&picture.servers[index])
    }

    mutating func kill(_ name: String) {
        there[name] = nil
        change(name) { ($0.state, $0.isInView) = (.failed, false) }
    }

    private mutating func report() {
        let serving = picture.servers.filter { $0.state == .ready }
        for server in serving {
            machine.receive(
                [.players: players / Double(serving.count), .cpu: 0.5], from: server.name, at: now)
        }
    }

    /// `launch:auto-1`, in their order, since the last call.
    mutating func takeActions() -> [String] {
        defer { performed.removeAll() }
        return performed.map(\.id.description)
    }

    mutating func takeEffects() -> [ScalerEffect] {
        defer { all.removeAll() }
        return all
    }

    var phases: [String] {
        machine.report.instances.map { "\($0.id) \($0.state.rawValue)" }
    }
}
