import Glibc
import NIOCore
import NIOPosix

/// A program of other people's making, run to its end.
struct Tool {
    var status: Int32
    /// Standard output and standard error, as they came.
    var output: String

    struct Failure: Error {
        var reason: String
    }

    /// Runs a program from the system's folders with an input. One that hangs is ended after a
    /// minute, with status 124.
    static func run(_ words: [String], input: String = "") async throws -> Tool {
        try await NIOSingletons.posixBlockingThreadPool.runIfActive {
            try runBlocking(["timeout", "60"] + words, input: input)
        }
    }

    private static func runBlocking(_ words: [String], input: String) throws -> Tool {
        var (standardInput, output): ([Int32], [Int32]) = ([0, 0], [0, 0])
        guard pipe(&standardInput) == 0, pipe(&output) == 0 else {
            throw Failure(reason: "pipe: \(errno)")
        }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, standardInput[0], 0)
        posix_spawn_file_actions_adddup2(&actions, output[1], 1)
        posix_spawn_file_actions_adddup2(&actions, output[1], 2)
        for descriptor in Int32(3)..<512 {
            posix_spawn_file_actions_addclose(&actions, descriptor)
        }
        let arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        let variables = ["PATH=/usr/bin:/bin", "LC_ALL=C"]
        let environment: [UnsafeMutablePointer<CChar>?] = variables.map { strdup($0) } + [nil]
        defer { for word in arguments + environment { free(word) } }
        var pid: pid_t = 0
        let failure = posix_spawnp(&pid, words[0], &actions, nil, arguments, environment)
        close(standardInput[0])
        close(output[1])
        guard failure == 0 else { throw Failure(reason: "\(words[0]): \(failure)") }
        // Short enough for the pipe, so this does not wait for a reader.
        precondition(input.utf8.count <= 32 << 10)
        let bytes = Array(input.utf8)
        _ = write(standardInput[1], bytes, bytes.count)
        close(standardInput[1])
        let text = String(decoding: readAll(output[0]), as: UTF8.self)
        close(output[0])
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        return Tool(status: status & 0x7F == 0 ? status >> 8 & 0xFF : -1, output: text)
    }

    private static func readAll(_ descriptor: Int32) -> [UInt8] {
        var bytes: [UInt8] = []
        while true {
            var count = 0
            bytes += [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, initialized in
                count = read(descriptor, buffer.baseAddress, 1 << 16)
                initialized = max(0, count)
            }
            guard count > 0 else { return bytes }
        }
    }
}

/// Certificates that live as long as the folder they are in, which is removed at the end.
final class Certificates {
    let folder: String

    init() throws {
        var template = Array("/tmp/hokmd-tls-XXXXXX".utf8CString)
        guard let path = mkdtemp(&template) else { throw Tool.Failure(reason: "mkdtemp") }
        folder = String(cString: path)
    }

    deinit {
        guard let stream = opendir(folder) else { return }
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            unlink("\(folder)/\(name)")
        }
        closedir(stream)
        rmdir(folder)
    }

    func path(_ name: String) -> String { "\(folder)/\(name)" }

    /// A new key and a certificate for `localhost` that is its own authority.
    func make(_ name: String, algorithm: String = "ec", subject: String = "localhost") async throws
    {
        let kind =
            algorithm == "ec"
            ? ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
            : ["-newkey", algorithm]
        let result = try await Tool.run(
            ["openssl", "req", "-x509", "-nodes", "-days", "30", "-subj", "/CN=\(subject)"] + kind
                + [
                    "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                    "-keyout", path("\(name).key"), "-out", path("\(name).pem"),
                ])
        guard result.status == 0 else { throw Tool.Failure(reason: result.output) }
    }

    /// Puts one file in another's place in one step, as an operator's tool should.
    func move(_ name: String, to other: String) {
        rename(path(name), path(other))
    }
}
