/// Times as text, in UTC, to the millisecond (RFC 3339).
package enum RFC3339 {
    /// Nanoseconds since 1970 as `2026-11-24T08:30:00.250Z`. The date comes from the days since 1970
    /// in the proleptic Gregorian calendar (Hinnant, "chrono-compatible low-level date algorithms").
    package static func text(nanoseconds: Int64) -> String {
        let (seconds, milliseconds) = (
            floorDivide(nanoseconds, 1_000_000_000),
            floorModulo(nanoseconds, 1_000_000_000) / 1_000_000
        )
        let second = floorModulo(seconds, 86_400)
        let shifted = floorDivide(seconds, 86_400) + 719_468
        let era = floorDivide(shifted, 146_097)
        let dayOfEra = floorModulo(shifted, 146_097)
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))T"
            + "\(padded(second / 3600, 2)):\(padded(second / 60 % 60, 2)):\(padded(second % 60, 2))"
            + ".\(padded(milliseconds, 3))Z"
    }

    private static func padded(_ value: Int64, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    private static func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
        (value - floorModulo(value, divisor)) / divisor
    }

    private static func floorModulo(_ value: Int64, _ divisor: Int64) -> Int64 {
        let rest = value % divisor
        return rest < 0 ? rest + divisor : rest
    }
}
