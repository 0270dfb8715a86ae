import Policy

/// Which load makes each rule of a policy hold: pure.
struct TriggerPlan: Equatable {
    /// What players have to do.
    enum Load: Equatable {
        /// So many of them play.
        case players(Int)
        /// So many make a room, each minute.
        case rooms(perMinute: Int)
        /// They fill the servers, and so many wait for a seat.
        case waiting(Int)
        /// Players come until these figures are over it: how many that takes depends on the machine.
        case growing([Figure])
        /// They play on while servers stand still now and then.
        case faults
        /// Nothing that can be done from here brings it about, for this reason.
        case other(String)
    }

    struct Step: Equatable {
        let rule: String
        let condition: Condition
        let hold: Duration
        /// Instances: above zero up, below zero down.
        let change: Int
        let load: Load
    }

    /// Rules that want more first, the smallest load first; then those that want fewer.
    let steps: [Step]

    /// Rooms that are made in a minute, at most.
    private static let roomsPerMinuteMax = 6_000
    /// What is plain from the number of players at each table.
    private static let byPlayers: Set<Figure> = [.players, .rooms, .connections]
    /// Until a scaler has learned it.
    private static let startTime = Duration.seconds(45)

    /// - Parameters:
    ///   - servers: that serve now.
    ///   - playersAtATable: as the load has them; bots do not count.
    ///   - most: players that there may be.
    ///   - isOurs: whether its servers may be stopped: the cluster is only there for this.
    init(
        _ policy: ScalingPolicy, servers: Int, playersAtATable: Int, most: Int, isOurs: Bool = false
    ) {
        var steps: [Step] = []
        for rule in Self.rules(of: policy) {
            steps.append(
                Step(
                    rule: rule.name, condition: rule.condition, hold: rule.hold,
                    change: rule.change,
                    load: Self.load(
                        for: rule, servers: max(1, servers),
                        startTime: policy.capacity.startTime ?? Self.startTime,
                        playersAtATable: playersAtATable, most: most, isOurs: isOurs)))
        }
        self.steps = steps.enumerated().sorted { one, other in
            (Self.rank(one.element), one.offset) < (Self.rank(other.element), other.offset)
        }.map(\.element)
    }

    /// Those of the policy in force, and the emergencies of all.
    private static func rules(of policy: ScalingPolicy) -> [Rule] {
        policy.policies.flatMap { named -> [Rule] in
            guard case .thresholds(let thresholds) = named.body else { return [] }
            return thresholds.rules.filter { named.name == policy.active || $0.ignoresCooldown }
        }
    }

    private static func rank(_ step: Step) -> Int {
        switch step.load {
        case .players(let count): step.change > 0 ? count : Int.max - 1
        case .rooms(let perMinute): 1 << 32 + perMinute
        case .faults: 1 << 40
        case .growing: 1 << 41
        case .waiting(let count): 1 << 42 + count
        case .other: Int.max
        }
    }

    private static func load(
        for rule: Rule, servers: Int, startTime: Duration, playersAtATable: Int, most: Int,
        isOurs: Bool
    ) -> Load {
        let figures = rule.condition.figures
        func holds(players: Int = 0, roomsPerMinute: Int = 0, waiting: Int = 0) -> Bool {
            rule.condition.holds(
                for: .estimate(
                    players: players, playersAtATable: playersAtATable,
                    roomsPerMinute: roomsPerMinute, waiting: waiting, servers: servers),
                startTime: startTime) == true
        }
        if figures.isSubset(of: byPlayers) {
            let counts = stride(from: 0, through: most, by: playersAtATable)
            return counts.first { holds(players: $0) }.map { .players($0) }
                ?? .other("not even \(most) players are enough; --most allows more")
        }
        if figures == [.roomsCreated] {
            let rates = 0...roomsPerMinuteMax
            return rates.first { holds(roomsPerMinute: $0) }.map { .rooms(perMinute: $0) }
                ?? .other("not even \(roomsPerMinuteMax) rooms a minute are enough")
        }
        if figures == [.queueLength] {
            return (0...most).first { holds(waiting: $0) }.map { .waiting($0) }
                ?? .other("not even \(most) who wait are enough; --most allows more")
        }
        // What wants fewer servers holds when nobody plays.
        guard rule.change > 0 else { return .players(0) }
        guard figures.contains(.errors) else {
            return .growing(figures.sorted { $0.rawValue < $1.rawValue })
        }
        return isOurs
            ? .faults
            : .other("errors are the servers' own faults, made only in a cluster of its own: --own")
    }
}

extension Figures {
    /// What servers would say with so many players spread evenly.
    fileprivate static func estimate(
        players: Int, playersAtATable: Int, roomsPerMinute: Int, waiting: Int, servers: Int
    ) -> Figures {
        var figures = Figures(ready: servers)
        func set(_ figure: Figure, _ total: Double) {
            figures[figure] = .even(total / Double(servers), servers: servers)
        }
        set(.players, Double(players))
        set(.connections, Double(players))
        set(.rooms, Double(players / max(1, playersAtATable)))
        set(.queueLength, Double(waiting))
        set(.roomsCreated, Double(roomsPerMinute) / 60)
        return figures
    }
}
