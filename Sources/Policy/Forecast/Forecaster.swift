/// Looks ahead at one figure. It is fed each sample, keeps weeks of minutes, and says how large the
/// demand can become before an instance that is launched now is ready (out), and before one that
/// goes now is missed (in).
package struct Forecaster: Equatable, Sendable {
    private var history: MinuteHistory
    private var winters = HoltWinters()
    private var out: Outlook
    private var into: Outlook
    private var speaksAfterMinutes: Int64
    private var errorMax: Double
    /// The minute that is being filled.
    private var open: Open?

    private struct Open: Equatable, Sendable {
        let minute: Int64
        var sum = 0.0
        var count = 0.0
        var last = 0.0
        var largest = 0.0

        mutating func add(_ value: Double) {
            sum += value
            count += 1
            last = value
            largest = max(largest, value)
        }
    }

    /// A forecast is never above this many times the present demand, plus a little: a series
    /// without a season has errors of every size, and must not be paid for by idle instances.
    private static let factorMax = 1.6
    private static let growthMin = 60.0

    init(_ predictive: Predictive) {
        history = MinuteHistory(minutes: Int(predictive.history.wholeMilliseconds / 60_000) + 30)
        out = Outlook(minutes: 2, models: predictive.models, quantile: predictive.quantile)
        into = Outlook(minutes: 15, models: predictive.models, quantile: predictive.quantileIn)
        speaksAfterMinutes = predictive.speaksAfter.wholeMilliseconds / 60_000
        errorMax = predictive.errorMax
    }

    /// - Parameters:
    ///   - lead: how far to look, out and in; rounded up to minutes.
    mutating func look(out outSeconds: Double, in inSeconds: Double) {
        out.look(minutes: Self.minutes(outSeconds))
        into.look(minutes: Self.minutes(inSeconds))
    }

    private static func minutes(_ seconds: Double) -> Int {
        Int(min(max((seconds / 60).rounded(.up), 1), 1440))
    }

    mutating func observe(_ value: Double, at moment: Moment) {
        let minute = floorDivide(moment.milliseconds, 60_000)
        if let open, open.minute < minute { close(open) }
        // A clock that was put back: what is known is known.
        if let last = history.last, minute <= last { return }
        var current = open ?? Open(minute: minute)
        // A clock that was put back within the minute that is open: it goes on.
        current.add(value)
        open = current
    }

    private mutating func close(_ minute: Open) {
        let mean = minute.sum / minute.count
        history.append(mean, minute: minute.minute)
        winters.append(mean, minute: minute.minute)
        out.close(
            minute: minute.minute, level: minute.last, largest: minute.largest, history: history,
            winters: winters)
        into.close(
            minute: minute.minute, level: minute.last, largest: minute.largest, history: history,
            winters: winters)
        open = nil
    }

    /// Takes what a changed file says about when to speak.
    mutating func adopt(_ predictive: Predictive) {
        speaksAfterMinutes = predictive.speaksAfter.wholeMilliseconds / 60_000
        errorMax = predictive.errorMax
    }

    /// What it says now, with the figure's present value.
    func forecast(from level: Double) -> Forecast {
        let most = level * Self.factorMax + Self.growthMin
        let error = max(out.meanError, into.meanError)
        let silence: Forecast.Silence? =
            history.span < speaksAfterMinutes ? .shortHistory : error > errorMax ? .errors : nil
        return Forecast(
            level: level, demandOut: min(max(out.demand(from: level), level), most),
            demandIn: min(max(into.demand(from: level), level), most), modelOut: out.model,
            modelIn: into.model, error: error, silence: silence)
    }
}

/// What a forecaster said: a decision's evidence.
package struct Forecast: Equatable, Sendable {
    package enum Silence: String, Sendable {
        case shortHistory = "too little history"
        case errors = "its own errors are too large"
    }

    package var level: Double
    package var demandOut: Double
    package var demandIn: Double
    package var modelOut: ForecastModel
    package var modelIn: ForecastModel
    /// The mean size of its errors, as a share of the level.
    package var error: Double
    /// Why it does not speak; nil: it does.
    package var silence: Silence?
}
