package import Policy

/// Keeps as many servers as the policy wants. A value without I/O: the shell feeds it figures, the
/// cluster as it sees it and what became of its actions, calls `advance` after that and at
/// `nextDeadline`, and carries out the effects in their order.
///
/// Every scaler of the cluster runs one, all on the same figures. One acts; see `Duty`. What it must
/// not be asked: whether an instance that it does not know may go. See docs/decisions/scaler.md.
package struct ScalerMachine: Sendable {
    let settings: ScalerSettings
    var engine: PolicyEngine
    var collector = FigureCollector()
    package var history = History()
    var picture: ClusterPicture?
    /// The picture's servers by name.
    var members: [String: ClusterPicture.Server] = [:]
    /// What a take-over goes on from. `state.engine` is brought up to date where it is shared.
    var state: ScalerState
    var now: Moment
    var effects: [ScalerEffect] = []

    var duty = Duty.watching
    var actingSince: Moment?
    /// When a scaler of a lower id shared its state last, and whether any ever did.
    var lowerHeardAt: Moment?
    var heardOthers = false
    /// A scaler that acted says for so long what it knows.
    var handOverUntil: Moment?
    /// Whether something changed that others should know of at once.
    var isDirty = false

    var works: [Action.ID: Work] = [:]
    var auditFails = false
    /// Why the provisioner refused to launch.
    var refusals: [InstanceID: String] = [:]

    var listing: Listing?
    var isListNew = false
    var openList: OpenList?
    var listRequests: UInt64 = 0
    /// Since when the provisioner owes a list.
    var silentSince: Moment?
    /// Instances in the last list that are not the scaler's.
    var foreign = 0
    /// In how many lists in a row an instance was missing.
    var absences: [InstanceID: Int] = [:]

    /// Instances that died and are to be replaced: what launches are for.
    var replacements: [InstanceID] = []
    /// The line of the last decision that changed something.
    var lastReason = ""
    /// What was told of weights; 1 where nothing was.
    var weights: [String: UInt32] = [:]

    var decisions: [Decision] = []
    var recordedAt: Moment?
    var alarms: Set<ScalerAlarm> = []
    var counters = ScalerCounters()
    var (nextDecisionAt, nextListAt, nextShareAt): (Moment, Moment, Moment)

    var policy: ScalingPolicy { engine.policy }

    package init(
        _ policy: ScalingPolicy, settings: ScalerSettings = ScalerSettings(), at now: Moment
    ) {
        self.settings = settings
        engine = PolicyEngine(settings.applied(to: policy))
        state = ScalerState(at: now, engine: engine.state)
        self.now = now
        (nextDecisionAt, nextListAt, nextShareAt) = (now, now, now)
    }

    /// When `advance` is to be called at the latest.
    package var nextDeadline: Moment { nextDecisionAt }

    // MARK: Inputs

    /// Minutes of an earlier life, in the order of time, before anything else.
    package mutating func learn(_ minutes: [MinuteRecord]) {
        for minute in minutes where minute.moment <= now {
            engine.learn(figures: minute.figures, at: minute.moment)
        }
    }

    /// What a node says of itself, about once a second. Counters are totals since its start.
    package mutating func receive(_ values: [Figure: Double], from node: String, at moment: Moment)
    {
        counters.figuresRefused += values.values.count { !($0.isFinite && $0 >= 0) }
        collector.receive(values, from: node, at: moment)
    }

    package mutating func note(_ cluster: ClusterPicture) {
        picture = cluster
        members = Dictionary(
            cluster.servers.map { ($0.name, $0) }, uniquingKeysWith: { one, _ in one })
        collector.keep(Set(cluster.servers.filter(\.state.isPresent).map(\.name)))
    }

    /// The new policy decides at once: what it changes is not to be done without a decision that says
    /// why.
    package mutating func reload(_ policy: ScalingPolicy) {
        engine.reload(settings.applied(to: policy))
        nextDecisionAt = min(nextDecisionAt, now)
    }

    /// Does what is due, also for the inputs since the last call.
    package mutating func advance(to time: Moment) -> [ScalerEffect] {
        let gap = time - now
        now = time
        if gap < .zero {
            counters.clockSteps += 1
            forgetFuture()
        } else if gap > Limits.gapMax {
            counters.clockSteps += 1
            skip(gap)
        }
        updateDuty()
        keepListing()
        if duty == .acting {
            raiseSerial()
            absorbList()
            observe()
        }
        look()
        if duty == .acting {
            judgeVersions()
            reconcile()
        }
        updateAlarms()
        share()
        defer { effects.removeAll() }
        return effects
    }

    /// No name is given twice, also if what was known of it is lost.
    private mutating func raiseSerial() {
        let names = members.keys.map { InstanceID($0) } + (listing?.instances.keys.map { $0 } ?? [])
        let serials = names.compactMap { $0.serial(prefix: settings.namePrefix) }
        state.serial = max(state.serial, serials.max() ?? 0)
    }
}

extension ScalerSettings {
    fileprivate func applied(to policy: ScalingPolicy) -> ScalingPolicy {
        guard isDryRun, policy.mode == .act else { return policy }
        var policy = policy
        policy.mode = .dryRun
        return policy
    }
}
