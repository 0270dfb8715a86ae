import Glibc
import Testing

/// What a player costs who is connected and says nothing.
@Suite struct IdleHeapTests {
    @Test(arguments: ["TLSv1_3", "TLSv1_2"])
    func `an idle TLS connection holds no more than 16 KiB of heap beyond NIO's`(
        version: String
    ) async throws {
        let certificates = try Certificates()
        try await certificates.make("ec")
        let script = """
            import socket, ssl, subprocess
            c = ssl.create_default_context(cafile="\(certificates.path("ec.pem"))")
            c.minimum_version = c.maximum_version = ssl.TLSVersion.\(version)
            def connect(port, tls):
                s = socket.create_connection(("127.0.0.1", port))
                if tls: s = c.wrap_socket(s, server_hostname="localhost")
                s.sendall(b"x" * 3000)
                got = 0
                while got < 3000: got += len(s.recv(3000))
                return s
            def measure(files):
                server = subprocess.Popen(
                    ["\(Self.binary)", "serve"] + files, stdout=subprocess.PIPE, text=True)
                try:
                    port = int(server.stdout.readline().split("=")[1])
                    def heap():
                        first.sendall(b"heap\\n")
                        return int(first.recv(100))
                    first = connect(port, files)
                    some = [connect(port, files) for _ in range(50)]
                    before = heap()
                    many = [connect(port, files) for _ in range(300)]
                    return (heap() - before) // 300
                finally:
                    server.terminate()
                    server.wait()
            print(measure([]))
            print(measure(["\(certificates.path("ec.pem"))", "\(certificates.path("ec.key"))"]))
            """
        let result = try await Tool.run(["python3", "-c", script])
        let figures = result.output.split(separator: "\n").compactMap { Int($0) }
        try #require(figures.count == 2, "\(result.output)")
        let (plain, tls) = (figures[0], figures[1])
        #expect(plain > 1_000, "nothing was measured: \(plain)")
        #expect(tls - plain <= 16 << 10, "plain \(plain) bytes, TLS \(tls)")
    }

    /// `bench-links`, which SwiftPM puts beside the program that runs these tests.
    private static let binary: String = {
        var buffer = [CChar](repeating: 0, count: 4_096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
        let own = String(
            decoding: buffer[..<max(0, count)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let named = CommandLine.arguments.drop { $0 != "--test-bundle-path" }.dropFirst().first
        let folder = (named ?? own).split(separator: "/").dropLast().joined(separator: "/")
        return "/\(folder)/bench-links"
    }()
}
