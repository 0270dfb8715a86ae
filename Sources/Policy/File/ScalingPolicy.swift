package import YAML

/// A scaling policy as its file has it: which way to scale, within which limits, with which guards.
package struct ScalingPolicy: Equatable, Sendable {
    /// The switch: the name of the policy in force.
    package var active: String
    package var mode: Mode
    package var limits: InstanceLimits
    package var capacity: Capacity
    package var cost: Cost?
    package var guards: Guards
    /// In the order of the file.
    package var policies: [NamedPolicy]
    package var provisioner: ProvisionerChoice
    /// Things that are allowed and probably not meant.
    package var warnings: [PolicyWarning]

    package enum Mode: String, CaseIterable, Sendable {
        /// Decide and do.
        case act
        /// Decide and record, and do nothing.
        case dryRun = "dry-run"
        /// Keep things as they are.
        case off
    }
}

package struct InstanceLimits: Equatable, Sendable {
    package var min: Int
    package var max: Int
    /// Instances that one decision adds or removes at most.
    package var maxUp: Int
    package var maxDown: Int
}

package struct Capacity: Equatable, Sendable {
    package var playersPerInstance: Double
    /// From launch to ready; nil: learned from real starts.
    package var startTime: Duration?
    /// Taken until enough starts were seen.
    static let unlearnedStartTime = Duration.seconds(45)

    func startTime(learned: Duration?) -> Duration {
        startTime ?? learned ?? Self.unlearnedStartTime
    }
}

/// What instances cost, and what a day may cost. In whatever currency the operator thinks in.
package struct Cost: Equatable, Sendable {
    package var pricePerInstanceHour: Double
    package var spotPrice: Double
    /// 0…1 of the instances.
    package var spotShare: Double
    package var budgetPerDay: Double?
    package var onBudget: Reaction

    package enum Reaction: String, CaseIterable, Sendable {
        /// No more instances once the day's budget is spent.
        case hold
        /// Never more instances than the rest of the budget pays until midnight UTC.
        case cap
        /// Only says so.
        case alert
    }

    package var blendedPrice: Double {
        pricePerInstanceHour * (1 - spotShare) + spotPrice * spotShare
    }
}

package struct Guards: Equatable, Sendable {
    package var collapse: Collapse?
    package var flap: Flap?
    package var missing: Missing
    package var failed: Failed
    package var release: Release?

    /// Many players gone at once: a crash of the game, and the herd comes back.
    package struct Collapse: Equatable, Sendable {
        /// 0…1 of the most there were in the time before.
        package var drop: Double
        package var within: Duration
        package var freezeScaleIn: Duration
    }

    /// Too many changes of direction.
    package struct Flap: Equatable, Sendable {
        package var budget: Int
        package var per: Duration
        package var reaction: Reaction

        package enum Reaction: String, CaseIterable, Sendable {
            /// Twice the band, the hold and the cooldown.
            case widen
            /// No instance goes.
            case freeze
        }
    }

    package struct Missing: Equatable, Sendable {
        package var staleAfter: Duration
        /// 0…1 of the servers that must speak.
        package var quorum: Double
    }

    package struct Failed: Equatable, Sendable {
        package var readyWithin: Duration
        package var backoffFirst: Duration
        package var backoffMax: Duration
    }

    /// A version that is worse than the one before is rolled back.
    package struct Release: Equatable, Sendable {
        /// How long a new version is on trial after its first server is ready.
        package var watch: Duration
        /// 0…1 of the requests.
        package var errorsMax: Double
    }
}

package struct ProvisionerChoice: Equatable, Sendable {
    package var type: Kind
    /// What else stands there: the provisioner of that kind reads it.
    package var settings: YAMLNode?

    package enum Kind: String, CaseIterable, Sendable {
        case process, systemd, command, docker, kubernetes, nomad, ecs
    }
}

package struct PolicyWarning: Hashable, Sendable, CustomStringConvertible {
    package let mark: Mark
    package let reason: String
    /// So bad that the file is refused.
    let isFatal: Bool

    init(mark: Mark, reason: String, isFatal: Bool = false) {
        self.mark = mark
        self.reason = reason
        self.isFatal = isFatal
    }

    package var description: String { "\(mark): warning: \(reason)" }
}
