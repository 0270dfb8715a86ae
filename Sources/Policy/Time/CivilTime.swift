/// A date and a time of day as a calendar on the wall shows them, in a zone that the holder knows.
package struct CivilTime: Hashable, Sendable {
    package var year: Int
    /// 1…12.
    package var month: Int
    /// 1…31.
    package var day: Int
    package var hour: Int
    package var minute: Int
    package var second: Int

    package init(
        year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0
    ) {
        self.year = year
        self.month = month
        self.day = day
        self.hour = hour
        self.minute = minute
        self.second = second
    }

    /// Seconds since 1970-01-01 00:00 on the same wall.
    package init(wallSeconds: Int64) {
        let days = floorDivide(wallSeconds, 86_400)
        let rest = Int(wallSeconds - days * 86_400)
        (year, month, day) = Self.date(ofDay: Int(days))
        (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60)
    }

    package var wallSeconds: Int64 {
        Int64(Self.dayNumber(year: year, month: month, day: day)) * 86_400
            + Int64(hour * 3600 + minute * 60 + second)
    }

    /// 0 is Sunday.
    package var weekday: Int {
        Self.weekday(ofDay: Self.dayNumber(year: year, month: month, day: day))
    }

    static func weekday(ofDay day: Int) -> Int {
        let rest = (day + 4) % 7
        return rest < 0 ? rest + 7 : rest
    }

    /// Days since 1970-01-01 in the Gregorian calendar (H. Hinnant, chrono-compatible algorithms).
    static func dayNumber(year: Int, month: Int, day: Int) -> Int {
        let year = month <= 2 ? year - 1 : year
        let era = (year >= 0 ? year : year - 399) / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
            - 719_468
    }

    static func date(ofDay number: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = number + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (
            yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month,
            dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        )
    }

    static func daysInMonth(_ month: Int, year: Int) -> Int {
        let next = month == 12 ? (year + 1, 1) : (year, month + 1)
        return dayNumber(year: next.0, month: next.1, day: 1)
            - dayNumber(year: year, month: month, day: 1)
    }
}

extension Moment {
    /// `2027-07-18T18:00:00Z`; seconds and `Z` may be left out, and a space may stand for the `T`.
    package init?(text: some StringProtocol) {
        var bytes = Array(text.utf8)
        guard bytes.count <= 32 else { return nil }
        if bytes.last == UInt8(ascii: "Z") { bytes.removeLast() }
        guard bytes.count == 16 || bytes.count == 19 else { return nil }
        var numbers: [Int] = []
        var number = 0
        for (index, byte) in bytes.enumerated() {
            switch index {
            case 4, 7: guard byte == UInt8(ascii: "-") else { return nil }
            case 10:
                guard byte == UInt8(ascii: "T") || byte == UInt8(ascii: " ") else { return nil }
            case 13, 16: guard byte == UInt8(ascii: ":") else { return nil }
            default:
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
                number = number * 10 + Int(byte - UInt8(ascii: "0"))
                continue
            }
            numbers.append(number)
            number = 0
        }
        numbers.append(number)
        if numbers.count == 5 { numbers.append(0) }
        guard (1900...2999).contains(numbers[0]), (1...12).contains(numbers[1]),
            (1...CivilTime.daysInMonth(numbers[1], year: numbers[0])).contains(numbers[2]),
            numbers[3] < 24, numbers[4] < 60, numbers[5] < 60
        else { return nil }
        let civil = CivilTime(
            year: numbers[0], month: numbers[1], day: numbers[2], hour: numbers[3],
            minute: numbers[4], second: numbers[5])
        self.init(seconds: civil.wallSeconds)
    }

    /// In UTC, with milliseconds where there are any.
    package var text: String {
        let civil = CivilTime(wallSeconds: seconds)
        let rest = milliseconds - seconds * 1000
        let fraction = rest == 0 ? "" : "." + padded(Int(rest), 3)
        return "\(padded(civil.year, 4))-\(padded(civil.month, 2))-\(padded(civil.day, 2))T"
            + "\(padded(civil.hour, 2)):\(padded(civil.minute, 2)):\(padded(civil.second, 2))"
            + "\(fraction)Z"
    }

    private func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}
