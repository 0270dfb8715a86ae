/// Plays a trace to a policy: what it would have done, and how that would have gone.
package struct Backtest: Sendable {
    package var policy: ScalingPolicy
    /// A decision each.
    package var step = Duration.seconds(15)
    package var startTime: Duration
    /// Adds what a sample every few minutes does not show; nil leaves the trace as it is.
    package var noiseSeed: UInt64? = 1
    /// The first part, in which the forecast learns, does not count.
    package var warmUp = Duration.zero
    /// The share of its CPU that a full server uses. Below the emergency rules' bounds: a server
    /// that is as full as it may be is no emergency.
    package var fullCPU = 0.85
    private let memory = 0.4
    /// An action against the last one within this time is a change of direction. Longer after, it
    /// is the day that has turned.
    package static let reversalWithin = Duration.seconds(1800)

    package init(policy: ScalingPolicy, startTime: Duration? = nil) {
        self.policy = policy
        self.startTime = startTime ?? policy.capacity.startTime(learned: nil)
        self.policy.capacity.startTime = self.startTime
        // What is decided is to be seen, whatever the switch says.
        self.policy.mode = .act
    }

    package func run(_ trace: Trace, record: ((BacktestTick) -> Void)? = nil) -> BacktestResult {
        var load = trace.values(each: step)
        if let noiseSeed {
            var noise = SessionNoise(step: step, seed: noiseSeed)
            for tick in load.indices { load[tick] = noise.players(mean: load[tick]) }
        }
        let capacity = policy.capacity.playersPerInstance
        let optimum = Clairvoyant.instances(
            load: load, capacity: capacity, limits: policy.limits,
            startTicks: Int(startTime.wholeMilliseconds / step.wholeMilliseconds))
        var engine = PolicyEngine(policy)
        var servers = Servers(ready: optimum[0])
        var result = BacktestResult(
            step: step, pricePerInstanceHour: policy.cost?.blendedPrice ?? 0)
        let stepMilliseconds = step.wholeMilliseconds
        let counted = trace.start + warmUp
        for tick in load.indices {
            let now = Moment(
                milliseconds: trace.start.milliseconds + Int64(tick) * stepMilliseconds)
            servers.advance(to: now)
            let figures = figures(load[tick], servers: servers)
            let decision = engine.decide(figures: figures, at: now)
            if now >= counted {
                result.count(
                    decision, isShort: load[tick] > Double(servers.ready) * capacity,
                    paid: servers.count, optimum: optimum[tick])
            }
            servers.change(by: decision.missing, readyAt: now + startTime)
            record?(
                BacktestTick(
                    decision: decision, load: load[tick],
                    capacity: Double(servers.ready) * capacity,
                    optimum: Double(optimum[tick]) * capacity))
        }
        return result
    }

    private func figures(_ load: Double, servers: Servers) -> Figures {
        var figures = Figures(ready: servers.ready, starting: servers.count - servers.ready)
        guard servers.ready > 0 else { return figures }
        let share = load / Double(servers.ready)
        let cpu = min(share / policy.capacity.playersPerInstance * fullCPU, 1)
        figures[.players] = .even(share, servers: servers.ready)
        figures[.players].sum = load
        figures[.cpu] = .even(cpu, servers: servers.ready)
        figures[.memory] = .even(memory, servers: servers.ready)
        // Four to a room, which lasts half an hour.
        figures[.rooms] = .even(share / 4, servers: servers.ready)
        figures[.roomsCreated] = .even(share / 4 / 1800, servers: servers.ready)
        for figure in [Figure.errors, .requests, .queueLength] {
            figures[figure] = .even(0, servers: servers.ready)
        }
        return figures
    }
}

/// One tick, for whoever draws.
package struct BacktestTick: Sendable {
    package let decision: Decision
    package let load: Double
    /// Players that there was room for.
    package let capacity: Double
    package let optimum: Double
}

/// The instances of a backtest.
private struct Servers {
    var ready: Int
    /// When those that are starting will be ready, the earliest first.
    private var starting: [Moment] = []

    init(ready: Int) { self.ready = ready }

    var count: Int { ready + starting.count }

    mutating func advance(to now: Moment) {
        while let first = starting.first, first <= now {
            starting.removeFirst()
            ready += 1
        }
    }

    mutating func change(by difference: Int, readyAt: Moment) {
        if difference > 0 {
            starting += Array(repeating: readyAt, count: difference)
        } else if difference < 0 {
            let cancelled = min(-difference, starting.count)
            starting.removeLast(cancelled)
            ready = max(ready + difference + cancelled, 0)
        }
    }
}

/// How a policy did.
package struct BacktestResult: Equatable, Sendable {
    private let hoursPerTick: Double
    private let pricePerInstanceHour: Double
    package private(set) var ticks = 0
    package private(set) var shortTicks = 0
    package private(set) var paidTicks = 0
    package private(set) var optimumTicks = 0
    package private(set) var overTicks = 0
    /// Decisions that changed the number of instances.
    package private(set) var actions = 0
    package private(set) var directionChanges = 0
    private var lastAction: (at: Moment, isOut: Bool)?

    init(step: Duration, pricePerInstanceHour: Double) {
        hoursPerTick = step.inSeconds / 3600
        self.pricePerInstanceHour = pricePerInstanceHour
    }

    package static func == (one: BacktestResult, other: BacktestResult) -> Bool {
        (one.ticks, one.shortTicks, one.paidTicks, one.overTicks, one.actions)
            == (other.ticks, other.shortTicks, other.paidTicks, other.overTicks, other.actions)
            && one.directionChanges == other.directionChanges
    }

    mutating func count(_ decision: Decision, isShort: Bool, paid: Int, optimum: Int) {
        ticks += 1
        if isShort { shortTicks += 1 }
        paidTicks += paid
        optimumTicks += optimum
        overTicks += max(paid - optimum, 0)
        guard decision.target != decision.current else { return }
        let isOut = decision.target > decision.current
        actions += 1
        if let last = lastAction, last.isOut != isOut,
            decision.time - last.at <= Backtest.reversalWithin
        {
            directionChanges += 1
        }
        lastAction = (decision.time, isOut)
    }

    package var days: Double { Double(ticks) * hoursPerTick / 24 }
    /// Minutes in which there were more players than room.
    package var minutesShort: Double { Double(shortTicks) * hoursPerTick * 60 }
    package var instanceHours: Double { Double(paidTicks) * hoursPerTick }
    /// Instance-hours above the clairvoyant optimum.
    package var hoursOver: Double { Double(overTicks) * hoursPerTick }
    /// The same as a share of the optimum.
    package var overShare: Double {
        optimumTicks == 0 ? 0 : Double(overTicks) / Double(optimumTicks)
    }
    package var actionsPerDay: Double { days == 0 ? 0 : Double(actions) / days }
    package var directionChangesPerDay: Double {
        days == 0 ? 0 : Double(directionChanges) / days
    }
    package var cost: Double { instanceHours * pricePerInstanceHour }
}
