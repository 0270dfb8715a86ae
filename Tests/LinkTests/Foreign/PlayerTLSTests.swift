import Gossip
import Link
import Testing

/// Programs of other people's making against the player port's TLS.
@Suite struct PlayerTLSTests {
    private let certificates: Certificates
    private let tickets = TicketKeys(keyring: Keyring(primary: key(1)), day: 20_000)

    init() async throws {
        certificates = try Certificates()
        try await certificates.make("ec")
    }

    private func pair(_ name: String) -> CertificateFiles {
        CertificateFiles(
            certificate: certificates.path("\(name).pem"), key: certificates.path("\(name).key"))
    }

    private func withServer(
        _ names: [String] = ["ec"], tickets: TicketKeys? = nil,
        _ body: (TLSServer) async throws -> Void
    ) async throws {
        let current = try TLSCertificates(names.map(pair), tickets: tickets ?? self.tickets)
        try await TLSServer.with(.players(current), body)
    }

    private func client(
        _ server: TLSServer, _ flags: [String], input: String = "bye\n"
    ) async throws -> Tool {
        try await Tool.run(
            [
                "openssl", "s_client", "-connect", "127.0.0.1:\(server.port)", "-ign_eof",
                "-CAfile", certificates.path("ec.pem"),
            ] + flags, input: input)
    }

    @Test(arguments: [
        ("-tls1_3", "New, TLSv1.3", TLSHandshakeDone.Version.tls13),
        ("-tls1_2", "New, TLSv1.2", .tls12),
    ])
    func `OpenSSL's client speaks both versions, and HTTP 1.1 over them`(
        flag: String, line: String, version: TLSHandshakeDone.Version
    ) async throws {
        try await withServer { server in
            let result = try await client(
                server, [flag, "-alpn", "h2,http/1.1", "-verify_return_error"])
            #expect(result.status == 0)
            #expect(result.output.contains(line), "\(result.output)")
            #expect(result.output.contains("ALPN protocol: http/1.1"))
            #expect(result.output.contains("Verify return code: 0 (ok)"))
            #expect(result.output.contains("\nbye"))
            #expect(
                server.dones == [
                    TLSHandshakeDone(version: version, isResumed: false, keyID: nil)
                ])
        }
    }

    @Test func `curl gets a page`() async throws {
        try await withServer { server in
            let result = try await Tool.run([
                "curl", "--silent", "--show-error", "--cacert", certificates.path("ec.pem"),
                "https://localhost:\(server.port)/", "--resolve",
                "localhost:\(server.port):127.0.0.1",
            ])
            #expect(result.output == "hello")
        }
    }

    @Test(arguments: [
        ["-tls1_1", "-cipher", "ALL@SECLEVEL=0"], ["-tls1_2", "-cipher", "AES128-SHA"],
        ["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA"], ["-groups", "X448"],
        ["-groups", "P-521"], ["-groups", "ffdhe2048"], ["-alpn", "h2"],
    ])
    func `what is weaker than the profile, or not for us, finds no agreement`(
        flags: [String]
    ) async throws {
        try await withServer { server in
            let result = try await client(server, flags)
            #expect(result.output.contains("alert"), "\(result.output)")
            #expect(server.dones.isEmpty)
            #expect(server.errors.count == 1)
        }
    }

    @Test func `renegotiation is refused`() async throws {
        try await withServer { server in
            let result = try await Tool.run(
                [
                    "openssl", "s_client", "-connect", "127.0.0.1:\(server.port)", "-tls1_2",
                    "-CAfile", certificates.path("ec.pem"),
                ], input: "R\n")
            #expect(result.output.contains("no renegotiation"), "\(result.output)")
        }
    }

    @Test(arguments: ["-tls1_3", "-tls1_2"])
    func `a ticket from one balancer is good at another, also after the keys have changed`(
        flag: String
    ) async throws {
        let session = certificates.path("session")
        try await withServer { server in
            let result = try await client(server, [flag, "-sess_out", session])
            #expect(result.output.contains("New, "))
        }
        let later = TicketKeys(
            keyring: Keyring(primary: key(2), accepted: [key(1)]), day: 20_001)
        try await withServer(tickets: later) { server in
            let result = try await client(
                server, [flag, "-sess_in", session, "-sess_out", session])
            #expect(result.output.contains("Reused, "), "\(result.output)")
            #expect(server.dones.map(\.isResumed) == [true])
            #expect(try await server.counters.resumed == 1)
        }
        // The ticket was replaced by one under the new key. OpenSSL's client writes it down in TLS 1.3
        // only.
        guard flag == "-tls1_3" else { return }
        let muchLater = TicketKeys(keyring: Keyring(primary: key(2)), day: 20_001)
        try await withServer(tickets: muchLater) { server in
            let result = try await client(server, [flag, "-sess_in", session])
            #expect(result.output.contains("Reused, "), "\(result.output)")
        }
    }

    @Test func `a ticket of another cluster, or of the day before yesterday, is no ticket`()
        async throws
    {
        let session = certificates.path("session")
        try await withServer { server in
            _ = try await client(server, ["-sess_out", session])
        }
        for other in [
            TicketKeys(keyring: Keyring(primary: key(2)), day: 20_000),
            TicketKeys(keyring: Keyring(primary: key(1)), day: 20_002),
        ] {
            try await withServer(tickets: other) { server in
                let result = try await client(server, ["-sess_in", session])
                #expect(result.output.contains("New, "), "\(result.output)")
                #expect(result.output.contains("\nbye"))
            }
        }
    }

    @Test func `a client gets the certificate of the kind that it knows`() async throws {
        try await certificates.make("rsa", algorithm: "rsa:2048")
        try await withServer(["ec", "rsa"]) { server in
            let flags = ["-tls1_2", "-CAfile", certificates.path("rsa.pem"), "-cipher"]
            let rsa = try await client(server, flags + ["ECDHE-RSA-AES128-GCM-SHA256"])
            #expect(rsa.output.contains("Verify return code: 0"))
            let ecdsa = try await client(
                server, ["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-GCM-SHA256"])
            #expect(ecdsa.output.contains("Verify return code: 0"))
        }
    }

    @Test func `new certificates take the place of old ones, and broken ones do not`() async throws
    {
        let certificates = certificates
        try await certificates.make("first", subject: "first")
        try await certificates.make("second", subject: "second")
        try await certificates.make("third", subject: "third")
        try await withServer(["first"]) { server in
            let current = try #require(server.certificates)
            func subject() async throws -> String? {
                let result = try await client(server, [])
                return result.output.split(separator: "\n").first { $0.hasPrefix("subject=") }
                    .map(String.init)
            }
            #expect(try await subject() == "subject=CN = first")
            #expect(try !current.reloadIfChanged())
            // The certificate without its key.
            certificates.move("second.pem", to: "first.pem")
            #expect {
                try current.reloadIfChanged()
            } throws: { error in
                "\(error)" == "\(certificates.path("first.key")): key values mismatch"
            }
            #expect(try await subject() == "subject=CN = first")
            #expect(try !current.reloadIfChanged())
            certificates.move("second.key", to: "first.key")
            #expect(try current.reloadIfChanged())
            #expect(try await subject() == "subject=CN = second")
            certificates.move("none", to: "first.pem")
            certificates.move("third.key", to: "first.pem")
            #expect(throws: TLSError.self) { try current.reload() }
            #expect(try await subject() == "subject=CN = second")
        }
    }

    @Test func `a key with a pass phrase is refused, and nobody is asked for it`() async throws {
        let result = try await Tool.run([
            "openssl", "pkey", "-in", certificates.path("ec.key"), "-aes128", "-passout",
            "pass:secret", "-out", certificates.path("locked.key"),
        ])
        #expect(result.status == 0)
        let files = CertificateFiles(
            certificate: certificates.path("ec.pem"), key: certificates.path("locked.key"))
        #expect(throws: TLSError.self) { try TLSCertificates([files], tickets: tickets) }
    }

    @Test func `a missing file is named`() throws {
        let files = pair("nowhere")
        #expect {
            try TLSCertificates([files], tickets: tickets)
        } throws: { error in
            "\(error)".hasPrefix("\(certificates.path("nowhere.pem")): ")
        }
    }
}
