import NIOCore
import Testing

@testable import Gateway

@Suite struct AdmissionTests {
    private func origin(_ address: String, countsLoopback: Bool = false) throws -> Admission.Origin?
    {
        var limits = Limits()
        limits.countsLoopback = countsLoopback
        return Admission.origin(of: try SocketAddress(ipAddress: address, port: 1), limits: limits)
    }

    @Test func `an IPv6 subscriber is a 64 and a mapped IPv4 address is itself`() throws {
        #expect(try origin("2001:db8::1") == origin("2001:db8::ffff:2"))
        #expect(try origin("2001:db8:0:1::1") != origin("2001:db8::1"))
        #expect(try origin("::ffff:192.0.2.7") == origin("192.0.2.7"))
        #expect(try origin("192.0.2.7") != origin("192.0.2.8"))
    }

    @Test(arguments: ["127.0.0.1", "::1", "::ffff:127.0.0.1"])
    func `loopback counts only where it shall`(address: String) throws {
        #expect(try origin(address) == nil)
        #expect(try origin(address, countsLoopback: true) != nil)
    }

    @Test func `limits refuse and room comes back`() throws {
        var limits = Limits()
        limits.connectionsMax = 3
        limits.connectionsPerAddressMax = 2
        limits.refusalsMax = 1
        let admission = Admission(limits: limits)
        let one = try origin("192.0.2.1")
        let other = try origin("192.0.2.2")

        #expect(admission.begins(one) == .admitted)
        #expect(admission.begins(one) == .admitted)
        #expect(admission.begins(one) == .refused(.address))
        #expect(admission.begins(one) == .shut(.address))
        #expect(admission.begins(other) == .admitted)
        #expect(admission.begins(other) == .shut(.connections))
        admission.ended(one, decision: .refused(.address))
        #expect(admission.begins(other) == .refused(.connections))
        admission.ended(one, decision: .admitted)
        #expect(admission.begins(one) == .admitted)
        #expect(admission.connections == 3)
    }
}
