import NIOCore
import Testing

@testable import hokmd

@Suite struct LoadArgumentsTests {
    @Test(arguments: [
        ("ws://127.0.0.1:8080", "ws://127.0.0.1:8080"),
        ("wss://example.org", "wss://example.org:443"),
        ("ws://example.org/", "ws://example.org:80"), ("ws://[::1]", "ws://[::1]:80"),
        ("wss://[::1]:9/v1/play", "wss://[::1]:9"),
    ])
    func `a place to play is read`(text: String, meaning: String) throws {
        #expect(try #require(LoadTarget(argument: text)).text == meaning)
    }

    @Test(arguments: [
        "", "127.0.0.1:8080", "http://a", "ws://", "ws://a:0", "ws://a:99999", "ws://a/other",
        "ws://a b",
    ])
    func `what is no such place is refused`(text: String) {
        #expect(LoadTarget(argument: text) == nil)
    }

    @Test func `players go from a number to no smaller one`() {
        #expect(PlayersArgument(argument: "10-1000")?.range == 10...1_000)
        #expect(PlayersArgument(argument: "7-7")?.range == 7...7)
        for text in ["10", "0-5", "5-4", "-5", "1-2-3", "a-b", ""] {
            #expect(PlayersArgument(argument: text) == nil, "\(text)")
        }
    }

    @Test func `one time to think is spread around, two are kept`() {
        #expect(
            ThinkArgument(argument: "1s")?.bounds == .milliseconds(500)...(.milliseconds(1_500)))
        #expect(
            ThinkArgument(argument: "1s..2s")?.bounds == .seconds(1)...(.seconds(2)))
        #expect(ThinkArgument(argument: "2s..1s") == nil && ThinkArgument(argument: "x") == nil)
    }
}
