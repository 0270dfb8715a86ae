package import Gossip

/// What one seed does to its cluster: how large it is, which faults, how hard and for how long.
package struct FaultPlan: Sendable {
    package let nodes: Int
    /// How many of the nodes found the cluster together; the others join.
    package let founders: Int
    package let kinds: [FaultKind]
    package let conditions: Conditions
    package let chaos: Duration
    /// Between two things done.
    package let interval: ClosedRange<Duration>

    package init(
        nodesMax: Int, minutes: Double, interval: Duration? = nil, using random: inout Randomness
    ) {
        let most =
            switch random.pick(0...9) {
            case 0...5: 7
            case 6...8: 20
            default: 50
            }
        nodes = random.pick(min(3, nodesMax)...max(min(3, nodesMax), min(most, nodesMax)))
        founders = random.pick(1...min(5, nodes))
        let share = Double(random.pick(1...6)) / 10
        var kinds = FaultKind.allCases.filter { _ in random.chance(share) }
        // Some need others: of these two there is always one that can be done.
        if !kinds.contains(.crash) { kinds.append(.stall) }
        self.kinds = kinds
        conditions = FaultPlan.conditions(kinds, using: &random)
        chaos = .milliseconds(Int(minutes * 60_000 * Double(random.pick(30...100)) / 100))
        let slow = Int64(random.pick(1...12)) * 250
        self.interval =
            interval.map { $0 / 2...$0 * 3 / 2 }
            ?? .milliseconds(slow / 10)...(.milliseconds(slow * 2))
    }

    private static func conditions(
        _ kinds: [FaultKind], using random: inout Randomness
    ) -> Conditions {
        var conditions = Conditions()
        for kind in kinds {
            let share = Double(random.pick(1...100)) / 100
            switch kind {
            case .loss: conditions.loss = 0.4 * share
            case .delay:
                let most = Int64(150_000 * share)
                conditions.delay = .microseconds(most / 20)...(.microseconds(most))
            case .duplication: conditions.duplication = 0.3 * share
            case .reordering:
                conditions.reordering = 0.3 * share
                conditions.reorderingMax = .milliseconds(Int64(10 + 490 * share))
            case .corruption: conditions.corruption = 0.1 * share
            case .replay: conditions.replay = 0.2 * share
            case .streamReset: conditions.streamReset = 0.3 * share
            default: break
            }
        }
        return conditions
    }
}
