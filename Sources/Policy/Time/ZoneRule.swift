/// The rule at the end of a zone's file for all time after its last entry (POSIX.1-2017 section 8.3
/// with RFC 8536's extensions): `<+0330>-3:30`, `EST5EDT,M3.2.0,M11.1.0`.
struct ZoneRule: Equatable, Sendable {
    /// Seconds east of UTC.
    let standard: Int
    let summer: Summer?

    struct Summer: Equatable, Sendable {
        let offset: Int
        let start: Day
        let end: Day
    }

    /// A day of every year, and the seconds after its midnight on the wall.
    struct Day: Equatable, Sendable {
        enum Kind: Equatable, Sendable {
            /// 1…365; 29 February is never counted.
            case julian(Int)
            /// 0…365; 29 February counts.
            case ordinal(Int)
            /// The nth weekday of a month; 5 is the last.
            case weekday(month: Int, week: Int, day: Int)
        }

        let kind: Kind
        let second: Int

        func wallSeconds(in year: Int) -> Int64 {
            let newYear = CivilTime.dayNumber(year: year, month: 1, day: 1)
            let day: Int
            switch kind {
            case .ordinal(let ordinal): day = newYear + ordinal
            case .julian(let julian):
                let isLeap = CivilTime.daysInMonth(2, year: year) == 29
                day = newYear + julian - 1 + (isLeap && julian >= 60 ? 1 : 0)
            case .weekday(let month, let week, let weekday):
                let first = CivilTime.dayNumber(year: year, month: month, day: 1)
                let ahead = (weekday - CivilTime.weekday(ofDay: first) + 7) % 7
                let length = CivilTime.daysInMonth(month, year: year)
                var date = ahead + 7 * (week - 1)
                while date >= length { date -= 7 }
                day = first + date
            }
            return Int64(day) * 86_400 + Int64(second)
        }
    }

    func offset(at seconds: Int64) -> Int {
        guard let summer else { return standard }
        let year = CivilTime(wallSeconds: seconds + Int64(standard)).year
        let start = summer.start.wallSeconds(in: year) - Int64(standard)
        let end = summer.end.wallSeconds(in: year) - Int64(summer.offset)
        let isSummer =
            start < end ? seconds >= start && seconds < end : seconds >= start || seconds < end
        return isSummer ? summer.offset : standard
    }

    init?(_ text: ArraySlice<UInt8>) {
        var reader = Reader(rest: text)
        guard text.count <= 100, reader.name(), let west = reader.time() else { return nil }
        standard = -west
        guard !reader.rest.isEmpty else {
            summer = nil
            return
        }
        guard reader.name() else { return nil }
        var offset = standard + 3600
        if reader.rest.first != UInt8(ascii: ",") {
            guard let west = reader.time() else { return nil }
            offset = -west
        }
        guard let start = reader.day(), let end = reader.day(), reader.rest.isEmpty else {
            return nil
        }
        summer = Summer(offset: offset, start: start, end: end)
    }
}

private struct Reader {
    var rest: ArraySlice<UInt8>

    mutating func take(_ character: Character) -> Bool {
        guard rest.first == character.asciiValue else { return false }
        rest.removeFirst()
        return true
    }

    /// Three letters or more, or anything in angle brackets.
    mutating func name() -> Bool {
        if take("<") {
            guard let end = rest.firstIndex(of: UInt8(ascii: ">")) else { return false }
            rest = rest[(end + 1)...]
            return true
        }
        let length = rest.prefix { (0x41...0x5A).contains($0 & 0xDF) }.count
        rest.removeFirst(length)
        return length >= 3
    }

    mutating func number(max: Int) -> Int? {
        let digits = rest.prefix(4).prefix { (0x30...0x39).contains($0) }
        guard !digits.isEmpty else { return nil }
        rest.removeFirst(digits.count)
        let value = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        return value <= max ? value : nil
    }

    /// `[+-]h[h][h][:mm[:ss]]`, in seconds.
    mutating func time() -> Int? {
        var sign = 1
        if take("-") { sign = -1 } else { _ = take("+") }
        guard var seconds = number(max: 167).map({ $0 * 3600 }) else { return nil }
        for unit in [60, 1] where take(":") {
            guard let part = number(max: 59) else { return nil }
            seconds += part * unit
        }
        return sign * seconds
    }

    mutating func day() -> ZoneRule.Day? {
        guard take(",") else { return nil }
        let kind: ZoneRule.Day.Kind
        if take("M") {
            guard let month = number(max: 12), take("."), let week = number(max: 5), take("."),
                let day = number(max: 6), month >= 1, week >= 1
            else { return nil }
            kind = .weekday(month: month, week: week, day: day)
        } else if take("J") {
            guard let day = number(max: 365), day >= 1 else { return nil }
            kind = .julian(day)
        } else {
            guard let day = number(max: 365) else { return nil }
            kind = .ordinal(day)
        }
        guard take("/") else { return ZoneRule.Day(kind: kind, second: 7200) }
        guard let second = time() else { return nil }
        return ZoneRule.Day(kind: kind, second: second)
    }
}
