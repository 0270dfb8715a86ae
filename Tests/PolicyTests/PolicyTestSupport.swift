import Glibc
import Policy
import Testing
import YAML

/// What random tests start from; `SEED=n` in the environment replays a failure.
let seed: UInt64 =
    getenv("SEED").flatMap { UInt64(String(cString: $0)) } ?? .random(in: 0..<1_000_000)

/// A file of the repository.
func repositoryFile(_ path: String) throws -> [UInt8] {
    let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
    let whole = "\(parts.joined(separator: "/"))/\(path)"
    let file = try #require(fopen(whole, "r"), "\(whole) is not there")
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 1 << 16)
    while true {
        let count = fread(&part, 1, part.count, file)
        guard count > 0 else { return bytes }
        bytes += part[..<count]
    }
}

/// The policy that we ship, with one of its policies switched on.
func shipped(_ active: String = "predictive") throws -> ScalingPolicy {
    let bytes = try repositoryFile("config/policy.yaml")
    var policy = try ScalingPolicy(bytes.span, file: "policy.yaml", zone: tehran)
    policy.active = active
    return policy
}

/// A time zone without the machine's: 3:30 h east of UTC all the year.
func tehran(_ name: String) -> [UInt8]? {
    name == "Asia/Tehran" ? zoneFile(footer: "<+0330>-3:30", offset: 12_600) : nil
}

/// A compiled time zone of version 2 with one offset, and a rule for all time.
func zoneFile(footer: String, offset: Int32, transitions: [(Int64, Int32)] = []) -> [UInt8] {
    func bytes(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.bigEndian) { Array($0) }
    }
    func header(times: Int, types: Int) -> [UInt8] {
        Array("TZif2".utf8) + [UInt8](repeating: 0, count: 15)
            + [0, 0, 0, Int32(times), Int32(types), 4].flatMap { bytes(Int32($0)) }
    }
    func type(_ offset: Int32) -> [UInt8] { bytes(offset) + [0, 0] }
    var file = header(times: 0, types: 1) + type(offset) + Array("LMT\0".utf8)
    file += header(times: transitions.count, types: transitions.count + 1)
    for transition in transitions { file += bytes(transition.0) }
    for index in transitions.indices { file.append(UInt8(index + 1)) }
    file += type(offset)
    for transition in transitions { file += type(transition.1) }
    return file + Array("LMT\0\n\(footer)\n".utf8)
}

/// A file with these policies, all else as plain as can be.
func file(
    _ policies: String, active: String, limits: String = "{min: 2, max: 20, maxUp: 3, maxDown: 2}",
    more: String = ""
) -> String {
    """
    apiVersion: hokmd/v1
    kind: ScalingPolicy
    policy: \(active)
    limits: \(limits)
    capacity: {playersPerInstance: 150, startTime: 45s}
    \(more)
    policies:
    \(policies)
    """
}

func read(_ text: String) throws(YAMLError) -> ScalingPolicy {
    let bytes = Array(text.utf8)
    return try ScalingPolicy(bytes.span, file: "p", zone: tehran)
}

/// The error that reading a text ends with.
func problem(_ text: String) -> String? {
    do throws(YAMLError) {
        _ = try read(text)
        return nil
    } catch { return error.description }
}

/// Some Monday's midnight.
let monday = Moment(text: "2027-03-01T00:00Z") ?? Moment(seconds: 0)

/// Servers that are all alike: so many players in all, so busy each.
func figures(
    players: Double, ready: Int, starting: Int = 0, cpu: Double = 0.5, memory: Double = 0.4,
    queue: Double = 0
) -> Figures {
    var figures = Figures(ready: ready, starting: starting)
    for figure in Figure.allCases { figures[figure] = .even(0, servers: max(ready, 1)) }
    figures[.players] = .even(players / Double(max(ready, 1)), servers: max(ready, 1))
    figures[.players].sum = players
    figures[.cpu] = .even(cpu, servers: max(ready, 1))
    figures[.memory] = .even(memory, servers: max(ready, 1))
    figures[.queueLength] = .even(queue, servers: 1)
    return figures
}

/// An engine and the servers that do as it says, at once.
struct Stage {
    var engine: PolicyEngine
    var ready: Int
    var now = monday
    var decisions: [Decision] = []

    init(_ policy: ScalingPolicy, ready: Int) {
        engine = PolicyEngine(policy)
        self.ready = ready
    }

    /// The same figures for some time, a decision each 15 s; gives the last.
    @discardableResult
    mutating func run(
        _ span: Duration, players: Double, cpu: Double = 0.5,
        change: (inout Figures) -> Void = { _ in }
    ) -> Decision {
        let end = now + span
        var last: Decision?
        while now < end {
            now = now + .seconds(15)
            var given = figures(players: players, ready: ready, cpu: cpu)
            change(&given)
            let decision = engine.decide(figures: given, at: now)
            ready = max(ready + decision.missing, 0)
            decisions.append(decision)
            last = decision
        }
        guard let last else { preconditionFailure("a run takes time") }
        return last
    }

    var targets: [Int] { decisions.map(\.target) }
}
