import Glibc
import Policy
import Random
import Testing

@testable import Scaler

@Suite struct HistoryTests {
    private func figures(players: Double, ready: Int = 2) -> Figures {
        var figures = Figures(ready: ready, startTime: .milliseconds(1500))
        figures[.players] = FigureSummary([players / 2, players / 2], expected: 2)
        figures[.cpu] = FigureSummary([0.25, 0.75], expected: 2)
        return figures
    }

    private func record(_ minute: Int64, players: Double = 100) -> MinuteRecord {
        MinuteRecord(minute: minute, figures: figures(players: players))
    }

    @Test func `a minute is the mean of its seconds, and those in which nobody spoke are none`() {
        var history = History()
        var ended: [MinuteRecord] = []
        for second in 0...120 {
            var given = figures(players: second < 30 ? 100 : 200)
            if second >= 45 { given[.players] = .missing }
            if let minute = history.observe(given, at: monday + .seconds(second)) {
                ended.append(minute)
            }
        }
        #expect(ended.map(\.minute) == [monday.minute, monday.minute + 1])
        #expect(ended[0].figures[.players].sum == 400.0 / 3)
        #expect(ended[0].figures[.cpu].largest == 0.75 && ended[0].figures.ready == 2)
        #expect(ended[1].figures[.players].value(.sum) == nil)
    }

    @Test func `an hour of seconds is kept, and no more`() {
        var history = History()
        for second in 0..<9_000 {
            _ = history.observe(figures(players: Double(second)), at: monday + .seconds(second))
        }
        #expect(history.seconds.count == 3_600)
        #expect(history.seconds.first?.at == monday + .seconds(5_400))
        _ = history.observe(figures(players: 1), at: monday + .seconds(8_000))
        #expect(history.seconds.last?.at == monday + .seconds(8_000))
        #expect(history.seconds.count == 2_601, "what is to come is not known yet")
        for step in 1...5 {
            _ = history.observe(figures(players: 1), at: monday + .seconds(8_000 + step * 3_700))
            #expect(history.seconds.count == 1)
        }
    }

    @Test func `a minute comes back from its bytes`() {
        let minute = record(29_000_000, players: 1234)
        let bytes = HistorySegment.encode(minute)
        #expect(bytes.count == HistorySegment.recordBytes)
        let (records, damaged) = HistorySegment.decode(HistorySegment.header + bytes)
        #expect(records == [minute] && damaged == 0)
    }

    @Test func `the form of a minute does not change unnoticed`() {
        let bytes = HistorySegment.header + HistorySegment.encode(record(29_000_000))
        #expect(bytes.prefix(8) == [0x48, 0x4B, 0x4D, 0x48, 1, 14, 0x30, 1])
        #expect(bytes.count == 312)
        #expect(bytes.suffix(4) == Self.checksum)
        #expect(CRC32.checksum(Array("123456789".utf8)[...]) == 0xCBF4_3926)
    }

    private static let checksum: [UInt8] = [117, 126, 235, 49]

    @Test func `damaged minutes are skipped, and a torn tail is none`() {
        var generator = SplitMix64(seed: testSeed)
        let all = (0..<20).map { record(29_000_000 + $0) }
        let whole = HistorySegment.header + all.flatMap(HistorySegment.encode)
        for length in [0, 1, 7, 8, 9, 300, 312, 313, whole.count - 1] {
            let (records, damaged) = HistorySegment.decode(Array(whole.prefix(length)))
            #expect(records == Array(all.prefix(max(length - 8, 0) / 304)))
            #expect(damaged == (length > 0 && length < 8 ? 1 : 0))
        }
        for _ in 0..<200 {
            var bytes = whole
            let place = Int.random(in: 0..<bytes.count, using: &generator)
            bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            let (records, damaged) = HistorySegment.decode(bytes)
            #expect(records.count == (place < 8 ? 0 : 19) && damaged == 1, "SEED=\(testSeed)")
            #expect(records.allSatisfy(all.contains))
        }
    }

    @Test func `a trace for the backtest comes of it`() throws {
        var minutes = (0..<3).map { record(monday.minute + $0, players: Double(100 * ($0 + 1))) }
        minutes[1].figures[.players] = .missing
        let csv = minutes.csv
        #expect(csv.hasPrefix("time,players,cpu,"))
        let trace = try Trace(csv: Array(csv.utf8))
        #expect(trace.samples.map(\.value) == [100, 300])
        #expect(trace.samples.map(\.at) == [monday, monday + .seconds(120)])
    }
}

@Suite struct HistoryStoreTests {
    /// A directory that goes when the test has ended.
    private final class Folder {
        let path: String

        init() {
            var template = Array("/tmp/hokmd-history-XXXXXX".utf8CString)
            path = mkdtemp(&template).map { String(cString: $0) } ?? ""
        }

        var files: [String] {
            guard let stream = opendir(path) else { return [] }
            defer { closedir(stream) }
            var names: [String] = []
            while let entry = readdir(stream) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                if !name.hasPrefix(".") { names.append(name) }
            }
            return names.sorted()
        }

        deinit {
            for file in files { unlink("\(path)/\(file)") }
            rmdir(path)
        }
    }

    private func record(_ minute: Int64, players: Double = 100) -> MinuteRecord {
        var figures = Figures(ready: 2)
        figures[.players] = FigureSummary([players], expected: 1)
        return MinuteRecord(minute: minute, figures: figures)
    }

    @Test func `a restart finds all minutes, over the days`() throws {
        let folder = Folder()
        let store = HistoryStore(directory: folder.path)
        let minutes = (0..<30).map { record(monday.minute - 15 + $0) }
        for minute in minutes { try store.append(minute) }
        #expect(folder.files == ["minutes-2027-02-28", "minutes-2027-03-01"])
        let contents = HistoryStore(directory: folder.path).load(upTo: monday + .seconds(3600))
        #expect(contents.minutes == minutes && contents.faults == [])
        #expect(
            store.load(upTo: monday).minutes == Array(minutes.prefix(16)), "not what is to come")
    }

    @Test func `a torn tail is written over, and damage is told`() throws {
        let folder = Folder()
        let store = HistoryStore(directory: folder.path)
        for offset in 0..<3 { try store.append(record(monday.minute + Int64(offset))) }
        let path = "\(folder.path)/minutes-2027-03-01"
        #expect(truncate(path, off_t(8 + 2 * 304 + 100)) == 0)
        try store.append(record(monday.minute + 3))
        let now = monday + .seconds(3600)
        #expect(store.load(upTo: now).minutes.map { $0.minute - monday.minute } == [0, 1, 3])
        let file = try #require(fopen(path, "r+"))
        fseek(file, 8 + 304 + 50, SEEK_SET)
        fputc(77, file)
        fclose(file)
        let contents = store.load(upTo: now)
        #expect(contents.minutes.count == 2)
        #expect(contents.faults.map(\.reason) == ["1 minutes are damaged"])
        #expect(truncate(path, 3) == 0)
        #expect(store.load(upTo: now).faults.count == 1)
        try store.append(record(monday.minute + 4))
        #expect(store.load(upTo: now).minutes.count == 1)
    }

    @Test func `of a minute that comes twice the later counts`() throws {
        let folder = Folder()
        let store = HistoryStore(directory: folder.path)
        for players in [100.0, 200] { try store.append(record(monday.minute, players: players)) }
        let minutes = store.load(upTo: monday).minutes
        #expect(minutes.map { $0.figures[.players].sum } == [200])
    }

    @Test func `days over five weeks old are cleared away, and a day has an end`() throws {
        let folder = Folder()
        let store = HistoryStore(directory: folder.path)
        for day in 0..<40 { try store.append(record(monday.minute + Int64(day) * 1440)) }
        #expect(folder.files.count == 37)
        let path = "\(folder.path)/minutes-2027-04-09"
        #expect(truncate(path, off_t(HistorySegment.bytesMax)) == 0)
        #expect(throws: HistoryStore.Fault.self) {
            try store.append(record(monday.minute + 39 * 1440 + 1))
        }
    }

    @Test func `a directory that cannot be is told, and does no harm`() {
        let store = HistoryStore(directory: "/dev/null/history")
        #expect(store.load(upTo: monday).minutes == [])
        #expect(throws: HistoryStore.Fault.self) { try store.append(record(monday.minute)) }
    }

    @Test func `what was learned from the disk is what was learned live`() throws {
        let policy = try ScalingPolicy(
            Array(
                """
                apiVersion: hokmd/v1
                kind: ScalingPolicy
                policy: predictive
                capacity: {playersPerInstance: 50, startTime: 5s}
                policies:
                  predictive: {forecast: {metric: players, speaksAfter: 10m}, lead: {out: start+60s, in: 5m}, fallback: {fixed: 2}}
                """.utf8
            ).span, file: "p", zone: { _ in nil })
        var machine = ScalerMachine(policy, at: monday + .seconds(3600))
        machine.learn((0..<60).map { record(monday.minute + $0) })
        var desk = Desk(policy)
        desk.machine = machine
        desk.now = monday + .seconds(3600)
        desk.players = 100
        desk.run(5)
        let decision = try #require(desk.machine.report.decisions.last)
        #expect(decision.input.forecast != nil && decision.input.forecast?.silence == nil)
    }
}
