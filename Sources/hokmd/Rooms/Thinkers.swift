internal import Game
internal import NIOCore
package import NIOPosix
import Random
internal import Synchronization

/// A few threads on which strong bots find their moves.
package final class Thinkers: Sendable {
    private let pool: NIOThreadPool
    private let jobs = Mutex<[RoomCode: Job]>([:])

    /// A thought that may be given up.
    private final class Job: Sendable {
        let isCancelled = Atomic<Bool>(false)
    }

    /// - Parameter pool: a running pool; whoever made it shuts it down.
    package init(pool: NIOThreadPool) {
        self.pool = pool
    }

    /// Finds a move and hands it over on the loop, unless it was given up.
    func think(
        _ request: ThinkRequest, for loop: any EventLoop,
        then deliver: @escaping (Action) -> Void
    ) {
        let job = Job()
        jobs.withLock { $0[request.room] = job }
        let delivery = NIOLoopBound(deliver, eventLoop: loop)
        pool.submit { [self] state in
            var generator = SplitMix64(seed: request.seed)
            // A pool that shuts down asks for nothing to be done.
            let isActive = state == .active
            let move = Bot(isActive ? .strong : .normal).choose(
                request.view, using: &generator,
                isCancelled: { job.isCancelled.load(ordering: .relaxed) })
            jobs.withLock { if $0[request.room] === job { $0[request.room] = nil } }
            guard let move, isActive, !job.isCancelled.load(ordering: .relaxed) else { return }
            loop.execute { delivery.value(move) }
        }
    }

    /// The turn of this room's bot is over.
    func stop(_ room: RoomCode) {
        jobs.withLock { $0.removeValue(forKey: room) }?
            .isCancelled.store(true, ordering: .relaxed)
    }
}
