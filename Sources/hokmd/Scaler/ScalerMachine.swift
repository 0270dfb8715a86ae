package import Gossip
package import Policy

/// Keeps as many servers as the policy wants. A value without I/O: the shell feeds it figures, the
/// cluster as it sees it and what became of its actions, calls `advance` after that and at
/// `nextDeadline`, and carries out the effects in their order.
///
/// Every scaler of the cluster runs one, all on the same figures. One acts; see `isActing`.
package struct ScalerMachine: Sendable {
    let settings: ScalerSettings
    var engine: PolicyEngine
    var collector = FigureCollector()
    var picture: ClusterPicture?
    /// What a take-over goes on from. `state.engine` is brought up to date where it is shared.
    var state: ScalerState
    var counters = ScalerCounters()
    var now: Moment

    package init(
        _ policy: ScalingPolicy, settings: ScalerSettings = ScalerSettings(), at now: Moment
    ) {
        self.settings = settings
        engine = PolicyEngine(policy)
        state = ScalerState(at: now, engine: engine.state)
        self.now = now
    }

    /// Whether this scaler acts: the lowest id of those that are present, in sight of a majority,
    /// after it has heard the last word of the one before and listed what there is.
    package var isActing: Bool { false }

    /// When `advance` is to be called at the latest.
    package var nextDeadline: Moment { now + settings.decideEvery }

    // MARK: Inputs

    /// Minutes of an earlier life, in the order of time, before anything else.
    package mutating func learn(_ minutes: [MinuteRecord]) {
        for minute in minutes {
            engine.learn(
                figures: minute.figures, at: Moment(seconds: minute.minute * 60))
        }
    }

    /// The state that was shared last, from the state directory.
    package mutating func restore(_ state: ScalerState) {}

    /// What a node says of itself, about once a second. Counters are totals since its start.
    package mutating func receive(_ values: [Figure: Double], from node: String, at moment: Moment)
    {
        counters.figuresRefused += values.values.count { !($0.isFinite && $0 >= 0) }
        collector.receive(values, from: node, at: moment)
    }

    package mutating func note(_ cluster: ClusterPicture) { picture = cluster }

    /// The answer to `.list`.
    package mutating func noteListed(_ instances: [ListedInstance], request: UInt64) {}

    package mutating func noteListFailed(_ reason: String, request: UInt64) {}

    package mutating func noteAudited(_ action: Action.ID, _ isWritten: Bool) {}

    package mutating func noteOutcome(of action: Action.ID, _ outcome: Action.Outcome) {}

    /// The state that another scaler shared.
    package mutating func noteShared(_ state: ScalerState, from scaler: NodeID) {}

    package mutating func reload(_ policy: ScalingPolicy) { engine.reload(policy) }

    package mutating func advance(to now: Moment) -> [ScalerEffect] { [] }

    package var report: ScalerReport {
        ScalerReport(
            isActing: isActing, acting: nil, mode: engine.policy.mode, target: nil, instances: [],
            decisions: [], alarms: [], counters: counters)
    }
}
