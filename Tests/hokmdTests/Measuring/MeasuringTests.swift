import Testing

@testable import hokmd

@Suite struct MeasuringTests {
    @Test func `the window tells how long all but a hundredth of the latest commits took`() {
        var window = LatencyWindow(bounds: [0.001, 0.01, 0.1])
        #expect(
            window.note([5, 5, 5, 5]) == 0, "what came before the first look counts for nothing")
        #expect(window.note([5, 5, 5, 5]) == 0)
        // A hundred of up to a millisecond, and one of up to 100.
        #expect(abs(window.note([105, 5, 6, 5]) - 0.001) < 1e-9)
        // Half of 100 are in the second part: the 99th is near its end.
        let value = window.note([105, 105, 6, 5])
        #expect(value > 0.009 && value <= 0.01)
        #expect(window.note([105, 105, 6, 1_005]) == 0.1, "above the last bound, it is the bound")
    }

    @Test func `what is older than its looks is forgotten`() {
        var window = LatencyWindow(bounds: [0.001, 0.01])
        _ = window.note([0, 0, 0])
        #expect(window.note([0, 10, 0]) > 0)
        for _ in 0..<LatencyWindow.looksMax { _ = window.note([0, 10, 0]) }
        #expect(window.note([0, 10, 0]) == 0)
    }

    @Test func `the network's bytes are those that the disk does not account for`() throws {
        let traffic = try #require(
            MachineFigures.Traffic(
                """
                rchar: 1000
                wchar: 500
                syscr: 7
                syscw: 8
                read_bytes: 400
                write_bytes: 600
                cancelled_write_bytes: 0

                """))
        #expect(traffic.diskRead == 400 && traffic.received == 600)
        #expect(traffic.diskWritten == 600 && traffic.sent == 0)
        #expect(MachineFigures.Traffic("rchar: x") == nil)
    }

    @Test func `this machine says what it has`() throws {
        let limit = try #require(MachineFigures.memoryLimit)
        #expect(limit > 1_000_000)
        #expect(!MachineFigures.threadTimes.isEmpty)
    }
}
