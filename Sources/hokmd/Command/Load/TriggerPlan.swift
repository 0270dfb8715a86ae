import Policy

/// Which load makes each rule of a policy hold: pure.
struct TriggerPlan: Equatable {
    /// What players have to do.
    enum Load: Equatable {
        /// So many of them play.
        case players(Int)
        /// So many make a room, each minute.
        case rooms(perMinute: Int)
        /// Players alone do not bring it about, for this reason.
        case other(String)
    }

    struct Step: Equatable {
        let rule: String
        let condition: String
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
    private static let byPlayers: Set<Figure> = [.players, .rooms, .connections, .queueLength]
    /// Until a scaler has learned it.
    private static let startTime = Duration.seconds(45)

    /// - Parameters:
    ///   - servers: that serve now.
    ///   - playersAtATable: as the load has them; bots do not count.
    ///   - most: players that there may be.
    init(_ policy: ScalingPolicy, servers: Int, playersAtATable: Int, most: Int) {
        var steps: [Step] = []
        for rule in Self.rules(of: policy) {
            steps.append(
                Step(
                    rule: rule.name, condition: rule.condition.text, hold: rule.hold,
                    change: rule.change,
                    load: Self.load(
                        for: rule.condition, servers: max(1, servers),
                        startTime: policy.capacity.startTime ?? Self.startTime,
                        playersAtATable: playersAtATable, most: most)))
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
        case .other: Int.max
        }
    }

    private static func load(
        for condition: Condition, servers: Int, startTime: Duration, playersAtATable: Int,
        most: Int
    ) -> Load {
        let figures = condition.figures
        func holds(players: Int, roomsPerMinute: Int) -> Bool? {
            condition.holds(
                for: .estimate(
                    players: players, playersAtATable: playersAtATable,
                    roomsPerMinute: roomsPerMinute, servers: servers), startTime: startTime)
        }
        if figures.isSubset(of: byPlayers) {
            let counts = stride(from: 0, through: most, by: playersAtATable)
            let least = counts.first { holds(players: $0, roomsPerMinute: 0) == true }
            if let least { return .players(least) }
            return .other(
                figures.contains(.queueLength)
                    ? "players wait only where all servers are full (--capacity)"
                    : "not even \(most) players are enough; --most allows more")
        }
        if figures == [.roomsCreated] {
            let rates = 0...roomsPerMinuteMax
            let least = rates.first { holds(players: 0, roomsPerMinute: $0) == true }
            return least.map { .rooms(perMinute: $0) }
                ?? .other("not even \(roomsPerMinuteMax) rooms a minute are enough")
        }
        let names = figures.subtracting(byPlayers).map(\.name).sorted()
        return .other("how many players it takes depends on \(names.joined(separator: ", "))")
    }
}

extension Figures {
    /// What servers would say with so many players spread evenly.
    fileprivate static func estimate(
        players: Int, playersAtATable: Int, roomsPerMinute: Int, servers: Int
    ) -> Figures {
        var figures = Figures(ready: servers)
        func set(_ figure: Figure, _ total: Double) {
            figures[figure] = .even(total / Double(servers), servers: servers)
        }
        set(.players, Double(players))
        set(.connections, Double(players))
        set(.rooms, Double(players / max(1, playersAtATable)))
        set(.queueLength, 0)
        set(.roomsCreated, Double(roomsPerMinute) / 60)
        return figures
    }
}
