package import Glibc
package import NIOCore
internal import NIOPosix
internal import Synchronization

/// A process that this one started: its standard error line by line, and its end.
package final class Child: Sendable {
    package enum Ending: Equatable, Sendable {
        case exit(Int32)
        case signal(Int32)
    }

    package let pid: pid_t
    private let contents = Mutex(Contents())

    private struct Contents {
        var lines: [String] = []
        var rest: [UInt8] = []
        var ending: Ending?
    }

    /// What this program may have open itself: thousands of players' sockets.
    private static let descriptorsMax: Int32 = 4_096
    /// Those of whose end nobody has heard.
    private static let running = Mutex<[Child]>([])

    private init(pid: pid_t) {
        self.pid = pid
    }

    /// What it has written to standard error so far.
    package var lines: [String] { contents.withLock { $0.lines } }

    /// nil while it runs.
    package var ending: Ending? { contents.withLock { look(&$0) } }

    package func send(_ signal: Int32) {
        contents.withLock { contents in
            // What has ended may have given its number to another.
            guard look(&contents) == nil else { return }
            kill(pid, signal)
        }
    }

    /// Ends all that this program has started, at once.
    package static func killAll() {
        for child in running.withLock({ $0 }) { child.send(SIGKILL) }
    }

    private func look(_ contents: inout Contents) -> Ending? {
        var status: Int32 = 0
        if contents.ending == nil, waitpid(pid, &status, WNOHANG) == pid {
            let signal = status & 0x7F
            contents.ending = signal == 0 ? .exit(status >> 8 & 0xFF) : .signal(signal)
        }
        return contents.ending
    }

    /// Starts a program with nothing of our environment.
    package static func start(_ words: [String], environment: [String] = []) throws -> Child {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw IOError(errnoCode: errno, reason: "pipe") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, ends[1], 2)
        for descriptor in Int32(3)..<descriptorsMax {
            posix_spawn_file_actions_addclose(&actions, descriptor)
        }
        // A group of its own: what Ctrl-C on the terminal is meant for is this program.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        let variables = ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "SWIFT_BACKTRACE=enable=no"]
        let arguments = words.map { strdup($0) } + [nil]
        let settings = (variables + environment).map { strdup($0) } + [nil]
        defer { for text in arguments + settings { free(text) } }
        var pid: pid_t = 0
        let failure = posix_spawnp(
            &pid, words.first ?? "", &actions, &attributes, arguments, settings)
        close(ends[1])
        guard failure == 0 else {
            close(ends[0])
            throw IOError(errnoCode: failure, reason: "starting \(words)")
        }
        let child = Child(pid: pid)
        running.withLock { running in
            running.removeAll { $0.ending != nil }
            running.append(child)
        }
        child.watch(ends[0])
        return child
    }

    private func watch(_ descriptor: Int32) {
        NIOPipeBootstrap(group: NIOSingletons.posixEventLoopGroup).channelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(Reader { self.add($0) })
            }
        }.takingOwnershipOfDescriptor(input: descriptor).whenComplete { _ in }
    }

    private func add(_ bytes: ByteBufferView) {
        contents.withLock { contents in
            contents.rest += bytes
            while let feed = contents.rest.firstIndex(of: UInt8(ascii: "\n")) {
                contents.lines.append(String(decoding: contents.rest[..<feed], as: UTF8.self))
                contents.rest.removeSubrange(...feed)
            }
        }
    }

    private final class Reader: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let take: (ByteBufferView) -> Void

        init(_ take: @escaping (ByteBufferView) -> Void) {
            self.take = take
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            take(unwrapInboundIn(data).readableBytesView)
        }
    }
}

/// What was waited for did not come.
package struct Overdue: Error, CustomStringConvertible {
    package let what: String

    package init(what: String) {
        self.what = what
    }

    package var description: String { "not in time: \(what)" }
}

/// Lets time pass: between one blow of a storm and the next.
package func pause(_ time: TimeAmount) async throws {
    try await NIOSingletons.posixEventLoopGroup.next().scheduleTask(in: time) {}.futureResult.get()
}

/// Looks again and again until it is so.
package func until(
    _ what: String, within time: TimeAmount = .seconds(30), _ isSo: () async throws -> Bool
) async throws {
    let end = NIODeadline.now() + time
    while try await !isSo() {
        guard NIODeadline.now() < end else { throw Overdue(what: what) }
        try await pause(.milliseconds(10))
    }
}
