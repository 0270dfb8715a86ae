internal import Glibc
package import Logging
package import NIOCore
package import NIOPosix
package import Policy

/// Looks after the policy file: says when there is a new one, and when there is one that is no good.
///
/// inotify on the folder, not the file, hears of editors that replace it by another; and a look once
/// a second at the file's signature finds what inotify does not: network file systems, symbolic
/// links that are turned, a folder that was made anew. Confined to its loop.
package final class PolicyWatcher {
    package enum Finding: Sendable {
        case loaded(ScalingPolicy)
        /// With the place, where it has one.
        case refused(String)
        /// There is no file any more.
        case gone
    }

    /// Which file it is, in which state. Two of a kind are one file that nobody wrote to.
    struct Signature: Equatable {
        var device: dev_t
        var inode: ino_t
        var size: off_t
        var seconds: Int
        var nanoseconds: Int

        init?(_ path: String) {
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            device = status.st_dev
            inode = status.st_ino
            size = status.st_size
            seconds = status.st_mtim.tv_sec
            nanoseconds = status.st_mtim.tv_nsec
        }
    }

    private let path: String
    private let read: @Sendable (String) -> Finding
    private let loop: any EventLoop
    private let thread: NIOThreadPool
    private let log: Logger
    private let onFinding: (Finding) -> Void
    private var known: Signature?
    /// Seen at the last look and not read yet: what is still being written waits for the next.
    private var seen: Signature?
    private var isReading = false
    private var isStopped = false
    private var channel: (any Channel)?
    private var ticking: RepeatedTask?

    private static let interval = TimeAmount.milliseconds(500)

    /// - Parameters:
    ///   - read: reads the file and judges it; on the thread.
    ///   - onFinding: on the loop.
    package init(
        _ path: String, loop: any EventLoop, thread: NIOThreadPool, log: Logger,
        read: @escaping @Sendable (String) -> Finding,
        onFinding: @escaping (Finding) -> Void
    ) {
        self.path = path
        self.loop = loop
        self.thread = thread
        self.log = log
        self.read = read
        self.onFinding = onFinding
        known = Signature(path)
        seen = known
    }

    package func start() {
        listen()
        let bound = NIOLoopBound(self, eventLoop: loop)
        ticking = loop.scheduleRepeatedTask(
            initialDelay: Self.interval, delay: Self.interval
        ) { _ in bound.value.tick() }
    }

    package func stop() {
        isStopped = true
        ticking?.cancel()
        channel?.close(promise: nil)
    }

    /// Reads it whatever its signature says: the operator asked for it.
    package func reload() { readNow(Signature(path)) }

    /// Something in the folder changed: a file that was closed, or put there, is whole.
    private func heard() {
        let present = Signature(path)
        seen = present
        if present != known { readNow(present) }
    }

    private func tick() {
        let present = Signature(path)
        defer { seen = present }
        guard present != known, present == seen else { return }
        readNow(present)
    }

    private func readNow(_ signature: Signature?) {
        guard !isReading, !isStopped else { return }
        guard let signature else {
            let wasThere = known != nil
            known = nil
            if wasThere { onFinding(.gone) }
            return
        }
        isReading = true
        let bound = NIOLoopBound(self, eventLoop: loop)
        let (path, read) = (path, read)
        thread.runIfActive(eventLoop: loop) { read(path) }.whenComplete { result in
            let watcher = bound.value
            watcher.isReading = false
            guard case .success(let finding) = result, !watcher.isStopped else { return }
            watcher.known = signature
            watcher.onFinding(finding)
            // It may have changed meanwhile.
            watcher.heard()
        }
    }

    private func listen() {
        let descriptor = inotify_init()
        guard descriptor >= 0 else { return say("\(SystemFailure.last)") }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        let events = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE
        guard inotify_add_watch(descriptor, folder, UInt32(events)) >= 0 else {
            say("\(SystemFailure.last)")
            close(descriptor)
            return
        }
        let bound = NIOLoopBound(self, eventLoop: loop)
        NIOPipeBootstrap(group: loop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        FolderHandler { bound.value.heard() })
                }
            }
            .takingOwnershipOfDescriptor(input: descriptor)
            .assumeIsolated()
            .whenComplete { result in
                switch result {
                case .success(let channel): bound.value.channel = channel
                case .failure(let error): bound.value.say("\(error)")
                }
            }
    }

    private func say(_ reason: String) {
        log.warning(
            "policy is looked at twice a second only",
            metadata: ["file": "\(path)", "reason": "\(reason)"])
    }
}

/// Hears that there were events; which ones does not matter.
private final class FolderHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let hear: () -> Void

    init(_ hear: @escaping () -> Void) { self.hear = hear }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { hear() }
}
