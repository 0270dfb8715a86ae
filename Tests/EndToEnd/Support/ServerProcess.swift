import Glibc
import NIOCore
import NIOPosix
import Synchronization

/// A process of the `hokmd` that was built with these tests.
final class ServerProcess: Sendable {
    enum Ending: Equatable, Sendable {
        case exit(Int32)
        case signal(Int32)
    }

    let pid: pid_t
    /// What it wrote to standard error, line by line, as it comes.
    let errors = Mailbox<String>()
    private let output = Mutex<[UInt8]>([])
    private let outputEnded = Mailbox<Void>()
    private let ending = Mailbox<Ending>()
    /// Where players connect, once it listens.
    private let listening = Mutex<Int?>(nil)
    /// Where operators connect, once it listens.
    private let administered = Mutex<Int?>(nil)

    var port: Int { listening.withLock { $0 } ?? 0 }
    var adminPort: Int { administered.withLock { $0 } ?? 0 }

    private init(pid: pid_t) {
        self.pid = pid
    }

    /// A node for players on a free port of loopback, with bots that do not dawdle.
    static func start(
        _ flags: [String] = [], environment: [String] = []
    ) async throws -> ServerProcess {
        let server = try await spawn(
            [
                "--mode", "all", "--players", "127.0.0.1:0", "--admin", "127.0.0.1:0",
                "--bot-think", "0",
            ] + flags, environment: environment)
        while server.port == 0 || server.adminPort == 0 {
            let line = try await server.errors.next(
                within: patience, "the lines that say where it listens")
            guard line.contains("listening") else { continue }
            if let port = port(after: "players=", in: line) {
                server.listening.withLock { $0 = port }
            } else if let port = port(after: "admin=", in: line) {
                server.administered.withLock { $0 = port }
            }
        }
        return server
    }

    private static func port(after key: String, in line: String) -> Int? {
        line.split(separator: " ").first { $0.hasPrefix(key) }?.split(separator: ":").last
            .flatMap { Int($0) }
    }

    /// Starts `hokmd`, or another program, with nothing of our environment but what is given.
    static func spawn(
        _ arguments: [String], environment: [String] = [], program path: String = binary
    ) async throws -> ServerProcess {
        var (out, err): ([Int32], [Int32]) = ([0, 0], [0, 0])
        guard pipe(&out) == 0, pipe(&err) == 0 else {
            throw IOError(errnoCode: errno, reason: "pipe")
        }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, out[1], 1)
        posix_spawn_file_actions_adddup2(&actions, err[1], 2)
        // Nothing of ours is to be held open by it: not the pipes, not a test's sockets.
        for descriptor in Int32(3)..<512 {
            posix_spawn_file_actions_addclose(&actions, descriptor)
        }

        let words = ([path] + arguments).map { strdup($0) } + [nil]
        // No two nodes of tests meet by a port that both would take.
        let anyPort = ["HOKMD_GOSSIP", "HOKMD_LINK", "HOKMD_ADMIN"]
            .filter { name in !environment.contains { $0.hasPrefix("\(name)=") } }
            .map { "\($0)=127.0.0.1:0" }
        // A node alone stays alone, unless a test is about scaling.
        let noScaling =
            environment.contains { $0.hasPrefix("HOKMD_DRY_RUN=") } ? [] : ["HOKMD_DRY_RUN=true"]
        let variables =
            (["PATH=/usr/bin:/bin", "SWIFT_BACKTRACE=enable=no"] + anyPort + noScaling
            + environment)
            .map { strdup($0) } + [nil]
        defer { for word in words + variables { free(word) } }
        var pid: pid_t = 0
        let failure = posix_spawn(&pid, path, &actions, nil, words, variables)
        close(out[1])
        close(err[1])
        guard failure == 0 else { throw IOError(errnoCode: failure, reason: "spawning \(path)") }
        let process = ServerProcess(pid: pid)
        try await process.watch(output: out[0], errors: err[0])
        return process
    }

    private func watch(output descriptor: Int32, errors errorDescriptor: Int32) async throws {
        let bootstrap = NIOPipeBootstrap(group: NIOSingletons.posixEventLoopGroup)
        _ = try await bootstrap.channelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(
                    Reader { bytes in
                        guard let bytes else { return self.outputEnded.put(()) }
                        self.output.withLock { $0 += bytes }
                    })
            }
        }.takingOwnershipOfDescriptor(input: descriptor).get()
        _ = try await bootstrap.channelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
                let lines = Lines { self.errors.put($0) }
                try channel.pipeline.syncOperations.addHandler(Reader { lines.add($0) })
            }
        }.takingOwnershipOfDescriptor(input: errorDescriptor).get()
        let (pid, ending) = (pid, ending)
        Self.waiters.submit { _ in
            var status: Int32 = 0
            while waitpid(pid, &status, 0) < 0, errno == EINTR {}
            let signal = status & 0x7F
            ending.put(signal == 0 ? .exit(status >> 8 & 0xFF) : .signal(signal))
        }
    }

    /// A thread for each process that may run at one time, since each waits for its end.
    private static let waiters = {
        let pool = NIOThreadPool(numberOfThreads: 64)
        pool.start()
        return pool
    }()

    func send(_ signal: Int32) {
        kill(pid, signal)
    }

    /// How it ended; `Timeout` when it did not in time.
    func ended(within time: TimeAmount = patience) async throws -> Ending {
        try await ending.next(within: time, "the end of the process")
    }

    /// All that it wrote to standard output, after its end.
    func allOutput() async throws -> String {
        try await outputEnded.next(within: patience, "the end of the output")
        return output.withLock { String(decoding: $0, as: UTF8.self) }
    }

    /// The lines of standard error up to its end.
    func remainingErrors() async throws -> [String] {
        var lines: [String] = []
        while true {
            let line = try await errors.next(within: patience, "the end of the errors")
            guard line != Lines.end else { return lines }
            lines.append(line)
        }
    }

    /// What the kernel says it occupies, in KiB.
    var residentKilobytes: Int {
        guard let file = fopen("/proc/\(pid)/status", "r") else { return 0 }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        while fgets(&line, 256, file) != nil {
            let text = line.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
            guard text.hasPrefix("VmRSS:") else { continue }
            return text.split(separator: " ").compactMap { Int($0) }.first ?? 0
        }
        return 0
    }

    /// `hokmd`, which SwiftPM puts beside the program that runs these tests.
    static let binary: String = {
        var buffer = [CChar](repeating: 0, count: 4_096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
        let own = String(
            decoding: buffer[..<max(0, count)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let named = CommandLine.arguments.drop { $0 != "--test-bundle-path" }.dropFirst().first
        let folder = (named ?? own).split(separator: "/").dropLast().joined(separator: "/")
        return "/\(folder)/hokmd"
    }()
}

/// Hands on what comes through a pipe; nil at its end.
private final class Reader: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer

    private let take: @Sendable ([UInt8]?) -> Void

    init(_ take: @escaping @Sendable ([UInt8]?) -> Void) {
        self.take = take
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        take(Array(unwrapInboundIn(data).readableBytesView))
    }

    func channelInactive(context: ChannelHandlerContext) {
        take(nil)
    }
}

/// Cuts bytes into lines.
private final class Lines: Sendable {
    /// What stands for the end: no line holds a line feed.
    static let end = "\n"

    private let rest = Mutex<[UInt8]>([])
    private let take: @Sendable (String) -> Void

    init(_ take: @escaping @Sendable (String) -> Void) {
        self.take = take
    }

    func add(_ bytes: [UInt8]?) {
        rest.withLock { rest in
            rest += bytes ?? []
            while let feed = rest.firstIndex(of: UInt8(ascii: "\n")) {
                take(String(decoding: rest[..<feed], as: UTF8.self))
                rest.removeSubrange(...feed)
            }
            guard bytes == nil else { return }
            if !rest.isEmpty { take(String(decoding: rest, as: UTF8.self)) }
            take(Self.end)
        }
    }
}

/// Runs a test against a server of its own, which must then end as PROTOCOL.md says.
func withServer<Result>(
    _ flags: [String] = [], environment: [String] = [],
    _ body: (ServerProcess) async throws -> Result
) async throws -> Result {
    let server = try await ServerProcess.start(flags, environment: environment)
    do {
        let result = try await body(server)
        server.send(SIGTERM)
        let ending = try await server.ended()
        guard ending == .exit(0) else { throw BadEnding(ending: ending) }
        return result
    } catch {
        server.send(SIGKILL)
        throw error
    }
}

/// A server that crashed, or did not end as it should.
struct BadEnding: Error {
    let ending: ServerProcess.Ending
}
