import Policy

/// How long the engine takes, against what it may.
struct Timings {
    let policy: ScalingPolicy

    func report() {
        print("a year of 15 s ticks: \(year()) (may take 10 s)")
        let (mean, slowest) = decision()
        print("a decision at 200 servers, 28 days of history: \(mean), slowest \(slowest) (5 ms)")
    }

    private func year() -> Duration {
        let samples = (0...365 * 24).map { hour -> Trace.Sample in
            let seconds = 1_800_000_000 + Int64(hour) * 3600
            let players = 1200 + 70 * (12 - abs(hour % 24 - 12))
            return Trace.Sample(at: Moment(seconds: seconds), value: Double(players))
        }
        let trace = Trace(samples: samples)
        return ContinuousClock().measure { _ = Backtest(policy: policy).run(trace) }
    }

    /// With the sums over what 200 servers say.
    private func decision() -> (mean: Duration, slowest: Duration) {
        var policy = policy
        policy.limits.max = 400
        var engine = PolicyEngine(policy)
        var now = Moment(seconds: 1_800_000_000)
        let names = (0..<200).map { "server-\($0)" }
        for minute in 0..<28 * 1440 {
            var figures = Figures(ready: 200)
            figures[.players] = .even(100 + Double(minute % 1440) / 50, servers: 200)
            engine.learn(figures: figures, at: now)
            now = now + .seconds(60)
        }
        var collector = FigureCollector()
        var (total, slowest, count) = (Duration.zero, Duration.zero, 0)
        for tick in 0..<240 {
            now = now + .seconds(15)
            for (index, name) in names.enumerated() {
                let players = 100 + Double((index * 7 + tick) % 40)
                collector.receive(
                    [
                        .players: players, .cpu: players / 200, .memory: 0.5, .rooms: players / 4,
                        .queueLength: 0, .errors: 1, .requests: players * Double(tick),
                        .roomsCreated: Double(tick),
                    ],
                    from: name, at: now)
            }
            let time = ContinuousClock().measure {
                let figures = collector.figures(
                    serving: names, starting: 0, startTime: nil, at: now,
                    staleAfter: policy.guards.missing.staleAfter)
                _ = engine.decide(figures: figures, at: now)
            }
            (total, slowest, count) = (total + time, max(slowest, time), count + 1)
        }
        return (total / count, slowest)
    }
}
