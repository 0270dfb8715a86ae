import Glibc
import Logging
import NIOCore
import NIOPosix
import Synchronization

@testable import Admin

/// A source whose answers a test sets, and that remembers what was asked of it.
final class FakeSource: AdminSource {
    struct State: Sendable {
        var unreadiness: String?
        var status = Sample.status
        var members = Sample.members
        var rooms = Sample.rooms
        var scaling = Sample.scaling
        var trace: String?
        var keys = KeysReport(keys: [])
        var logLevel = "info"
        var refusal: AdminRefusal?
        var actions: [AdminAction] = []
        var limits: [Int] = []
    }

    let state = Mutex(State())

    func set(_ change: (inout State) -> Void) { state.withLock { change(&$0) } }
    var actions: [AdminAction] { state.withLock { $0.actions } }
    var limits: [Int] { state.withLock { $0.limits } }

    func unreadiness() async -> String? { state.withLock { $0.unreadiness } }
    func status() async -> StatusReport { state.withLock { $0.status } }
    func members() async -> MembersReport { state.withLock { $0.members } }
    func rooms(limit: Int) async -> RoomsReport {
        state.withLock { state in
            state.limits.append(limit)
            return RoomsReport(
                here: state.rooms.here, rooms: Array(state.rooms.rooms.prefix(limit)))
        }
    }
    func room(_ code: String) async -> RoomReport? {
        state.withLock { $0.rooms.rooms.first { $0.code == code } }
    }
    func scaling() async -> ScalingReport { state.withLock { $0.scaling } }
    func scalingTrace() async -> String? { state.withLock { $0.trace } }
    func keys() async -> KeysReport { state.withLock { $0.keys } }
    func logLevel() async -> String { state.withLock { $0.logLevel } }

    func perform(_ action: AdminAction) async throws(AdminRefusal) -> String {
        let refusal = state.withLock { state in
            state.actions.append(action)
            return state.refusal
        }
        if let refusal { throw refusal }
        return "\(action.name) done"
    }
}

/// A cluster to look at: three nodes, one of them suspected.
enum Sample {
    static var status: StatusReport {
        var status = StatusReport(
            cluster: "hokm", node: "b1", version: "0.4.0", mode: "balancer", uptimeSeconds: 11_525,
            unreadiness: nil, hasQuorum: true,
            addresses: Addresses(
                players: "0.0.0.0:8080", gossip: "0.0.0.0:7946", link: "0.0.0.0:7947",
                admin: "127.0.0.1:7801"))
        status.view = ViewSummary(number: 12, serving: ["s1", "s2"], voters: ["b1", "s1", "s2"])
        status.nodes = [
            NodeSummary(
                node: "b1", status: .alive, state: .ready, modes: ["balancer", "scaler"], zone: "a",
                version: "0.4.0", rooms: 0, players: 0, connections: 431, cpu: 0.123,
                memoryBytes: 24 << 20),
            NodeSummary(
                node: "s1", status: .alive, state: .ready, modes: ["server"], zone: "a",
                version: "0.4.0", rooms: 80, players: 290, connections: 0, cpu: 0.4,
                memoryBytes: 31 << 20),
            NodeSummary(
                node: "s2", status: .suspect, state: .draining, modes: ["server"], zone: "",
                version: "0.3.9", rooms: 40, players: 141, connections: 0),
        ]
        status.rooms = RoomsSummary(total: 120, replicated: 118, unreplicated: 2, paused: 1)
        status.players = 431
        status.capacity = 10_000
        status.connections = 440
        status.queue = 3
        status.scaler = ScalerSummary(acting: "b1", instances: 2, lastDecision: decision)
        status.alarms = [
            Alarm("rooms_unreplicated", .warning, "2 rooms have no copy"),
            Alarm("member_suspect", .critical, "s2 is suspected"),
        ]
        return status
    }

    static let decision = DecisionReport(
        at: "2026-11-25T13:00:00.000Z", ageSeconds: 12, action: "add", count: 1,
        rule: "busy-servers", reason: "players 431 above 400",
        figures: [DecisionReport.Figure("players", 431)])

    static let members = MembersReport(
        cluster: "hokm", node: "b1", hasQuorum: true,
        members: [
            MemberReport(
                node: "b1", status: .alive, modes: ["balancer", "scaler"], state: .ready, zone: "a",
                version: "0.4.0", gossip: "10.0.0.1:7946", link: "10.0.0.1:7947",
                players: "10.0.0.1:8080", admin: "127.0.0.1:7801", rooms: 0, connections: 431),
            MemberReport(
                node: "s2", status: .failed, modes: ["server"], state: .warming, zone: "",
                version: "0.3.9", gossip: "10.0.0.3:7946", link: "10.0.0.3:7947", rooms: 40,
                connections: 0),
        ])

    static let rooms = RoomsReport(
        here: 2,
        rooms: [
            RoomReport(
                code: "0A1B2C", owner: "s1", successors: ["s2"], epoch: 12, version: 345,
                phase: .choosingTrump, players: 3, bots: 1, spectators: 2),
            RoomReport(
                code: "ZZZZZZ", owner: "s2", successors: [], epoch: 9, version: 1, phase: .waiting,
                players: 1, bots: 0, spectators: 0, paused: "s1 is out of reach"),
        ], elsewhere: [.init(node: "s3", rooms: 1)])

    static let scaling = ScalingReport(
        isActive: true, acting: "b1",
        policy: PolicySummary(file: "/etc/hokmd/policy.yaml", loadedAt: "2026-11-25T12:00:00.000Z"),
        instances: [InstanceReport(instance: "i1", node: "s1", state: "ready", ageSeconds: 60)],
        decisions: [decision])
}

let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// Runs a body against an admin port on loopback.
func withAdmin<Result>(
    _ source: FakeSource = FakeSource(), tokenFile: String? = nil, audit: AuditLog? = nil,
    metrics: MetricsRegistry = MetricsRegistry(), _ body: (FakeSource, Int) async throws -> Result
) async throws -> Result {
    let server = try await AdminServer.start(
        AdminConfiguration(host: "127.0.0.1", port: 0, tokenFile: tokenFile),
        group: MultiThreadedEventLoopGroup.singleton, source: source, metrics: metrics,
        audit: audit, log: quiet)
    do {
        let result = try await body(source, server.address.port ?? 0)
        await server.stop()
        return result
    } catch {
        await server.stop()
        throw error
    }
}

/// An answer as it came.
struct RawAnswer {
    var text: String

    var status: Int { text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0 }
    var head: String { String(text.prefix(upTo: bodyStart)) }
    var body: String { String(text[bodyStart...]) }

    private var bodyStart: String.Index {
        text.unicodeScalars.firstRange(of: "\r\n\r\n".unicodeScalars)?.upperBound ?? text.endIndex
    }
}

/// Sends bytes and reads until the end of the connection.
func exchange(_ text: String, port: Int) async throws -> RawAnswer {
    let (stream, continuation) = AsyncStream<[UInt8]>.makeStream()
    // Written where it is connected: a task may wait for its turn until the server calls it idle.
    try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .channelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(Collector(continuation))
            }
        }
        .connect(host: "127.0.0.1", port: port)
        .flatMap { $0.writeAndFlush(ByteBuffer(string: text)) }
        .get()
    var bytes: [UInt8] = []
    for await part in stream { bytes += part }
    return RawAnswer(text: String(decoding: bytes, as: UTF8.self))
}

/// One request with a `Host` of ours, unless the fields name another.
func get(_ path: String, _ fields: [String] = [], port: Int) async throws -> RawAnswer {
    try await request("GET", path, fields, port: port)
}

func request(
    _ method: String, _ path: String, _ fields: [String] = [], body: String? = nil,
    port: Int
) async throws -> RawAnswer {
    var lines = ["\(method) \(path) HTTP/1.1", "Connection: close"]
    if !fields.contains(where: { $0.hasPrefix("Host:") }) {
        lines.append("Host: 127.0.0.1:\(port)")
    }
    if let body {
        lines.append("Content-Length: \(body.utf8.count)")
        if !fields.contains(where: { $0.hasPrefix("Content-Type:") }) {
            lines.append("Content-Type: application/json")
        }
    }
    let head = (lines + fields).joined(separator: "\r\n")
    return try await exchange("\(head)\r\n\r\n\(body ?? "")", port: port)
}

private final class Collector: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let continuation: AsyncStream<[UInt8]>.Continuation

    init(_ continuation: AsyncStream<[UInt8]>.Continuation) {
        self.continuation = continuation
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        continuation.yield(Array(unwrapInboundIn(data).readableBytesView))
    }

    func channelInactive(context: ChannelHandlerContext) {
        continuation.finish()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}

/// A folder of a test, gone with it.
final class TemporaryFolder {
    let path: String

    init() throws {
        var template = Array("/tmp/hokmd-admin-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw IOError(errnoCode: errno, reason: "mkdtemp") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        for name in names { unlink("\(path)/\(name)") }
        rmdir(path)
    }

    var names: [String] {
        guard let stream = opendir(path) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Writes a file, and returns its path.
    func write(_ name: String, _ text: String, mode: mode_t = 0o600) -> String {
        let file = "\(path)/\(name)"
        let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC, mode)
        let bytes = Array(text.utf8)
        _ = Glibc.write(descriptor, bytes, bytes.count)
        fchmod(descriptor, mode)
        close(descriptor)
        return file
    }

    func read(_ name: String) -> String {
        String(decoding: AuditFiles.read("\(path)/\(name)") ?? [], as: UTF8.self)
    }
}
