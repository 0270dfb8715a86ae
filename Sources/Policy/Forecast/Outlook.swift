/// What the models say about the largest demand within one horizon, and how right they were.
///
/// At each minute's end every model says by how much the largest demand of the next minutes will
/// exceed the present one. When those minutes are over, its error is known. Errors are divided by
/// level^¾ before they are kept: between the √level of independent players, which is right at low
/// traffic, and the level itself, which is right where all move together.
struct Outlook: Equatable, Sendable {
    private(set) var minutes: Int
    private let models: [ForecastModel]
    private let quantile: Double
    /// By model.
    private(set) var rises: [Double]
    private var errors: [ErrorHistogram]
    private var losses: [Double]
    /// Demand at the end of the last minute. What errors are multiplied by comes from here and not
    /// from the present demand, so that more demand always means more.
    private var level = 0.0
    /// The chosen model's index.
    private(set) var chosen = 0
    /// Demand at the end of the minutes that are still judged, and what each model then said.
    private var pending: [Pending] = []
    private var pendingStart = 0

    private struct Pending: Equatable, Sendable {
        let minute: Int64
        let level: Double
        var largest: Double
        var rises: [Double]
    }

    /// A day ago counts half when the models are compared.
    private static let lossDecay = 1 - 0.693_147_180_559_945 / 1440
    /// Another model must be so much better, so that the choice does not flicker.
    private static let advantage = 0.97
    /// Below so many players errors are divided as if there were so many.
    private static let levelMin = 10.0

    init(minutes: Int, models: [ForecastModel], quantile: Double) {
        self.minutes = minutes
        self.models = models
        self.quantile = quantile
        rises = Array(repeating: 0, count: models.count)
        errors = Array(repeating: ErrorHistogram(), count: models.count)
        losses = Array(repeating: 0, count: models.count)
    }

    /// Looks further or less far from now on. The errors learned so far stand until new ones come.
    mutating func look(minutes: Int) {
        guard minutes != self.minutes else { return }
        self.minutes = minutes
        pending.removeAll()
        pendingStart = 0
    }

    var model: ForecastModel { models[chosen] }

    /// The mean size of the chosen model's error, as a share of the level.
    var meanError: Double {
        let level = max(level, Self.levelMin)
        return errors[chosen].meanSize * Self.scale(level) / level
    }

    /// The demand that stays unexceeded in `quantile` of all cases.
    func demand(from present: Double) -> Double {
        let error = errors[chosen].quantile(quantile)
        return present + rises[chosen] + error * Self.scale(level)
    }

    /// A minute is over: judges what was said about it, and says what comes.
    mutating func close(
        minute: Int64, level: Double, largest: Double, history: MinuteHistory, winters: HoltWinters
    ) {
        judge(minute: minute, largest: largest)
        self.level = level
        for index in models.indices {
            rises[index] = rise(models[index], minute: minute, level: level, history, winters)
        }
        pending.append(
            Pending(minute: minute, level: level, largest: 0, rises: rises))
    }

    private mutating func judge(minute: Int64, largest: Double) {
        for index in pendingStart..<pending.count {
            pending[index].largest = max(pending[index].largest, largest)
        }
        while pendingStart < pending.count,
            pending[pendingStart].minute + Int64(minutes) <= minute
        {
            learn(pending[pendingStart])
            pendingStart += 1
        }
        // Removing from the front in bulk keeps it cheap.
        if pendingStart > 64 {
            pending.removeFirst(pendingStart)
            pendingStart = 0
        }
    }

    private mutating func learn(_ past: Pending) {
        let scale = Self.scale(past.level)
        for index in models.indices {
            let error = (past.largest - past.level - past.rises[index]) / scale
            // Pinball loss: too little costs q, too much 1 − q.
            let miss = error - errors[index].quantile(quantile)
            let loss = miss > 0 ? quantile * miss : (quantile - 1) * miss
            losses[index] = losses[index] * Self.lossDecay + loss
            errors[index].add(error)
        }
        for index in models.indices where losses[index] < losses[chosen] * Self.advantage {
            chosen = index
        }
    }

    private static func scale(_ level: Double) -> Double {
        let root = max(level, levelMin).squareRoot()
        return root * root.squareRoot()
    }

    private func rise(
        _ model: ForecastModel, minute: Int64, level: Double, _ history: MinuteHistory,
        _ winters: HoltWinters
    ) -> Double {
        switch model {
        case .persist: return 0
        case .trend: return max(0, (history.slope ?? 0) * Double(minutes))
        case .holtWinters:
            return steps.reduce(0) { max($0, winters.rise(from: minute, to: minute + $1)) }
        case .daily: return seasonal(1440, cycles: 7, minute: minute, level: level, history)
        case .weekly: return seasonal(10_080, cycles: 4, minute: minute, level: level, history)
        }
    }

    /// The minutes ahead at which a season is read: it is smooth, so not each.
    private var steps: [Int64] {
        let steps = min(minutes, 4)
        return (1...steps).map { Int64(minutes * $0 / steps) }
    }

    /// The mean of how it rose at this time in the last cycles.
    private func seasonal(
        _ cycle: Int64, cycles: Int64, minute: Int64, level: Double, _ history: MinuteHistory
    ) -> Double {
        var largest = 0.0
        for step in steps {
            var (sum, count) = (0.0, 0.0)
            for back in 1...cycles {
                let then = minute - cycle * back
                guard let before = history.value(around: then),
                    let after = history.value(around: then + step)
                else { continue }
                // A bigger day rises more; but never more than twice.
                let ratio = before > Self.levelMin ? min(max(level / before, 0.5), 2) : 1
                sum += (after - before) * ratio
                count += 1
            }
            if count > 0 { largest = max(largest, sum / count) }
        }
        return largest
    }
}
