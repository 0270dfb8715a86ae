import Gossip
import Link
import Testing

/// What a link's port tells those who come to it with OpenSSL's client.
@Suite struct StrangerTests {
    private func stranger(_ server: TLSServer, _ flags: [String]) async throws -> Tool {
        try await Tool.run(
            ["openssl", "s_client", "-connect", "127.0.0.1:\(server.port)", "-ign_eof"] + flags,
            input: "bye\n")
    }

    @Test(arguments: [
        [], ["-tls1_2"], ["-psk", "00112233445566778899aabbccddeeff"],
        ["-psk", "00112233445566778899aabbccddeeff", "-psk_identity", "hokmd-link-1/00000000"],
    ])
    func `who has no key learns nothing`(flags: [String]) async throws {
        try await TLSServer.with(.links(Keyring(primary: key(1)))) { server in
            let result = try await stranger(server, flags)
            #expect(result.status != 0)
            #expect(result.output.contains("no peer certificate available"))
            #expect(!result.output.contains("\nbye"))
            #expect(server.dones.isEmpty)
            #expect(try await server.counters.failed == 1)
        }
    }

    @Test func `who knows the key's name and not the key learns nothing`() async throws {
        let id = String(key(1).id, radix: 16)
        let name = "hokmd-link-1/" + String(repeating: "0", count: 8 - id.count) + id
        try await TLSServer.with(.links(Keyring(primary: key(1)))) { server in
            let result = try await stranger(
                server, ["-psk", "00112233445566778899aabbccddeeff", "-psk_identity", name])
            #expect(result.status != 0)
            #expect(server.dones.isEmpty)
        }
    }

    @Test func `who knows the key speaks TLS 1.3 with a fresh exchange of keys`() async throws {
        let psk = try #require(key(1).derived(1, context: "hokmdLnk")).withUnsafeBytes { bytes in
            bytes.map { byte in
                let digits = String(byte, radix: 16)
                return digits.count == 1 ? "0" + digits : digits
            }.joined()
        }
        let id = String(key(1).id, radix: 16)
        let name = "hokmd-link-1/" + String(repeating: "0", count: 8 - id.count) + id
        try await TLSServer.with(.links(Keyring(primary: key(1)))) { server in
            let result = try await stranger(server, ["-psk", psk, "-psk_identity", name])
            #expect(result.output.contains("Cipher is TLS_AES_128_GCM_SHA256"), "\(result.output)")
            #expect(result.output.contains("Server Temp Key: X25519"))
            #expect(result.output.contains("\nbye"))
            #expect(server.dones.map(\.keyID) == [key(1).id])
        }
    }

    @Test func `a node that dials takes no certificate for the key`() async throws {
        let certificates = try Certificates()
        try await certificates.make("ec")
        let files = CertificateFiles(
            certificate: certificates.path("ec.pem"), key: certificates.path("ec.key"))
        let other = try TLSCertificates(
            [files], tickets: TicketKeys(keyring: Keyring(primary: key(1)), day: 1))
        try meet(other.context)
    }

    private func meet(_ context: TLSContext) throws {
        let pair = try TLSPair(listenerContext: context)
        pair.connect()
        try pair.pump()
        #expect(pair.diallerLog.done == nil)
        #expect(
            pair.diallerLog.error
                == .handshake("certificate verify failed"),
            "\(String(describing: pair.diallerLog.error))")
    }
}
