import Policy

/// Every policy on every trace, as the page about scaling shows it.
struct ScalingTable {
    let policy: ScalingPolicy
    let folder: String

    private static let peak = 2100.0
    private static let warmUp = Duration.seconds(14 * 86_400)
    private static let seeds: [UInt64] = [1, 2, 3]
    private static let policies = ["thresholds", "target", "buffer", "predictive"]
    private static let runs = [
        Run("osrs_players_5min_2021", "osrs", 45), Run("osrs_players_5min_2021", "osrs", 300),
        Run("worldcup98_requests_1min", "worldcup98", 45), Run("nyc_taxi_30min", "nyc_taxi", 45),
        Run("nab_twitter_aapl_5min", "nab_twitter", 45),
        Run("nab_elb_requests_5min", "nab_elb", 45),
    ]
    private static let marks = ("<!-- table begins -->\n", "<!-- table ends -->\n")

    private struct Run {
        let file: String
        let name: String
        let startSeconds: Int

        init(_ file: String, _ name: String, _ startSeconds: Int) {
            (self.file, self.name, self.startSeconds) = (file, name, startSeconds)
        }
    }

    var text: String {
        var lines = [
            "| trace | start | policy | days | minutes short | in 40 days | over | actions a day "
                + "| direction changes a day |",
            "|---|---|---|---|---|---|---|---|---|",
        ]
        for run in Self.runs {
            guard let bytes = readFile("\(folder)/\(run.file).csv"),
                let trace = try? Trace(csv: bytes)
            else {
                print("\(folder)/\(run.file).csv cannot be read")
                continue
            }
            let scaled = trace.scaled(toPeak: Self.peak)
            let isLong = trace.end - trace.start > Self.warmUp + Self.warmUp
            for name in Self.policies {
                lines.append(row(run, name, scaled, warmUp: .zero))
                if name == "predictive", isLong {
                    lines.append(row(run, name, scaled, warmUp: Self.warmUp))
                }
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func row(_ run: Run, _ name: String, _ trace: Trace, warmUp: Duration) -> String {
        var policy = policy
        policy.active = name
        var test = Backtest(policy: policy, startTime: .seconds(run.startSeconds))
        test.warmUp = warmUp
        let results = Self.seeds.map { seed in
            test.noiseSeed = seed
            return test.run(trace)
        }
        func mean(_ value: (BacktestResult) -> Double) -> Double {
            results.map(value).reduce(0, +) / Double(results.count)
        }
        let short = results.map(\.minutesShort)
        let least = fixed(short.min() ?? 0, 2)
        let most = fixed(short.max() ?? 0, 2)
        let cells = [
            run.name, "\(run.startSeconds) s", name + (warmUp == .zero ? "" : ", after 14 days"),
            fixed(mean(\.days), 0), least == most ? least : "\(least)–\(most)",
            fixed(mean { $0.minutesShort / $0.days * 40 }, 2),
            "\(fixed(mean(\.overShare) * 100, 1)) %", fixed(mean(\.actionsPerDay), 1),
            fixed(mean(\.directionChangesPerDay), 2),
        ]
        return "| \(cells.joined(separator: " | ")) |"
    }

    static func replace(in document: String, with table: String) -> String? {
        let before = document.split(
            separator: marks.0, maxSplits: 1, omittingEmptySubsequences: false)
        guard before.count == 2 else { return nil }
        let after = before[1].split(
            separator: marks.1, maxSplits: 1, omittingEmptySubsequences: false)
        guard after.count == 2 else { return nil }
        return "\(before[0])\(marks.0)\(table)\(marks.1)\(after[1])"
    }
}
