import Random
import Testing

@testable import Policy

@Suite struct TimeTests {
    @Test(arguments: [
        ("1970-01-01T00:00Z", 0), ("2000-02-29T12:30:15Z", 951_827_415),
        ("2027-07-18T18:00Z", 1_815_933_600), ("1969-12-31 23:59:59", -1),
    ])
    func `a time is read and written alike`(text: String, seconds: Int64) throws {
        let moment = try #require(Moment(text: text))
        #expect(moment.seconds == seconds)
        #expect(Moment(text: moment.text) == moment)
    }

    @Test(arguments: [
        "2027-02-29T00:00Z", "2027-13-01T00:00Z", "2027-1-1", "", "2027-01-01T24:00Z",
    ])
    func `a day that is not in the calendar is refused`(text: String) {
        #expect(Moment(text: text) == nil)
    }

    @Test func `the calendar knows every day of four centuries`() {
        var day = CivilTime.dayNumber(year: 1900, month: 1, day: 1)
        var (weekday, wrong) = (1, 0)
        for year in 1900..<2300 {
            for month in 1...12 {
                for date in 1...CivilTime.daysInMonth(month, year: year) {
                    let isRight =
                        CivilTime.dayNumber(year: year, month: month, day: date) == day
                        && CivilTime.date(ofDay: day) == (year, month, date)
                        && CivilTime.weekday(ofDay: day) == weekday
                    if !isRight { wrong += 1 }
                    (day, weekday) = (day + 1, (weekday + 1) % 7)
                }
            }
        }
        #expect(wrong == 0)
    }

    private func newYork() throws -> Zone {
        let bytes = zoneFile(footer: "EST5EDT,M3.2.0,M11.1.0", offset: -18_000)
        return try #require(Zone(name: "New York", file: bytes))
    }

    @Test(arguments: [
        ("2027-03-14T06:59Z", -18_000), ("2027-03-14T07:00Z", -14_400),
        ("2027-11-07T05:59Z", -14_400), ("2027-11-07T06:00Z", -18_000),
        ("2050-07-01T00:00Z", -14_400),
    ])
    func `the rule at a zone's end moves its clocks`(text: String, offset: Int) throws {
        #expect(try newYork().offset(at: #require(Moment(text: text))) == offset)
    }

    @Test func `a southern summer spans the new year`() throws {
        let bytes = zoneFile(footer: "AEST-10AEDT,M10.1.0,M4.1.0/3", offset: 36_000)
        let zone = try #require(Zone(name: "Sydney", file: bytes))
        #expect(zone.offset(at: try #require(Moment(text: "2027-01-01T00:00Z"))) == 39_600)
        #expect(zone.offset(at: try #require(Moment(text: "2027-07-01T00:00Z"))) == 36_000)
    }

    @Test func `entries of a zone hold from their time on`() throws {
        let bytes = zoneFile(
            footer: "<+04>-4", offset: 3600, transitions: [(1000, 7200), (2000, 14_400)])
        let zone = try #require(Zone(name: "x", file: bytes))
        let offsets = [0, 999, 1000, 1999, 2000, 5000].map { zone.offset(at: Moment(seconds: $0)) }
        #expect(offsets == [3600, 3600, 7200, 7200, 14_400, 14_400])
    }

    @Test func `a wall's time that comes twice is the first, and one that never comes is after`()
        throws
    {
        let zone = try newYork()
        let twice = CivilTime(year: 2027, month: 11, day: 7, hour: 1, minute: 30)
        #expect(zone.moment(of: twice) == Moment(text: "2027-11-07T05:30Z"))
        let never = CivilTime(year: 2027, month: 3, day: 14, hour: 2, minute: 30)
        #expect(zone.moment(of: never) == Moment(text: "2027-03-14T07:30Z"))
    }

    @Test func `every prefix and mutation of a zone's file is read or refused`() {
        var generator = SplitMix64(seed: seed)
        let good = zoneFile(
            footer: "EST5EDT,M3.2.0,M11.1.0", offset: -18_000, transitions: [(0, -14_400)])
        for length in 0..<good.count {
            #expect(Zone(name: "x", file: Array(good[..<length])) == nil)
        }
        for _ in 0..<5000 {
            var bytes = good
            for _ in 0..<3 {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] = .random(
                    in: 0...255, using: &generator)
            }
            _ = Zone(name: "x", file: bytes)?.offset(at: monday)
        }
        #expect(Zone(name: "x", file: [UInt8](repeating: 0, count: 1 << 20)) == nil)
    }

    @Test(arguments: [
        // 16:00 in Tehran is 12:30 UTC; 2027-03-05 is a Friday.
        ("2027-03-05T12:29Z", false), ("2027-03-05T12:30Z", true), ("2027-03-05T20:29Z", true),
        ("2027-03-05T20:30Z", false), ("2027-03-04T13:00Z", false), ("2027-03-06T13:00Z", true),
    ])
    func `a cron schedule holds from its start for its duration in its zone`(
        text: String, holds: Bool
    ) throws {
        let cron = try #require(Cron(text: "0 16 * * 5,6"))
        let zone = try #require(Zone(name: "Asia/Tehran", file: tehran("Asia/Tehran") ?? []))
        let schedule = Schedule.cron(cron, duration: .seconds(8 * 3600), zone: zone)
        #expect(schedule.contains(try #require(Moment(text: text))) == holds)
    }

    @Test func `cron's fields take lists, ranges, steps and names`() throws {
        let cases: [(String, String, Bool)] = [
            ("*/15 * * * *", "2027-03-01T10:45Z", true),
            ("*/15 * * * *", "2027-03-01T10:46Z", false),
            ("0 9-17 * * mon-fri", "2027-03-01T17:00Z", true),
            ("0 9-17 * * mon-fri", "2027-03-06T10:00Z", false),
            ("0 0 1 jan,mar *", "2027-03-01T00:00Z", true),
            ("0 0 13 * 5", "2027-03-05T00:00Z", true), ("0 0 13 * 5", "2027-03-13T00:00Z", true),
            ("0 0 * * 7", "2027-03-07T00:00Z", true), ("5/20 * * * *", "2027-03-01T00:25Z", true),
        ]
        for (text, at, holds) in cases {
            let cron = try #require(Cron(text: text))
            let schedule = Schedule.cron(cron, duration: .seconds(60), zone: .utc)
            #expect(schedule.contains(try #require(Moment(text: at))) == holds, "\(text) \(at)")
        }
        for bad in [
            "", "* * * *", "60 * * * *", "* * 0 * *", "5-1 * * * *", "*/0 * * * *", "a * * * *",
        ] {
            #expect(Cron(text: bad) == nil, "\(bad)")
        }
    }
}
