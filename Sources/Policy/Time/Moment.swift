/// A point in the world's time: milliseconds since 1970-01-01 UTC, leap seconds not counted. The
/// scaler needs the world's, since schedules and seasons are people's.
package struct Moment: Hashable, Comparable, Sendable {
    package var milliseconds: Int64

    package init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    package init(seconds: Int64) {
        milliseconds = seconds * 1000
    }

    /// Whole seconds, rounded down.
    package var seconds: Int64 { floorDivide(milliseconds, 1000) }

    package static func < (one: Moment, other: Moment) -> Bool {
        one.milliseconds < other.milliseconds
    }

    package static func - (later: Moment, earlier: Moment) -> Duration {
        .milliseconds(later.milliseconds - earlier.milliseconds)
    }

    package static func + (moment: Moment, span: Duration) -> Moment {
        Moment(milliseconds: moment.milliseconds + span.wholeMilliseconds)
    }

    package static func - (moment: Moment, span: Duration) -> Moment {
        Moment(milliseconds: moment.milliseconds - span.wholeMilliseconds)
    }
}

extension Duration {
    package var wholeMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1000 + attoseconds / 1_000_000_000_000_000
    }

    package var inSeconds: Double { Double(wholeMilliseconds) / 1000 }
}

/// Division that rounds down, as calendars need it before 1970.
func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
    let (quotient, rest) = value.quotientAndRemainder(dividingBy: divisor)
    return rest < 0 ? quotient - 1 : quotient
}
