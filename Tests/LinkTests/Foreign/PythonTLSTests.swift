import Gossip
import Link
import Testing

/// What `openssl s_client` cannot be told to do, Python's `ssl` can.
@Suite struct PythonTLSTests {
    private let certificates: Certificates
    private let current: TLSCertificates

    init() async throws {
        certificates = try Certificates()
        try await certificates.make("ec")
        current = try TLSCertificates(
            [
                CertificateFiles(
                    certificate: certificates.path("ec.pem"), key: certificates.path("ec.key"))
            ], tickets: TicketKeys(keyring: Keyring(primary: key(1)), day: 20_000))
    }

    /// Runs a script with a connected, verified `s` (and its raw `raw`).
    private func python(_ script: String, _ server: TLSServer) async throws -> Tool {
        let prologue = """
            import socket, ssl, struct
            c = ssl.create_default_context(cafile="\(certificates.path("ec.pem"))")
            raw = socket.create_connection(("127.0.0.1", \(server.port)))
            def everything(s):
                data = b""
                while True:
                    part = s.recv(65536)
                    if not part: return data
                    data += part

            """
        return try await Tool.run(["python3", "-c", prologue + script])
    }

    @Test func `five megabytes arrive, and close_notify behind them`() async throws {
        try await TLSServer.with(.players(current)) { server in
            let result = try await python(
                """
                s = c.wrap_socket(raw, server_hostname="localhost", suppress_ragged_eofs=False)
                s.sendall(b"flood")
                data = everything(s)
                print(len(data), set(data))
                """, server)
            #expect(result.output == "5000000 {97}\n")
        }
    }

    @Test func `who ends his half is still answered`() async throws {
        try await TLSServer.with(.players(current)) { server in
            // `unwrap` says close_notify and waits for ours; memory BIOs let us look between.
            let result = try await python(
                """
                i, o = ssl.MemoryBIO(), ssl.MemoryBIO()
                s = c.wrap_bio(i, o, server_hostname="localhost")
                def step(f):
                    while True:
                        try:
                            r = f(); raw.sendall(o.read()); return r
                        except ssl.SSLWantReadError:
                            raw.sendall(o.read()); i.write(raw.recv(65536))
                step(s.do_handshake)
                step(lambda: s.write(b"x" * 1000))
                try: s.unwrap()
                except ssl.SSLWantReadError: pass
                raw.sendall(o.read())
                i.write(everything(raw))
                print(s.read(100))
                try: s.read(1)
                except ssl.SSLZeroReturnError: print("close_notify")
                """, server)
            #expect(result.output == "b'end after 1000 bytes\\n'\nclose_notify\n")
        }
    }

    @Test func `who closes the transport without close_notify has ended too`() async throws {
        try await TLSServer.with(.players(current)) { server in
            let result = try await python(
                """
                s = c.wrap_socket(raw, server_hostname="localhost")
                s.sendall(b"y" * 70000)
                s.shutdown(socket.SHUT_WR) if False else None
                d = socket.socket(fileno=s.detach())
                d.shutdown(socket.SHUT_WR)
                print(len(everything(d)) > 0)
                """, server)
            #expect(result.output == "True\n")
            #expect(server.errors.isEmpty)
        }
    }

    @Test func `who speaks no TLS is refused with an alert`() async throws {
        try await TLSServer.with(.players(current)) { server in
            let result = try await python(
                """
                raw.sendall(b"GET / HTTP/1.1\\r\\n\\r\\n")
                print(everything(raw)[:1].hex())
                """, server)
            #expect(result.output == "15\n" || result.output == "\n")
            #expect(try await server.counters.failed == 1)
        }
    }
}
