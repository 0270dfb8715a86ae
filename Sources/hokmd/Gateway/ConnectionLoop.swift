package import Gossip
package import NIOCore

/// What the connections of one event loop share: its time, its timer, its counters and the list of
/// those that have something to flush. Used on that loop only.
package final class ConnectionLoop {
    package let eventLoop: any EventLoop
    package let limits: Limits
    package let counters: Counters
    let timeScale: TimeScale

    private var members: [any LoopMember] = []
    /// When each member wants its tick: apart from them, so that a look at ten thousand is a walk
    /// through 80 KB.
    private var deadlines: [Instant] = []
    private var waitingForFlush: [WebSocketConnection] = []
    private var flushing: [WebSocketConnection] = []
    private var timer: Scheduled<Void>?
    /// Accepted channels whose end has not been counted yet: they outlive their members by a turn of
    /// the loop.
    private var channels = 0
    private var whenEmpty: [EventLoopPromise<Void>] = []
    /// What everyone was told who was there when the gateway began to stop, and until when it
    /// answers questions.
    private var departure: (code: CloseCode, end: Instant)?

    init(
        eventLoop: any EventLoop, limits: Limits, counters: Counters,
        timeScale: TimeScale = .real
    ) {
        self.timeScale = timeScale
        self.eventLoop = eventLoop
        self.limits = limits
        self.counters = counters
    }

    /// The monotonic clock. Read once for each burst of bytes.
    package var now: Instant { timeScale.instant(eventLoop.now) }

    /// Connections on this loop, those that speak HTTP yet included.
    package var count: Int { members.count }
}

// MARK: - Deadlines

/// Something on a loop that has deadlines and can be told to go.
protocol LoopMember: AnyObject {
    /// Where it stands in the loop's lists; the loop writes it.
    var loopIndex: Int { get set }
    /// Whether it is a player's, and goes in its turn; all others go at the end.
    var isPlayer: Bool { get }
    /// Its deadline has come. It MUST call `setDeadline` or leave.
    func deadlineReached(now: Instant)
    /// The gateway stops: say goodbye at this time. A later call replaces an earlier one.
    func leave(_ code: CloseCode, at time: Instant, now: Instant)
}

extension ConnectionLoop {
    func join(_ member: any LoopMember, deadline: Instant) {
        member.loopIndex = members.count
        members.append(member)
        deadlines.append(deadline)
        startTimer()
        if let departure {
            let now = now
            let time = member.isPlayer ? now : max(now, departure.end)
            member.leave(departure.code, at: time, now: now)
        }
    }

    func setDeadline(_ deadline: Instant, of member: some LoopMember) {
        deadlines[member.loopIndex] = deadline
    }

    /// Takes its own deadline forward, never back.
    func noLaterThan(_ deadline: Instant, of member: some LoopMember) {
        deadlines[member.loopIndex] = min(deadline, deadlines[member.loopIndex])
    }

    func remove(_ member: some LoopMember) {
        let index = member.loopIndex
        precondition(members[index] === member, "a member left the loop twice")
        members[index] = members[members.count - 1]
        deadlines[index] = deadlines[members.count - 1]
        members[index].loopIndex = index
        members.removeLast()
        deadlines.removeLast()
        guard members.isEmpty else { return }
        timer?.cancel()
        timer = nil
    }

    func channelBegan() {
        channels += 1
    }

    /// A channel is closed, and whoever counts it knows.
    func channelEnded() {
        channels -= 1
        guard channels == 0 else { return }
        for promise in whenEmpty { promise.succeed() }
        whenEmpty.removeAll()
    }

    private func startTimer() {
        guard timer == nil, !members.isEmpty else { return }
        let interval = timeScale.amount(limits.tickInterval)
        timer = eventLoop.assumeIsolated().scheduleTask(in: interval) {
            self.timer = nil
            self.reachDeadlines(now: self.now)
            self.startTimer()
        }
    }

    /// From the last to the first: a member that leaves is replaced by one that was looked at.
    func reachDeadlines(now: Instant) {
        var index = members.count - 1
        while index >= 0 {
            if index < members.count, deadlines[index] <= now {
                deadlines[index] = .never
                members[index].deadlineReached(now: now)
            }
            index -= 1
        }
    }

    /// Tells everyone to go, evenly over `spread`, and completes the promise when all are gone.
    func leaveAll(_ code: CloseCode, spread: Duration, promise: EventLoopPromise<Void>) {
        let start = now
        let players = members.filter(\.isPlayer)
        let others = members.filter { !$0.isPlayer }
        let end = players.isEmpty ? start : start.advanced(by: spread)
        departure = (code, end)
        guard channels > 0 else { return promise.succeed() }
        whenEmpty.append(promise)
        for (index, member) in players.enumerated() {
            let delay = spread * index / players.count
            member.leave(code, at: start.advanced(by: delay), now: start)
        }
        for member in others { member.leave(code, at: end, now: start) }
        reachDeadlines(now: start)
    }
}

// MARK: - Flushing

extension ConnectionLoop {
    /// Flushes a connection once, after everything that has come on this turn of the loop.
    func flushLater(_ connection: WebSocketConnection) {
        waitingForFlush.append(connection)
        guard waitingForFlush.count == 1 else { return }
        eventLoop.assumeIsolated().execute { self.flushAll() }
    }

    private func flushAll() {
        // Two lists that change places: what a flush leads to waits for the next turn, and both keep
        // their memory.
        swap(&waitingForFlush, &flushing)
        for connection in flushing { connection.flush() }
        flushing.removeAll(keepingCapacity: true)
    }
}
