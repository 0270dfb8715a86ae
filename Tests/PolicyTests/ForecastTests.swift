import Random
import Testing

@testable import Policy

@Suite struct ForecastTests {
    private func predictive() throws -> Predictive {
        guard
            case .predictive(let predictive)? = try shipped().policies.first(where: {
                $0.name == "predictive"
            })?.body
        else { throw Missing() }
        return predictive
    }
    private struct Missing: Error {}

    /// A day like a tent: up from 6 to 18 o'clock, then down, between 300 and 1,740 players.
    private static func tent(_ minute: Int) -> Double {
        let hour = Double(minute % 1440) / 60
        return 300 + 1440 * (1 - abs(hour - 18) / 12).magnitude
    }

    private func fed(days: Int, _ load: (Int) -> Double) throws -> Forecaster {
        var forecaster = Forecaster(try predictive())
        forecaster.look(out: 600, in: 900)
        for minute in 0..<days * 1440 {
            forecaster.observe(load(minute), at: monday + .seconds(60 * minute))
        }
        return forecaster
    }

    @Test func `it is silent until there is enough history`() throws {
        #expect(try fed(days: 1) { _ in 500 }.forecast(from: 500).silence == .shortHistory)
        var two = try fed(days: 2) { _ in 500 }
        #expect(two.forecast(from: 500).silence == nil)
        two.observe(500, at: monday)
        #expect(two.forecast(from: 500).silence == nil)
    }

    @Test func `it is silent while its own errors are large`() throws {
        var generator = SplitMix64(seed: 1)
        let wild = try fed(days: 3) { _ in Double.random(in: 0...2000, using: &generator) }
        #expect(wild.forecast(from: 500).silence == .errors)
    }

    @Test func `what stays the same is expected to`() throws {
        let forecast = try fed(days: 3) { _ in 800 }.forecast(from: 800)
        #expect(abs(forecast.demandOut - 800) < 5 && abs(forecast.demandIn - 800) < 5)
    }

    @Test func `a season is learned, and what rises at this time is expected to rise`() throws {
        let forecaster = try fed(days: 8) { Self.tent($0) }
        // Midnight: half way down, so it falls.
        let forecast = forecaster.forecast(from: Self.tent(0))
        #expect(forecast.demandOut < Self.tent(0) * 1.05)
        let noon = try fed(days: 9) { Self.tent($0 + 720) }
        // Shifted by half a day: midnight is noon, and it rises by two a minute.
        let rising = noon.forecast(from: Self.tent(720))
        #expect(rising.demandOut > Self.tent(720) + 15, "\(rising)")
        #expect(rising.demandOut < Self.tent(720) + 80, "\(rising)")
    }

    @Test func `a forecast is bounded whatever the errors`() throws {
        var forecaster = Forecaster(try predictive())
        for minute in 0..<4000 {
            forecaster.observe(minute % 97 == 0 ? 100_000 : 10, at: monday + .seconds(60 * minute))
        }
        #expect(forecaster.forecast(from: 10).demandOut <= 10 * 1.6 + 60)
    }

    @Test func `a gap is unknown and not zero`() throws {
        var forecaster = try fed(days: 8) { Self.tent($0) }
        forecaster.observe(900, at: monday + .seconds(60 * (8 * 1440 + 300)))
        let forecast = forecaster.forecast(from: 900)
        #expect(forecast.silence == nil && forecast.demandOut >= 900 && forecast.demandOut < 1100)
    }

    @Test func `seasons also turn before 1970`() throws {
        var forecaster = Forecaster(try predictive())
        for minute in -3000...3000 {
            forecaster.observe(500, at: Moment(seconds: Int64(60 * minute)))
        }
        #expect(abs(forecaster.forecast(from: 500).demandOut - 500) < 5)
    }

    @Test func `a quantile of errors is where it belongs`() {
        var histogram = ErrorHistogram()
        #expect(histogram.quantile(0.99) == 0)
        for value in 1...1000 { histogram.add(Double(value) / 100) }
        #expect(abs(histogram.quantile(0.5) - 5) < 0.3)
        #expect(abs(histogram.quantile(0.99) - 9.9) < 0.4)
        #expect(abs(histogram.meanSize - 5) < 0.1)
        histogram.add(-1e9)
        histogram.add(1e9)
        #expect(histogram.quantile(0.5).isFinite)
    }
}
