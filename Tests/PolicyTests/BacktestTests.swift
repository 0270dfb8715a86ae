import Testing

@testable import Policy

@Suite struct BacktestTests {
    /// Five days between 300 and 1,900 players, a sample each five minutes.
    private static let days: Trace = {
        let samples = (0..<5 * 288).map { index in
            let hour = Double(index % 288) / 12
            let part = 1 - abs(hour - 12) / 12
            return Trace.Sample(
                at: monday + .seconds(300 * index), value: 300 + 1600 * part * part * (3 - 2 * part)
            )
        }
        return Trace(samples: samples)
    }()

    private func backtest(_ name: String) throws -> Backtest {
        var test = Backtest(policy: try shipped(name))
        test.step = .seconds(60)
        return test
    }

    @Test func `a trace is read in any of its spellings`() throws {
        let text =
            "timestamp,value\n2021-01-04 17:25:22,96150\r\n2021-01-04T17:30:03Z,5.5,x\n1609867803,0\n"
        let trace = try Trace(csv: Array(text.utf8))
        #expect(trace.samples.map(\.value) == [96_150, 5.5, 0])
        #expect(trace.samples[0].at == Moment(text: "2021-01-04T17:25:22Z"))
        #expect(trace.scaled(toPeak: 2100).peak == 2100)
    }

    @Test(arguments: [
        ("", "1: fewer than two"), ("time,value\n1,2\n", "3: fewer than two"),
        ("1,2\n1,3\n", "2: not later"), ("1,2\n2\n", "2: no 'time,value'"),
        ("1,2\nyesterday,3\n", "2: no time"), ("1,2\n2,nan\n", "2: no number"),
        ("1,2\n2,-1\n", "2: no number"), ("1,2\n99999999999999999999,1\n", "2: no time"),
    ])
    func `a bad trace is refused with its line`(text: String, reason: String) {
        do throws(Trace.Fault) {
            _ = try Trace(csv: Array(text.utf8))
            Issue.record("\(text) was taken")
        } catch { #expect(error.description.contains(reason), "\(error)") }
    }

    @Test func `the clairvoyant launches exactly in time`() {
        let limits = InstanceLimits(min: 1, max: 3, maxUp: 1, maxDown: 1)
        let paid = Clairvoyant.instances(
            load: [10, 10, 10, 10, 250, 10, 10, 990], capacity: 100, limits: limits, startTicks: 2)
        #expect(paid == [1, 1, 3, 3, 3, 3, 3, 3])
        let sudden = Clairvoyant.instances(
            load: [10, 10, 150, 10, 10], capacity: 100, limits: limits, startTicks: 0)
        #expect(sudden == [1, 1, 2, 1, 1])
    }

    @Test func `a policy that always has the maximum is never short and pays for it`() throws {
        let policy = try read(file("  flat: {fixed: 14}", active: "flat"))
        let result = Backtest(policy: policy).run(Self.days)
        #expect(result.minutesShort == 0 && result.actions < 8)
        #expect(result.overShare > 0.4 && abs(result.days - 5) < 0.01)
    }

    @Test func `the forecast needs fewer instances than the buffer and is not short`() throws {
        var test = try backtest("buffer")
        test.step = .seconds(30)
        test.warmUp = .seconds(2 * 86_400)
        let buffer = test.run(Self.days)
        test.policy.active = "predictive"
        let predictive = test.run(Self.days)
        #expect(predictive.minutesShort <= 0.5)
        #expect(predictive.overShare < 0.12 && predictive.overShare < buffer.overShare * 0.7)
        #expect(predictive.directionChangesPerDay <= 1)
    }

    @Test func `the same seed makes the same result, and another another`() throws {
        var test = try backtest("buffer")
        let one = test.run(Self.days)
        #expect(one == test.run(Self.days))
        test.noiseSeed = 2
        #expect(one != test.run(Self.days))
    }

    @Test func `sessions scatter as single players do`() {
        var noise = SessionNoise(step: .seconds(15), seed: 1)
        var (sum, squares) = (0.0, 0.0)
        for _ in 0..<100_000 {
            let players = noise.players(mean: 400) - 400
            sum += players
            squares += players * players
        }
        #expect(abs(sum / 100_000) < 6)
        #expect(abs((squares / 100_000).squareRoot() - 20) < 2)
    }

    @Test func `a picture shows load, room and decisions`() throws {
        var plot = Plot(title: "a <b> & c", from: Self.days.start, to: Self.days.end)
        _ = try backtest("buffer").run(Self.days) { plot.add($0) }
        let svg = plot.svg
        #expect(svg.hasPrefix("<svg") && svg.hasSuffix("</svg>\n"))
        #expect(svg.contains("a &lt;b&gt; &amp; c") && svg.contains("clairvoyant"))
    }

    @Test func `a table has a row for each policy in columns of one width`() throws {
        var table = BacktestTable()
        for name in ["buffer", "target"] {
            table.add(name, try backtest(name).run(Self.days))
        }
        let lines = table.text.split(separator: "\n")
        #expect(lines.count == 3 && Set(lines.map(\.count)).count == 1)
    }
}
