/// When something begins, in cron's five fields: minute, hour, day of the month, month, weekday.
/// Lists, ranges, steps and English names; as in cron, where both days are restricted one of them
/// is enough.
package struct Cron: Equatable, Sendable {
    package let text: String
    private let minutes: UInt64
    private let hours: UInt64
    private let days: UInt64
    private let months: UInt64
    private let weekdays: UInt64
    private let anyDay: Bool
    private let anyWeekday: Bool

    /// nil for anything that is not five good fields.
    package init?(text: String) {
        let fields = text.split(separator: " ", omittingEmptySubsequences: true)
        guard fields.count == 5, text.utf8.count <= Limits.expressionBytesMax,
            let minutes = Self.field(fields[0], in: 0...59),
            let hours = Self.field(fields[1], in: 0...23),
            let days = Self.field(fields[2], in: 1...31),
            let months = Self.field(fields[3], in: 1...12, names: Self.monthNames),
            let weekdays = Self.field(fields[4], in: 0...7, names: Self.weekdayNames)
        else { return nil }
        self.text = text
        (self.minutes, self.hours, self.days, self.months) = (minutes, hours, days, months)
        // 7 is Sunday as well.
        self.weekdays = (weekdays | weekdays >> 7) & 0x7F
        (anyDay, anyWeekday) = (fields[2].hasPrefix("*"), fields[4].hasPrefix("*"))
    }

    /// The latest beginning at or before `moment` and after `moment - span`.
    package func lastStart(before moment: Moment, within span: Duration, zone: Zone) -> Moment? {
        let today = zone.civil(at: moment)
        let dayNumber = CivilTime.dayNumber(year: today.year, month: today.month, day: today.day)
        let earliest = moment - span
        // A clock put forward or back moves a beginning by some hours, so look a day further.
        let daysBack = Int(span.wholeMilliseconds / 86_400_000) + 2
        for day in 0...daysBack {
            let number = dayNumber + 1 - day
            guard includes(day: number) else { continue }
            if let start = lastStart(onDay: number, before: moment, zone: zone) {
                return start > earliest ? start : nil
            }
        }
        return nil
    }

    private func lastStart(onDay number: Int, before moment: Moment, zone: Zone) -> Moment? {
        let (year, month, day) = CivilTime.date(ofDay: number)
        for hour in (0...23).reversed() where hours >> UInt64(hour) & 1 == 1 {
            for minute in (0...59).reversed() where minutes >> UInt64(minute) & 1 == 1 {
                let civil = CivilTime(
                    year: year, month: month, day: day, hour: hour, minute: minute)
                let start = zone.moment(of: civil)
                if start <= moment { return start }
            }
        }
        return nil
    }

    private func includes(day number: Int) -> Bool {
        let (_, month, day) = CivilTime.date(ofDay: number)
        guard months >> UInt64(month) & 1 == 1 else { return false }
        let byDay = days >> UInt64(day) & 1 == 1
        let byWeekday = weekdays >> UInt64(CivilTime.weekday(ofDay: number)) & 1 == 1
        return anyDay || anyWeekday ? byDay && byWeekday : byDay || byWeekday
    }

    private static let monthNames = [
        "", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ]
    private static let weekdayNames = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]

    /// A bit for each value of the field.
    private static func field(
        _ text: Substring, in range: ClosedRange<Int>, names: [String] = []
    ) -> UInt64? {
        var bits: UInt64 = 0
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let pieces = part.split(separator: "/", omittingEmptySubsequences: false)
            guard (1...2).contains(pieces.count) else { return nil }
            var step = 1
            if pieces.count == 2 {
                guard let value = number(pieces[1]), value > 0 else { return nil }
                step = value
            }
            var span = range
            if pieces[0] != "*" {
                let ends = pieces[0].split(separator: "-", omittingEmptySubsequences: false)
                    .map { number($0) ?? name($0, in: names) }
                guard (1...2).contains(ends.count), let first = ends[0],
                    let last = ends[ends.count - 1],
                    first <= last, range.contains(first), range.contains(last)
                else { return nil }
                span = first...(ends.count == 1 && pieces.count == 2 ? range.upperBound : last)
            }
            for value in stride(from: span.lowerBound, through: span.upperBound, by: step) {
                bits |= 1 << UInt64(value)
            }
        }
        return bits
    }

    private static func number(_ text: Substring) -> Int? {
        guard (1...2).contains(text.utf8.count),
            text.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        return Int(text)
    }

    private static func name(_ text: Substring, in names: [String]) -> Int? {
        guard text.utf8.count == 3 else { return nil }
        return names.firstIndex(of: text.lowercased())
    }
}
