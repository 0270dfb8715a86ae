/// How wrong a model was, as a histogram that forgets: what was a fortnight ago counts half.
struct ErrorHistogram: Equatable, Sendable {
    /// Bins are even in the root of the error: fine around zero, and the largest that matter still
    /// have one. (Roots are exact on every machine; logarithms are not.)
    private static let binCount = 256
    private static let binWidth = 0.06
    private static let half = Double(binCount / 2)
    /// 1,440 errors a day.
    private static let growth = 1 + 0.693_147_180_559_945 / (14 * 1440)

    private var bins = [Float](repeating: 0, count: binCount)
    /// The weight of the next error. It grows, which is the same as that all others shrink.
    private var weight = 1.0
    private var total = 0.0
    /// Weighted mean of the sizes.
    private var sizes = 0.0

    mutating func add(_ error: Double) {
        bins[Self.bin(error)] += Float(weight)
        total += weight
        sizes += weight * abs(error)
        weight *= Self.growth
        guard weight > 1e6 else { return }
        for index in bins.indices { bins[index] /= 1e6 }
        (weight, total, sizes) = (weight / 1e6, total / 1e6, sizes / 1e6)
    }

    var isEmpty: Bool { total == 0 }

    var meanSize: Double { total == 0 ? 0 : sizes / total }

    /// The error that this share of all stays under. 0 without any.
    func quantile(_ share: Double) -> Double {
        guard total > 0 else { return 0 }
        var above = total * (1 - share)
        var index = bins.count - 1
        // The tail is short, so begin there.
        while index > 0, above >= Double(bins[index]) {
            above -= Double(bins[index])
            index -= 1
        }
        let part = bins[index] > 0 ? 1 - above / Double(bins[index]) : 1
        return Self.value(Double(index) + part)
    }

    private static func bin(_ error: Double) -> Int {
        let root = abs(error).squareRoot()
        let place = (error < 0 ? -root : root) / binWidth + half
        return min(max(Int(place), 0), binCount - 1)
    }

    private static func value(_ place: Double) -> Double {
        let root = (place - half) * binWidth
        return root * abs(root)
    }
}
