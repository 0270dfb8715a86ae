/// Holt–Winters' exponential smoothing with two seasons (J. W. Taylor, "Short-term electricity
/// demand forecasting using double seasonal exponential smoothing", 2003), additive, since at low
/// traffic multiplied seasons explode:
///
///     level  ← α (y − D − W) + (1 − α) level
///     D      ← δ (y − level − W) + (1 − δ) D      at this time of day
///     W      ← ω (y − level − D) + (1 − ω) W      at this time of the week
///
/// y is the mean of a bucket of five minutes. There is no trend: over minutes it is the level's
/// job, and a trend that is wrong at night is wrong by the morning.
struct HoltWinters: Equatable, Sendable {
    static let bucketMinutes: Int64 = 5
    private static let dayBuckets = 288
    private static let weekBuckets = 2016
    private static let alpha = 0.2
    private static let delta = 0.2
    private static let omega = 0.3

    private var level: Double?
    private var day = [Double](repeating: 0, count: dayBuckets)
    private var week = [Double](repeating: 0, count: weekBuckets)
    private var bucket: Int64?
    private var sum = 0.0
    private var count = 0

    mutating func append(_ value: Double, minute: Int64) {
        let next = floorDivide(minute, Self.bucketMinutes)
        if let bucket, bucket != next {
            close(bucket, mean: sum / Double(count))
            (sum, count) = (0, 0)
        }
        bucket = next
        sum += value
        count += 1
    }

    /// By how much it rises from one minute to a later one.
    func rise(from minute: Int64, to later: Int64) -> Double {
        season(later) - season(minute)
    }

    /// Between the middles of the buckets, as the crow flies.
    private func season(_ minute: Int64) -> Double {
        let shifted = minute - Self.bucketMinutes / 2
        let bucket = floorDivide(shifted, Self.bucketMinutes)
        let part = Double(shifted - bucket * Self.bucketMinutes) / Double(Self.bucketMinutes)
        return at(bucket) * (1 - part) + at(bucket + 1) * part
    }

    private func at(_ bucket: Int64) -> Double {
        day[Self.place(bucket, in: Self.dayBuckets)]
            + week[Self.place(bucket, in: Self.weekBuckets)]
    }

    /// Where in a season a bucket is; also before 1970.
    private static func place(_ bucket: Int64, in season: Int) -> Int {
        Int(bucket - floorDivide(bucket, Int64(season)) * Int64(season))
    }

    private mutating func close(_ bucket: Int64, mean: Double) {
        let dayIndex = Self.place(bucket, in: Self.dayBuckets)
        let weekIndex = Self.place(bucket, in: Self.weekBuckets)
        guard let old = level else {
            level = mean
            return
        }
        let (daily, weekly) = (day[dayIndex], week[weekIndex])
        let new = Self.alpha * (mean - daily - weekly) + (1 - Self.alpha) * old
        level = new
        day[dayIndex] = Self.delta * (mean - new - weekly) + (1 - Self.delta) * daily
        week[weekIndex] = Self.omega * (mean - new - daily) + (1 - Self.omega) * weekly
    }
}
