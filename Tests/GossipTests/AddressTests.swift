import Testing
import Wire

@testable import Gossip

@Suite struct AddressTests {
    @Test(arguments: [
        ("10.0.0.5", "10.0.0.5:7946"), ("::1", "[::1]:7946"),
        ("2001:db8::7", "[2001:db8::7]:7946"), ("::ffff:10.0.0.5", "10.0.0.5:7946"),
    ])
    func `an address is read, written and carried`(host: String, text: String) throws {
        let address = try #require(Address(host: host, port: 7946))
        #expect(address.description == text)
        var writer = WireWriter()
        address.encode(into: &writer)
        var reader = WireReader(writer.bytes.span.bytes)
        #expect(try Address(from: &reader) == address)
        try reader.finish()
    }

    @Test(arguments: ["", "localhost", "10.0.0", "10.0.0.256", "1::2::3", "fe80::1%eth0"])
    func `what is no numeric address is refused`(host: String) {
        #expect(Address(host: host, port: 1) == nil)
    }

    @Test func `an IPv6 address and its mapped IPv4 are one value`() {
        #expect(Address(host: "::ffff:127.0.0.1", port: 5) == Address(ipv4: 0x7F00_0001, port: 5))
        #expect(Address(ipv4: 0x7F00_0001, port: 5).isLoopback)
        #expect(Address(host: "0.0.0.0", port: 5)?.isUnspecified == true)
        #expect(Address(host: "::", port: 5)?.isUnspecified == true)
    }
}
