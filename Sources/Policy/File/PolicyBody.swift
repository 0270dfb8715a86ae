package import YAML

package struct NamedPolicy: Equatable, Sendable {
    package let name: String
    package let mark: Mark
    package let body: PolicyBody
}

/// One way to scale.
package indirect enum PolicyBody: Equatable, Sendable {
    case thresholds(Thresholds)
    case target(TargetTracking)
    case buffer(Buffer)
    case predictive(Predictive)
    case chain([ChainLink])
    case fixed(Int)
    /// Another one of the file.
    case named(String)
}

/// Rules with a hold time.
package struct Thresholds: Equatable, Sendable {
    package var cooldownUp: Duration
    package var cooldownDown: Duration
    package var rules: [Rule]
}

package struct Rule: Equatable, Sendable {
    /// Unique in the file: `thresholds/cpu-emergency`.
    package let id: String
    package let name: String
    package let mark: Mark
    package let condition: Condition
    /// How long the condition must hold.
    package let hold: Duration
    /// Instances: above zero up, below zero down.
    package let change: Int
    /// An emergency: acts under every policy, whenever it holds.
    package let ignoresCooldown: Bool

    /// Whether a timer of the one may go on for the other.
    func isSame(as other: Rule) -> Bool {
        id == other.id && condition == other.condition && hold == other.hold
            && change == other.change && ignoresCooldown == other.ignoresCooldown
    }
}

/// Keeps figures at their targets; the largest wish wins.
package struct TargetTracking: Equatable, Sendable {
    package struct Target: Equatable, Sendable {
        package let metric: Expression
        package let text: String
        package let value: Double
    }

    package var targets: [Target]
    /// 0…1: so near is near enough.
    package var tolerance: Double
    package var stabiliseUp: Duration
    package var stabiliseDown: Duration
}

/// Keeps room for so many more.
package struct Buffer: Equatable, Sendable {
    package var of: Expression
    package var free: Expression
    package var text: String
    /// How long fewer instances must have been enough.
    package var hold: Duration
}

/// Looks ahead by a forecast that knows its own error.
package struct Predictive: Equatable, Sendable {
    /// Names it in the file, so that a reload finds its history.
    package let id: String
    package var metric: Expression
    package var metricText: String
    package var models: [ForecastModel]
    package var history: Duration
    package var quantile: Double
    package var quantileIn: Double
    /// Speaks only after so much history.
    package var speaksAfter: Duration
    /// 0…1: speaks only while its own mean error, as a share of the level, is at most this.
    package var errorMax: Double
    package var leadOut: Expression
    package var leadIn: Expression
    package var cushion: Double
    package var band: Double
    /// How long fewer instances must have been enough.
    package var hold: Duration
    /// No instance goes within this of one that came.
    package var settle: Duration
    /// Never below what this wants.
    package var floor: PolicyBody
    /// Decides while the forecast does not speak.
    package var fallback: PolicyBody
}

/// A way to look ahead; each knows only the past.
package enum ForecastModel: String, CaseIterable, Hashable, Sendable {
    /// It stays as it is.
    case persist
    /// It goes on as in the last minutes.
    case trend
    /// Holt–Winters with two seasons, day and week.
    case holtWinters
    /// It goes as at this time of day before.
    case daily
    /// It goes as at this time of the week before.
    case weekly
}

package struct ChainLink: Equatable, Sendable {
    package let id: String
    /// nil: always.
    package let schedule: Schedule?
    package let body: PolicyBody
}
