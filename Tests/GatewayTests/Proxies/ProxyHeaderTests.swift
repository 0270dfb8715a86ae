import Gossip
import NIOHTTP1
import Random
import Testing

@testable import Gateway

@Suite struct ProxyHeaderTests {
    private static let signature: [UInt8] = [13, 10, 13, 10, 0, 13, 10, 0x51, 0x55, 0x49, 0x54, 10]

    /// Version 2: a command and a family, and what follows.
    private static func binary(_ command: UInt8, _ family: UInt8, _ rest: [UInt8]) -> [UInt8] {
        signature + [command, family] + bigEndian(UInt16(rest.count)) + rest
    }

    private static let ipv4: [UInt8] = [192, 0, 2, 7, 10, 0, 0, 1, 0x04, 0xD2, 0x01, 0xBB]
    private static let ipv6: [UInt8] =
        [0x20, 1, 0x0D, 0xB8] + [UInt8](repeating: 0, count: 11) + [7]
        + [UInt8](repeating: 1, count: 16) + [0x04, 0xD2, 0x01, 0xBB]

    private static let client4 = Address(host: "192.0.2.7", port: 1234)!
    private static let client6 = Address(host: "2001:db8::7", port: 1234)!

    static let whole: [(bytes: [UInt8], source: Address?)] = [
        (Array("PROXY TCP4 192.0.2.7 10.0.0.1 1234 443\r\n".utf8), client4),
        (Array("PROXY TCP6 2001:db8::7 2001:db8::1 1234 443\r\n".utf8), client6),
        (Array("PROXY UNKNOWN\r\n".utf8), nil),
        (Array("PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535\r\n".utf8), nil),
        (binary(0x21, 0x11, ipv4), client4),
        (binary(0x21, 0x21, ipv6), client6),
        // With an extension behind the addresses.
        (binary(0x21, 0x11, ipv4 + [0x04, 0, 1, 0]), client4),
        (binary(0x20, 0x11, ipv4), nil),
        (binary(0x20, 0x00, []), nil),
        (binary(0x21, 0x31, [UInt8](repeating: 0, count: 216)), nil),
    ]

    @Test(arguments: whole.indices)
    func `a header is what it says, and ends where it ends`(index: Int) {
        let (bytes, source) = Self.whole[index]
        let present = ProxyHeader.present(bytes: bytes.count, source: source)
        #expect(ProxyHeader.parse(bytes) == present)
        #expect(ProxyHeader.parse(bytes + Array("GET / HTTP/1.1".utf8)) == present)
        for count in 0..<bytes.count {
            #expect(ProxyHeader.parse(Array(bytes[..<count])) == .incomplete)
        }
    }

    @Test(arguments: ["GET / HTTP/1.1\r\n", "P GET", "PROXYING", "\u{16}\u{3}\u{1}", "\r\nGET"])
    func `what is no header is the client's own`(text: String) {
        #expect(ProxyHeader.parse(Array(text.utf8)) == .absent)
    }

    @Test(arguments: [
        "PROXY TCP4 192.0.2.7 10.0.0.1 1234\r\n", "PROXY TCP4 192.0.2.7 10.0.0.1 1234 443 9\r\n",
        "PROXY TCP4 192.0.2.300 10.0.0.1 1234 443\r\n", "PROXY TCP4 ::1 ::1 1234 443\r\n",
        "PROXY TCP4 192.0.2.7 10.0.0.1 99999 443\r\n", "PROXY TCP5 1.1.1.1 1.1.1.1 1 1\r\n",
        "PROXY TCP4 192.0.2.7 10.0.0.1 1234 443\n", "PROXY \r\n", "PROXY UNKNOWN\n",
        "PROXY " + String(repeating: "A", count: 200),
    ])
    func `a line that is not one is refused`(text: String) {
        #expect(ProxyHeader.parse(Array(text.utf8)) == .malformed)
    }

    @Test func `a binary header of another version, or too short or long, is refused`() {
        #expect(ProxyHeader.parse(Self.binary(0x11, 0x11, Self.ipv4)) == .malformed)
        #expect(ProxyHeader.parse(Self.binary(0x22, 0x11, Self.ipv4)) == .malformed)
        #expect(ProxyHeader.parse(Self.binary(0x21, 0x21, Self.ipv4)) == .malformed)
        #expect(
            ProxyHeader.parse(Self.signature + [0x21, 0x11, 0xFF, 0xFF]) == .malformed)
    }

    @Test func `mutated headers never trap`() {
        let seed = testSeed()
        var random = SplitMix64(seed: seed)
        for _ in 0..<20_000 {
            var bytes = Self.whole.randomElement(using: &random)!.bytes
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                bytes[place] = .random(in: 0...255, using: &random)
            }
            bytes = Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &random)))
            if case .present(let length, _) = ProxyHeader.parse(bytes), length > bytes.count {
                Issue.record("SEED=\(seed): \(bytes)")
            }
        }
    }

    @Test func `the client is the last address that is no proxy of ours`() throws {
        let ours = try #require(AddressNetwork("10.0.0.0/8"))
        func client(_ values: String...) -> String? {
            var headers = HTTPHeaders()
            for value in values { headers.add(name: "X-Forwarded-For", value: value) }
            return ForwardedFor.client(headers, isTrusted: ours.contains)?.host
        }
        #expect(client() == nil)
        #expect(client("192.0.2.7") == "192.0.2.7")
        // What stands in front may be the client's own invention.
        #expect(client("203.0.113.9, 192.0.2.7, 10.1.2.3") == "192.0.2.7")
        #expect(client("203.0.113.9", "192.0.2.7:4711") == "192.0.2.7")
        #expect(client("[2001:db8::7]:80, 10.0.0.1") == "2001:db8::7")
        #expect(client("10.0.0.2, 10.0.0.1") == "10.0.0.2")
        #expect(client("unknown, 10.0.0.1") == "10.0.0.1")
        #expect(client("unknown") == nil)
    }
}

@Suite struct AddressNetworkTests {
    private func contains(_ network: String, _ host: String) throws -> Bool {
        let network = try #require(AddressNetwork(network))
        return network.contains(try #require(Address(host: host, port: 9)))
    }

    @Test func `a network has the addresses with its beginning`() throws {
        #expect(try contains("10.0.0.0/8", "10.255.1.2"))
        #expect(try !contains("10.0.0.0/8", "11.0.0.0"))
        #expect(try contains("10.0.0.0/8", "::ffff:10.1.1.1"))
        #expect(try contains("192.0.2.7", "192.0.2.7"))
        #expect(try !contains("192.0.2.7", "192.0.2.6"))
        #expect(try contains("0.0.0.0/0", "203.0.113.1"))
        #expect(try !contains("0.0.0.0/0", "2001:db8::1"))
        #expect(try contains("::/0", "203.0.113.1"))
        #expect(try contains("2001:db8::/33", "2001:db8:7fff::1"))
        #expect(try !contains("2001:db8::/33", "2001:db8:8000::1"))
        #expect(try contains("2001:db8::4/126", "2001:db8::7"))
        #expect(try !contains("2001:db8::4/126", "2001:db8::8"))
    }

    @Test(arguments: ["10.0.0.0/8", "192.0.2.7/32", "2001:db8::/33", "::/0", "0.0.0.0/0"])
    func `it is written as it is read`(text: String) {
        #expect(AddressNetwork(text)?.description == text)
    }

    @Test(arguments: [
        "", "10.0.0.0/", "10.0.0.0/33", "10.0.0.1/8", "ten/8", "::/129", "::/-1", "1/8",
    ])
    func `what is no network is refused`(text: String) {
        #expect(AddressNetwork(text) == nil)
    }
}
