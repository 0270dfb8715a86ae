/// When a link of a chain is in force. Begins and ends on whole minutes.
package enum Schedule: Equatable, Sendable {
    /// From the first moment to before the second.
    case between(Moment, Moment)
    /// From each beginning for a while.
    case cron(Cron, duration: Duration, zone: Zone)

    /// A beginning is looked for this far back; longer spans are `between`'s.
    static let durationMax = Duration.seconds(31 * 86_400)

    package func contains(_ moment: Moment) -> Bool {
        switch self {
        case .between(let start, let end): moment >= start && moment < end
        case .cron(let cron, let duration, let zone):
            cron.lastStart(before: moment, within: duration, zone: zone) != nil
        }
    }
}
