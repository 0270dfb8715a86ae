import Admin
import Policy
import Scaler

/// What the admin port shows of a scaler.
extension ScalerStatus {
    func report(at now: Moment) -> ScalingReport {
        ScalingReport(
            isActive: report.acting != nil, acting: report.acting,
            policy: PolicySummary(
                file: policy.source, loadedAt: RFC3339.text(policy.loadedAt),
                refusal: policy.refusal),
            instances: report.instances.map { instance in
                InstanceReport(
                    instance: instance.id.name,
                    node: instance.hasJoined ? instance.id.name : nil,
                    state: instance.state.rawValue, ageSeconds: age(instance.since, now))
            },
            decisions: report.decisions.reversed().map { DecisionReport($0, at: now) })
    }

    func summary(at now: Moment) -> ScalerSummary {
        ScalerSummary(
            acting: report.acting, instances: report.instances.count,
            lastDecision: report.decisions.last.map { DecisionReport($0, at: now) })
    }

    /// What an operator should look at.
    var alarms: [Admin.Alarm] {
        var alarms = report.alarms.map { alarm in
            Admin.Alarm(
                "scaler_\(alarm)".snakeCase, alarm.severity, "the scaler says: \(alarm.rawValue)")
        }
        if let refusal = policy.refusal {
            alarms.append(
                Admin.Alarm(
                    "policy_refused", .warning, "the policy before stays in force: \(refusal)"))
        }
        if let storeFault {
            alarms.append(
                Admin.Alarm(
                    "scaler_not_saved", .warning,
                    "the scaler's state cannot be saved: \(storeFault)"))
        }
        return alarms
    }

    var families: [MetricFamily] {
        Self.families(of: report, loads: policy.loads, refusals: policy.refusals)
    }

    /// - Parameters:
    ///   - loads: policy files that were taken, and `refusals` those that were not.
    static func families(of report: ScalerReport, loads: Int, refusals: Int) -> [MetricFamily] {
        let counters = report.counters
        let totals: [(String, String, Int)] = [
            ("decisions", "Decisions, also those to do nothing.", counters.decisions),
            ("replacements", "Servers that died and were replaced.", counters.replaced),
            ("rollbacks", "Versions that were given up.", counters.rollBacks),
            ("takeovers", "How often this node's scaler began to act.", counters.takeOvers),
            ("orphans", "Servers that were found and that nobody knew.", counters.orphans),
            ("launches", "Servers that were asked for.", counters.launches),
            ("launch_failures", "Servers that did not become ready.", counters.launchesFailed),
            ("drains", "Servers that were asked to give their rooms away.", counters.drains),
            ("terminations", "Servers that were ended.", counters.terminations),
        ]
        return [
            MetricFamily(
                "hokmd_scaler_acting", .gauge, "Whether this node's scaler acts.",
                report.isActing ? 1 : 0),
            MetricFamily(
                "hokmd_scaler_target_instances", .gauge, "How many servers there shall be.",
                Double(report.target ?? 0)),
            MetricFamily(
                "hokmd_scaler_instances", .gauge, "Servers that the scaler started or found.",
                by: "state",
                Instance.Phase.allCases.map { state in
                    (state.rawValue, Double(report.instances.count { $0.state == state }))
                }),
            MetricFamily(
                "hokmd_scaler_alarms", .gauge, "What an operator should look at: 1.", by: "alarm",
                ScalerAlarm.allCases.map { alarm in
                    ("\(alarm)".snakeCase, report.alarms.contains(alarm) ? 1 : 0)
                }),
            MetricFamily(
                "hokmd_policy_loads_total", .counter, "Policy files that were looked at.",
                by: "outcome",
                [("loaded", Double(loads)), ("refused", Double(refusals))]),
        ]
            + totals.map { name, help, count in
                MetricFamily("hokmd_scaler_\(name)_total", .counter, help, Double(count))
            }
    }

    private func age(_ since: Moment, _ now: Moment) -> Int {
        max(0, Int((now - since) / .seconds(1)))
    }
}

extension DecisionReport {
    init(_ decision: Policy.Decision, at now: Moment) {
        let change = decision.target - decision.current
        let largest = decision.outcome.proposals.map(\.wish).max()
        let winner = decision.outcome.proposals.first { $0.wish == largest && $0.source != .stay }
        self.init(
            at: RFC3339.text(decision.time),
            ageSeconds: max(0, Int((now - decision.time) / .seconds(1))),
            action: change == 0 ? "none" : change > 0 ? "add" : "remove", count: abs(change),
            rule: winner?.source.name, reason: decision.line, figures: Self.figures(of: decision))
    }

    /// Those that are known, as sums or as the largest, whichever people ask for first.
    private static func figures(of decision: Policy.Decision) -> [Figure] {
        let figures = decision.input.figures
        var list = [
            Figure("instances", Double(figures.ready)),
            Figure("starting", Double(figures.starting)),
        ]
        for figure in Policy.Figure.allCases {
            let isLevel = figure.kind == .share || figure.kind == .time
            if let value = figures[figure].value(isLevel ? .largest : .sum) {
                list.append(Figure(figure.name, value))
            }
        }
        return list
    }
}

extension Proposal.Source {
    /// The rule or the part of the policy that spoke.
    fileprivate var name: String? {
        switch self {
        case .rule(let name, _): name
        case .target(let metric): metric
        case .buffer: "buffer"
        case .forecastOut, .forecastIn: "forecast"
        case .fixed: "fixed"
        case .notYet(let rule), .disagrees(let rule): rule
        case .stay: nil
        }
    }
}

extension ScalerAlarm {
    fileprivate var severity: Admin.Alarm.Severity {
        switch self {
        case .launchesFail, .provisionerSilent, .auditFails: .critical
        case .terminationsFail, .drainSlow, .badRelease, .foreignInstances: .warning
        }
    }
}

extension RFC3339 {
    fileprivate static func text(_ moment: Moment) -> String {
        text(nanoseconds: moment.milliseconds * 1_000_000)
    }
}

extension String {
    /// `launchesFail` as `launches_fail`.
    fileprivate var snakeCase: String {
        reduce(into: "") { name, letter in
            name += letter.isUppercase ? "_" + letter.lowercased() : String(letter)
        }
    }
}
