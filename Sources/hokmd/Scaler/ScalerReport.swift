package import Policy

/// What the scaler is about, for `/v1/scaling`, `hokmd status` and metrics.
package struct ScalerReport: Equatable, Sendable {
    package struct InstanceLine: Equatable, Sendable {
        package var id: InstanceID
        package var state: Instance.Phase
        /// Whether a member of this name was ever seen.
        package var hasJoined: Bool
        package var version: String?
        package var since: Moment
        package var rooms: Int?
        /// Why it is in this state.
        package var reason: String
    }

    /// Whether this node's scaler acts.
    package var isActing: Bool
    /// The node whose scaler acts, as this one sees it; nil where none does.
    package var acting: String?
    package var mode: ScalingPolicy.Mode
    /// How many instances there shall be; nil before the first decision.
    package var target: Int?
    package var instances: [InstanceLine]
    /// The newest last.
    package var decisions: [Decision]
    package var alarms: [ScalerAlarm]
    package var counters: ScalerCounters
}

/// What has happened since the scaler started; each is a metric.
package struct ScalerCounters: Equatable, Sendable {
    package var decisions = 0
    package var launches = 0
    package var launchesFailed = 0
    package var drains = 0
    package var terminations = 0
    package var replaced = 0
    package var rollBacks = 0
    /// How often this scaler began to act.
    package var takeOvers = 0
    /// Instances that the provisioner listed and nobody knew.
    package var orphans = 0
    /// Inputs that meant nothing: an outcome of no open action, an answer to no request.
    package var inputsIgnored = 0
    /// Figures that were no finite numbers of zero or more.
    package var figuresRefused = 0
    /// States of other scalers that were older than what is known.
    package var statesIgnored = 0
    /// How often the clock was put back or ahead, or the process slept.
    package var clockSteps = 0
}
