import Testing

@testable import hokmd

@Suite struct SettingValueTests {
    @Test(arguments: [
        ("127.0.0.1:8080", "127.0.0.1", 8080), ("0.0.0.0:0", "0.0.0.0", 0),
        ("[::1]:65535", "::1", 65_535), ("[fe80::1%eth0]:80", "fe80::1%eth0", 80),
        ("play.example.org:443", "play.example.org", 443), ("my_host:1", "my_host", 1),
    ])
    func `a host and a port are read`(text: String, host: String, port: Int) throws {
        let value = try HostPort(text: text)
        #expect(value == HostPort(host: host, port: port))
        #expect(value.text == text)
    }

    @Test(arguments: [
        "", ":", "a", "a:", ":80", "a:b", "a:-1", "a:65536", "a:000080", "::1:80", "[::1]",
        "[::1]80",
        "[]:80", "[1.2.3.4]:80", "a b:80", "a/b:80", "[::1:80", "a:٣", "http://a:80", "a\u{0}:80",
        "\(String(repeating: "a", count: 254)):80",
    ])
    func `what is no host with a port is refused`(text: String) {
        #expect(throws: InvalidValue.self) { try HostPort(text: text) }
    }

    @Test(arguments: [
        ("0", "0"), ("500ms..1400ms", "500ms..1400ms"), ("1s..1s", "1s"), ("0..1.5s", "0..1500ms"),
    ])
    func `a range of times is read and written`(text: String, expected: String) throws {
        #expect(try DurationRange(text: text).text == expected)
    }

    @Test func `a range of times has whole milliseconds`() throws {
        #expect(try DurationRange(text: "1500us..1.4s").milliseconds == 1...1400)
        #expect(try DurationRange(text: "0").milliseconds == 0...0)
    }

    @Test(arguments: ["", "..", "1s..", "..1s", "1s..2s..3s", "1..2", "2s..1s", "1s-2s"])
    func `what is no range of times is refused`(text: String) {
        #expect(throws: InvalidValue.self) { try DurationRange(text: text) }
    }

    @Test(arguments: [
        "", "example.org", "ftp://a", "https://", "https://a/b", "https://a/", "null",
        "https://a b",
    ])
    func `what is no origin is refused`(text: String) {
        #expect(throws: InvalidValue.self) { try Origin(text: text) }
    }
}
