package import Policy

/// What the scaler's shell reaches out with, beside links and gossip: whoever runs it has the audit
/// log, the metrics, and the ways to make servers.
package struct ScalerPorts: Sendable {
    package typealias Fields = [(key: String, value: String)]

    /// Puts an action on record. MUST return only when it would survive a crash, and throw where it
    /// cannot be: then the action is not carried out.
    package var record: @Sendable (_ event: String, _ fields: Fields) async throws -> Void
    /// Puts on record what has happened anyway.
    package var note: @Sendable (_ event: String, _ fields: Fields) -> Void
    /// Counts what became of an action.
    package var count: @Sendable (Action, Action.Outcome) -> Void
    /// The provisioner of a plan. `ProvisionerPlan` has checked it.
    package var provisioner: @Sendable (ProvisionerPlan) -> any Provisioner
    /// Reads a policy file and judges it. May block.
    package var read: @Sendable (String) -> PolicyWatcher.Finding

    package init(
        record: @escaping @Sendable (String, Fields) async throws -> Void,
        note: @escaping @Sendable (String, Fields) -> Void,
        count: @escaping @Sendable (Action, Action.Outcome) -> Void,
        provisioner: @escaping @Sendable (ProvisionerPlan) -> any Provisioner,
        read: @escaping @Sendable (String) -> PolicyWatcher.Finding
    ) {
        self.record = record
        self.note = note
        self.count = count
        self.provisioner = provisioner
        self.read = read
    }
}

/// The policy in force, and what became of the file it came from.
package struct PolicyStanding: Equatable, Sendable {
    package var policy: ScalingPolicy
    /// The file, or the built-in policy's name.
    package var source: String
    package var loadedAt: Moment
    /// Why what is in the file now is not in force; nil if it is.
    package var refusal: String?
    /// Files that were taken and that were not, since the start.
    package var loads = 1
    package var refusals = 0

    package init(_ policy: ScalingPolicy, source: String, loadedAt: Moment) {
        self.policy = policy
        self.source = source
        self.loadedAt = loadedAt
    }

    package mutating func take(_ finding: PolicyWatcher.Finding, at now: Moment) {
        switch finding {
        case .loaded(let policy):
            self.policy = policy
            loadedAt = now
            refusal = nil
            loads += 1
        case .refused(let reason):
            refusal = reason
            refusals += 1
        case .gone:
            refusal = "\(source): the file is gone; the policy before stays"
            refusals += 1
        }
    }
}

/// All that there is to show of a scaler.
package struct ScalerStatus: Sendable {
    package var report: ScalerReport
    package var policy: PolicyStanding
    package var provisioner: String
    package var isDryRun: Bool
    /// Why the scaler's state cannot be written to its directory; nil if it can, or has none.
    package var storeFault: String?
}
