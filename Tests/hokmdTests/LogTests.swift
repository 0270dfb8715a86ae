import Glibc
import JSON
import Logging
import Testing

@testable import hokmd

@Suite struct LogTests {
    private func line(_ event: String, _ metadata: Logger.Metadata = [:]) -> LogLine {
        LogLine(time: 1_795_422_600_250_999_999, level: .info, event: event, metadata: metadata)
    }

    private func logfmt(_ event: String, _ metadata: Logger.Metadata = [:]) -> String {
        String(decoding: line(event, metadata).logfmt, as: UTF8.self)
    }

    @Test func `a line has time, level, event and fields by key`() {
        #expect(
            logfmt("listening", ["players": "127.0.0.1:43121", "loops": "2"])
                == "2026-11-23T08:30:00.250Z info listening loops=2 players=127.0.0.1:43121\n")
    }

    @Test(arguments: [
        ("plain", "k=plain"), ("", "k=\"\""), ("two words", "k=\"two words\""),
        ("a=b", "k=\"a=b\""), ("say \"hi\"", "k=\"say \\\"hi\\\"\""), ("a\\b", "k=\"a\\\\b\""),
        ("a\nb\r\t", "k=\"a\\nb\\r\\t\""), ("\u{1B}[2J", "k=\"\\u{1b}[2J\""),
        ("\u{202E}حکم", "k=\"\\u{202e}حکم\""), ("\u{2028}", "k=\"\\u{2028}\""),
    ])
    func `a value that is not plain is quoted and escaped`(value: String, expected: String) {
        #expect(logfmt("e", ["k": "\(value)"]).hasSuffix(" info e \(expected)\n"))
    }

    @Test func `an event or a key cannot forge a line either`() {
        #expect(logfmt("a\nb").hasSuffix(" info a\\nb\n"))
        #expect(logfmt("e", ["a b=\n\"": "v"]).hasSuffix(" info e a_b___=v\n"))
    }

    @Test func `a line of JSON holds the same, and no field hides the time`() throws {
        let json = line("said", ["text": "\"\n\u{1}حکم", "time": "x"]).json
        #expect(
            String(decoding: json, as: UTF8.self)
                == "{\"time\":\"2026-11-23T08:30:00.250Z\",\"level\":\"info\",\"event\":\"said\","
                + "\"text\":\"\\\"\\n\\u0001حکم\",\"_time\":\"x\"}\n")
    }

    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
            (951_782_400_000_000_000, "2000-02-29T00:00:00.000Z"),
            (4_107_542_400_000_000_000, "2100-03-01T00:00:00.000Z"),
            (1_735_689_599_999_999_999, "2024-12-31T23:59:59.999Z"),
        ] as [(Int64, String)])
    func `the calendar is right at its corners`(nanoseconds: Int64, expected: String) {
        #expect(LogLine.timestamp(nanoseconds) == expected)
    }

    @Test func `a changed level holds for loggers that exist already`() throws {
        var ends: [CInt] = [0, 0]
        try #require(pipe(&ends) == 0)
        defer { close(ends[0]) }
        let output = LogOutput(descriptor: ends[1], format: .logfmt, level: .info)
        let logger = output.logger(label: "test")
        logger.debug("hidden")
        output.level = .debug
        logger.debug("shown")
        output.level = .error
        logger.warning("hidden")
        close(ends[1])
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = read(ends[0], &buffer, buffer.count)
        let text = String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
        #expect(text.hasSuffix(" debug shown\n"))
        #expect(text.split(separator: "\n").count == 1)
    }
}
