import Glibc
import Logging
import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import Gossip

/// Nothing came in the time that a test allows.
struct Late: Error, CustomStringConvertible {
    let what: String
    let snapshot: ClusterSnapshot

    var description: String {
        let members = snapshot.members.map { "\($0.name)=\($0.status)" }
        return "not in time: \(what); \(snapshot.own.name) has \(members), view "
            + "\(snapshot.view.map { "\($0.number)" } ?? "none")"
    }
}

/// How long tests wait for what takes a second or two on an idle machine.
private let patience = TimeAmount.seconds(60)

extension GossipService {
    /// Waits until a snapshot satisfies the condition.
    @discardableResult
    func wait(
        for what: String, until condition: @escaping @Sendable (ClusterSnapshot) -> Bool
    ) async throws -> ClusterSnapshot {
        let promise = eventLoop.makePromise(of: ClusterSnapshot.self)
        let subscription = subscribe { update in
            if condition(update.snapshot) { promise.succeed(update.snapshot) }
        }
        let timer = eventLoop.scheduleTask(in: patience) {
            promise.fail(Late(what: what, snapshot: self.snapshot))
        }
        defer {
            subscription.cancel()
            timer.cancel()
        }
        return try await promise.futureResult.get()
    }

    /// Waits until this holds, looking again and again: for what changes without an event.
    func poll(
        for what: String, until condition: @escaping @Sendable (GossipService) -> Bool
    ) async throws {
        let promise = eventLoop.makePromise(of: Void.self)
        let task = eventLoop.scheduleRepeatedTask(
            initialDelay: .zero, delay: .milliseconds(10)
        ) { _ in if condition(self) { promise.succeed() } }
        let timer = eventLoop.scheduleTask(in: patience) {
            promise.fail(Late(what: what, snapshot: self.snapshot))
        }
        defer {
            task.cancel()
            timer.cancel()
        }
        try await promise.futureResult.get()
    }

    var seed: Seed { Seed(host: boundAddress.host, port: boundAddress.port) }
}

extension ClusterSnapshot {
    func sees(_ names: String..., as status: MemberStatus) -> Bool {
        names.allSatisfy { member(named: $0)?.status == status }
    }
}

/// What the services of a test log.
final class LogRecorder: Sendable {
    private let lines = Mutex<[String]>([])

    var all: [String] { lines.withLock { $0 } }

    var logger: Logger { Logger(label: "test") { _ in Handler(recorder: self) } }

    private struct Handler: LogHandler {
        let recorder: LogRecorder
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.info

        init(recorder: LogRecorder) { self.recorder = recorder }

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            recorder.lines.withLock { $0.append("\(event.level) \(event.message)") }
        }
    }
}

/// Several nodes in one process, on loopback.
final class TestCluster {
    private(set) var nodes: [String: GossipService] = [:]
    let log = LogRecorder()
    static let key = Key(bytes: [UInt8](repeating: 7, count: 32))!

    /// Runs `body`, and closes what is left open after it, however it ended.
    static func run(_ body: (TestCluster) async throws -> Void) async throws {
        let cluster = TestCluster()
        do {
            try await body(cluster)
        } catch {
            await cluster.closeAll()
            throw error
        }
        await cluster.closeAll()
    }

    @discardableResult
    func start(
        _ name: String, join seeds: [Seed] = [], key: Key = key,
        _ change: (inout GossipOptions) -> Void = { _ in }
    ) async throws -> GossipService {
        var options = GossipOptions(
            name: name, cluster: "test", listen: Seed(host: "127.0.0.1", port: 0),
            keyring: Keyring(primary: key))
        options.seeds = seeds
        options.metadata = Metadata(modes: .all, state: .ready, capacity: 10, version: "t")
        change(&options)
        let node = try await GossipService.start(options, log: log.logger)
        nodes[name] = node
        return node
    }

    /// Nodes `n0`, `n1`, … that all see each other in one view.
    func start(count: Int) async throws -> [GossipService] {
        var started = [try await start("n0")]
        for index in 1..<count {
            started.append(try await start("n\(index)", join: [started[0].seed]))
        }
        for node in started {
            try await node.wait(for: "everyone in the view") {
                $0.present.count == count && $0.view?.servers.count == count
            }
        }
        return started
    }

    /// Ends a node without a word.
    func kill(_ name: String) async {
        await nodes.removeValue(forKey: name)?.close()
    }

    private func closeAll() async {
        for node in nodes.values { await node.close() }
        nodes = [:]
    }
}

/// A folder that is gone with it.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        var template = Array("/tmp/hokmd-test-XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        for name in ["lock", "promises", "instance", "peers", "keys"] { unlink("\(path)/\(name)") }
        rmdir(path)
    }

    func write(_ text: String, to name: String) throws {
        let file = try #require(fopen("\(path)/\(name)", "w"))
        fputs(text, file)
        fclose(file)
    }
}
