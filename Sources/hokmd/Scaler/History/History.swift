package import Policy

/// The figures of late: of each second for an hour, and each minute's means for whoever keeps them.
package struct History: Equatable, Sendable {
    package struct Second: Equatable, Sendable {
        package let at: Moment
        package let figures: Figures
    }

    /// The oldest first.
    package var seconds: ArraySlice<Second> { kept[first...] }
    private var kept: [Second] = []
    /// What lies before is forgotten, and cleared away now and then.
    private var first = 0
    private var open: OpenMinute?

    static let span = Duration.seconds(3600)
    static let secondsMax = 3600

    package init() {}

    /// - Returns: the minute that has ended.
    mutating func observe(_ figures: Figures, at moment: Moment) -> MinuteRecord? {
        // After a clock was put back: what is to come is not known yet.
        while let last = kept.last, kept.count > first, last.at >= moment { kept.removeLast() }
        kept.append(Second(at: moment, figures: figures))
        while kept.count - first > Self.secondsMax || moment - kept[first].at > Self.span {
            first += 1
        }
        if first > Self.secondsMax / 4 {
            kept.removeFirst(first)
            first = 0
        }
        let minute = moment.minute
        var ended: MinuteRecord?
        if let open, open.minute != minute {
            ended = open.record
            self.open = nil
        }
        open = open ?? OpenMinute(minute: minute)
        open?.add(figures)
        return ended
    }
}

/// A minute that goes on: sums, to be divided.
private struct OpenMinute: Equatable, Sendable {
    let minute: Int64
    private var count = 0.0
    private var ready = 0.0
    private var starting = 0.0
    private var startTime: Duration?
    private var parts = [Part](repeating: Part(), count: Figure.allCases.count)

    private struct Part: Equatable, Sendable {
        /// Seconds in which somebody spoke.
        var spoken = 0.0
        var (fresh, expected, sum, smallest, largest, p95) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)

        static func == (one: Part, other: Part) -> Bool {
            one.spoken == other.spoken && one.fresh == other.fresh
                && one.expected == other.expected && one.sum == other.sum
                && one.smallest == other.smallest && one.largest == other.largest
                && one.p95 == other.p95
        }
    }

    init(minute: Int64) {
        self.minute = minute
    }

    mutating func add(_ figures: Figures) {
        count += 1
        ready += Double(figures.ready)
        starting += Double(figures.starting)
        startTime = figures.startTime
        for figure in Figure.allCases {
            let (index, summary) = (Int(figure.rawValue), figures[figure])
            parts[index].expected += Double(summary.expected)
            guard summary.fresh > 0 else { continue }
            parts[index].spoken += 1
            parts[index].fresh += Double(summary.fresh)
            parts[index].sum += summary.sum
            parts[index].smallest += summary.smallest
            parts[index].largest += summary.largest
            parts[index].p95 += summary.p95
        }
    }

    var record: MinuteRecord {
        var figures = Figures(
            ready: Int((ready / count).rounded()), starting: Int((starting / count).rounded()),
            startTime: startTime)
        for figure in Figure.allCases {
            let part = parts[Int(figure.rawValue)]
            let expected = max(Int((part.expected / count).rounded()), 1)
            guard part.spoken > 0 else {
                figures[figure].expected = expected
                continue
            }
            let fresh = max(Int((part.fresh / part.spoken).rounded()), 1)
            figures[figure] = FigureSummary(
                fresh: fresh, expected: max(expected, fresh), sum: part.sum / part.spoken,
                smallest: part.smallest / part.spoken, largest: part.largest / part.spoken,
                p95: part.p95 / part.spoken)
        }
        return MinuteRecord(minute: minute, figures: figures)
    }
}

extension Moment {
    /// Since 1970, rounded down.
    var minute: Int64 {
        let (quotient, rest) = seconds.quotientAndRemainder(dividingBy: 60)
        return rest < 0 ? quotient - 1 : quotient
    }
}
