internal import NIOCore
internal import NIOPosix

/// Writes one thing after the other on threads that may wait for the disk, and reports back on the
/// loop. What is still waiting when a newer one of its kind comes is not written at all.
final class DiskQueue {
    enum Kind { case promises, instance, peers, keys }

    private struct Job {
        let kind: Kind
        let work: @Sendable () throws -> Void
        let report: ((any Error)?) -> Void
    }

    private let eventLoop: any EventLoop
    private let pool: NIOThreadPool
    private var waiting: [Job] = []
    private var isBusy = false

    init(eventLoop: any EventLoop, pool: NIOThreadPool) {
        self.eventLoop = eventLoop
        self.pool = pool
    }

    func write(
        _ kind: Kind, _ work: @escaping @Sendable () throws -> Void,
        report: @escaping ((any Error)?) -> Void
    ) {
        waiting.removeAll { $0.kind == kind }
        waiting.append(Job(kind: kind, work: work, report: report))
        next()
    }

    private func next() {
        guard !isBusy, !waiting.isEmpty else { return }
        // Promises hold up a vote; the rest can wait.
        let index = waiting.firstIndex { $0.kind == .promises } ?? 0
        let job = waiting.remove(at: index)
        isBusy = true
        pool.runIfActive(eventLoop: eventLoop, job.work).assumeIsolated().whenComplete { result in
            self.isBusy = false
            switch result {
            case .success: job.report(nil)
            case .failure(let error): job.report(error)
            }
            self.next()
        }
    }
}
