import Glibc
import JSON
import NIOCore
import Testing

/// A node of a cluster of tests, and what its log has said.
final class ClusterNode {
    let name: String
    let process: ServerProcess
    /// `127.0.0.1:PORT`.
    private(set) var gossip = ""
    private(set) var lines: [String] = []
    /// `wait` looks at lines from this one on.
    private var start = 0
    private var hasEnded = false

    private init(_ name: String, _ process: ServerProcess) {
        self.name = name
        self.process = process
    }

    /// Returns once it listens for other nodes.
    static func start(
        _ name: String, join: ClusterNode? = nil, mode: String = "server",
        environment: [String] = [], _ flags: [String] = []
    ) async throws -> ClusterNode {
        let seeds = join.map { ["--join", $0.gossip] } ?? []
        let process = try await ServerProcess.spawn(
            ["--mode", mode, "--name", name] + seeds + flags, environment: environment)
        let node = ClusterNode(name, process)
        let line = try await node.wait("listening", "gossip=")
        node.gossip = ClusterNode.field("gossip", of: line) ?? ""
        return node
    }

    /// From here on only what it says later counts.
    func forget() { start = lines.count }

    /// A line, said since the last `forget`, that holds all these words; in whatever order things
    /// happened.
    @discardableResult
    func wait(_ words: String...) async throws -> String {
        var index = start
        while true {
            if index == lines.count {
                let last = lines.suffix(12)
                lines.append(
                    try await process.errors.next(
                        within: patience, "\(name) to say \(words), after \(last)"))
            }
            if ClusterNode.holds(lines[index], words) { return lines[index] }
            index += 1
        }
    }

    private static func holds(_ line: String, _ words: [String]) -> Bool {
        let parts = line.split(separator: " ").map(String.init)
        return words.allSatisfy { word in
            word.hasSuffix("=")
                ? parts.contains { $0.hasPrefix(word) }
                : word.contains(" ") ? line.contains(word) : parts.contains(word)
        }
    }

    /// Whether a line that was looked at holds all these words.
    func hasSaid(_ words: String...) -> Bool {
        lines.contains { ClusterNode.holds($0, words) }
    }

    /// Sends the signal, and waits for the end that it brings.
    func end(
        by signal: Int32, within time: TimeAmount = patience
    ) async throws -> ServerProcess.Ending {
        process.send(signal)
        let ending = try await process.ended(within: time)
        hasEnded = true
        return ending
    }

    /// Ends the process, if it still runs.
    func clear() async {
        if !hasEnded { _ = try? await end(by: SIGKILL) }
    }

    static func field(_ name: String, of line: String) -> String? {
        line.split(separator: " ").first { $0.hasPrefix(name + "=") }
            .map { String($0.dropFirst(name.utf8.count + 1)) }
    }
}

/// Runs `body` with nodes that it starts and hands to `add`; ends them all after it.
func withCluster(_ body: (_ add: (ClusterNode) -> Void) async throws -> Void) async throws {
    var nodes: [ClusterNode] = []
    do {
        try await body { nodes.append($0) }
    } catch {
        for node in nodes { await node.clear() }
        throw error
    }
    for node in nodes { await node.clear() }
}

/// A folder of a test, gone with it and all that is in it.
final class TemporaryFolder {
    let path: String

    init() throws {
        var template = Array("/tmp/hokmd-test-XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { remove(path, depth: 0) }

    private func remove(_ path: String, depth: Int) {
        if unlink(path) == 0 || depth > 2 { return }
        if let folder = opendir(path) {
            while let entry = readdir(folder) {
                let name = withUnsafeBytes(of: entry.pointee.d_name) {
                    String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
                }
                if name != ".", name != ".." { remove("\(path)/\(name)", depth: depth + 1) }
            }
            closedir(folder)
        }
        rmdir(path)
    }
}
