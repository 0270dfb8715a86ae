/// The last weeks of one figure, a value a minute, in a ring. Minutes without a word are unknown,
/// which is not zero.
struct MinuteHistory: Equatable, Sendable {
    /// Mean of the five minutes up to and with each; what seasons are read from, since a minute's
    /// own noise is not seasonal.
    private var smooth: [Float]
    /// The minute that was closed last, since 1970.
    private(set) var last: Int64?
    /// Minutes since the first that is known.
    private(set) var span: Int64 = 0
    /// The means of the last minutes, the latest last.
    private var recent: [Double] = []

    static let smoothMinutes = 5
    /// As many as the trend looks at.
    static let recentMax = 10

    init(minutes: Int) {
        smooth = Array(repeating: .nan, count: max(minutes, 60))
    }

    /// Closes a minute; those between it and the last one stay unknown.
    mutating func append(_ mean: Double, minute: Int64) {
        if let last {
            precondition(minute > last, "minutes close in order")
            let skipped = min(minute - last - 1, Int64(smooth.count))
            for offset in 0..<skipped { smooth[slot(minute - 1 - offset)] = .nan }
            if skipped > 0 { recent.removeAll(keepingCapacity: true) }
            span += minute - last
        }
        if recent.count == Self.recentMax { recent.removeFirst() }
        recent.append(mean)
        let window = recent.suffix(Self.smoothMinutes)
        smooth[slot(minute)] = Float(window.reduce(0, +) / Double(window.count))
        last = minute
    }

    /// The smoothed value around a minute; nil where it is not known.
    func value(around minute: Int64) -> Double? {
        guard let last else { return nil }
        // The mean looks back, so that of two minutes later is centred.
        let place = min(minute + Int64(Self.smoothMinutes / 2), last)
        guard place > last - Int64(smooth.count) else { return nil }
        let value = smooth[slot(place)]
        return value.isNaN ? nil : Double(value)
    }

    /// Change a minute over the last ten: the later half against the earlier.
    var slope: Double? {
        guard recent.count == Self.recentMax else { return nil }
        let half = Self.recentMax / 2
        let earlier = recent[..<half].reduce(0, +)
        let later = recent[half...].reduce(0, +)
        return (later - earlier) / Double(half * half)
    }

    private func slot(_ minute: Int64) -> Int {
        Int(minute - floorDivide(minute, Int64(smooth.count)) * Int64(smooth.count))
    }
}
