import JSON
import NIOCore
import Testing

@testable import Load

@Suite struct LoadRunTests {
    private func run(_ shape: LoadRun.Shape, playersAtATable: Int = 4) throws -> LoadRun {
        var options = Crowd.Options()
        options.players = playersAtATable
        let door = Door(
            address: try SocketAddress(ipAddress: "127.0.0.1", port: 1), authority: "127.0.0.1:1")
        return LoadRun(shape, at: door, options: options, duration: .seconds(10), title: "a run")
    }

    @Test func `a ramp goes evenly from its first number to its last, and stays there`() throws {
        let run = try run(.ramp(10...110))
        let counts = [0, 1, 5, 9, 10, 60].map { run.players(after: .seconds($0)) }
        #expect(counts == [10, 20, 60, 100, 110, 110])
    }

    @Test func `a burst is all there at once`() throws {
        let run = try run(.burst(500))
        #expect(run.players(after: .zero) == 500 && run.players(after: .seconds(60)) == 500)
    }

    @Test func `tables have room for all, the last one may have more`() throws {
        #expect(try run(.burst(1)).tables(for: 9) == 3)
        #expect(try run(.burst(1)).tables(for: 8) == 2)
        #expect(try run(.burst(1), playersAtATable: 1).tables(for: 9) == 9)
    }
}

@Suite struct LatencyTests {
    @Test func `percentiles are right to three digits, whatever the size`() {
        var latency = Latency()
        for milliseconds in 1...1_000 { latency.record(.milliseconds(Int64(milliseconds))) }
        #expect(latency.count == 1_000)
        for (percent, milliseconds) in [(50.0, 500.0), (99.0, 990.0), (100.0, 1_000.0)] {
            let found = Double(latency.percentile(percent).nanoseconds) / 1_000_000
            #expect(abs(found - milliseconds) <= milliseconds / 1_000, "p\(percent) is \(found)")
        }
    }

    @Test func `nothing recorded is zero, and what is too long counts as the longest`() {
        var latency = Latency()
        #expect(latency.max == .zero && latency.percentile(99) == .zero)
        latency.record(.hours(5))
        latency.record(.nanoseconds(-5))
        #expect(latency.count == 2)
        #expect(latency.max >= .minutes(10) && latency.max < .minutes(11))
    }

    @Test(arguments: [
        (0, "0.00 ms"), (423_000, "0.42 ms"), (1_500_000, "1.50 ms"), (31_240_000, "31.2 ms"),
        (211_900_000, "212 ms"), (12_345_000_000, "12345 ms"),
    ])
    func `a time is told to three digits or to the millisecond`(nanoseconds: Int, text: String) {
        #expect(TimeAmount.nanoseconds(Int64(nanoseconds)).inMilliseconds == text)
    }
}

@Suite struct LoadReportTests {
    private func report(_ change: (inout CrowdFigures) -> Void = { _ in }) -> LoadReport {
        var figures = CrowdFigures()
        figures.moves = 100
        for _ in 0..<100 { figures.latencies.event.record(.milliseconds(30)) }
        change(&figures)
        return LoadReport(
            title: "a run", figures: figures, players: 8, time: .seconds(10),
            processorTime: .seconds(1))
    }

    @Test func `a run in which all is well has no failures`() {
        var bounds = LoadReport.Bounds()
        #expect(report().failures(bounds) == [])
        bounds.p99Max = .milliseconds(31)
        #expect(report().failures(bounds) == [])
        #expect(report().json(bounds)["passed"] == true)
    }

    @Test func `every bound that is passed fails the run and is named`() {
        var bounds = LoadReport.Bounds()
        bounds.p99Max = .milliseconds(29)
        let slow = report().failures(bounds)
        #expect(slow.count == 1 && slow[0].contains("--max-p99"))
        bounds = LoadReport.Bounds()
        let cases: [(String, (inout CrowdFigures) -> Void)] = [
            ("--max-lost", { $0.lostMoves = ["table 1: a move"] }),
            ("--max-lost", { $0.endedRooms = [1: ["a notice"]] }),
            ("--max-closed", { $0.closedSockets = ["table 1 seat 2: 1011"] }),
            ("message", { $0.strange = ["{}"] }),
            ("seat", { $0.unseated = 3 }),
            ("nobody made a move", { $0.moves = 0 }),
        ]
        for (word, change) in cases {
            let failures = report(change).failures(bounds)
            #expect(failures.count == 1 && failures[0].contains(word), "\(failures)")
            #expect(report(change).json(bounds)["passed"] == false)
        }
        (bounds.lostMax, bounds.closedMax) = (1, 1)
        #expect(report { $0.lostMoves = ["one"] }.failures(bounds) == [])
        #expect(report { $0.closedSockets = ["one"] }.failures(bounds) == [])
    }

    @Test func `the picture shows each second, and no title breaks it`() {
        let samples = (1...60).map { second in
            CrowdSample(
                time: .seconds(Int64(second)), players: second * 10, seated: second * 9, moves: 5,
                median: .milliseconds(1), p99: .milliseconds(Int64(second)), refusals: 0, wrongs: 0)
        }
        let svg = LoadPlot(title: "<a> & b", samples: samples).svg
        #expect(svg.hasPrefix("<svg ") && svg.hasSuffix("</svg>\n"))
        #expect(svg.contains("&lt;a&gt; &amp; b"))
        // Two lines for players, two for times, each with a point a second.
        let lines = svg.split(separator: "<path ").filter { $0.contains("<title>") }
        #expect(lines.map { $0.count { $0 == "L" } } == [59, 59, 59, 59])
        #expect(LoadPlot(title: "nothing", samples: []).svg.contains("</svg>"))
    }
}
