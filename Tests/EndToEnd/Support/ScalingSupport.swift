import Glibc
import JSON
import NIOCore
import NIOPosix
import Testing

/// What tests of scaling ask a node that runs a scaler.
extension ClusterNode {
    /// The one that it says it listens on, by the log's name for it.
    func port(_ name: String) throws -> Int {
        let line = try #require(
            lines.first { $0.contains("listening") && $0.contains("\(name)=") })
        return try #require(
            ClusterNode.field(name, of: line)?.split(separator: ":").last.flatMap { Int($0) })
    }

    /// What its admin port answers.
    func page(_ path: String) async throws -> String {
        try await RawConnection.get(path, port: port("admin")).body
    }

    func scaling() async throws -> JSONValue {
        try JSONValue.parse(Array(try await page("/v1/scaling").utf8))
    }

    /// A sample of its metrics, by name and labels; nil where there is none.
    func metric(_ name: String) async throws -> Double? {
        try await page("/metrics").split(separator: "\n").first { $0.hasPrefix("\(name) ") }
            .flatMap { Double($0.dropFirst(name.utf8.count + 1)) }
    }

    /// Waits until it holds of what the node tells, which nothing announces.
    func wait(
        until what: String, _ holds: () async throws -> Bool
    ) async throws {
        do {
            try await look(until: what, holds)
        } catch let timeout as Timeout {
            throw Timeout(what: "\(timeout.what), but \((try? await page("/v1/scaling")) ?? "-")")
        }
    }
}

/// Looks now and then, as long as tests wait for anything.
func look(until what: String, _ holds: () async throws -> Bool) async throws {
    let loop = NIOSingletons.posixEventLoopGroup.next()
    let end = NIODeadline.now() + patience
    while try await !holds() {
        guard NIODeadline.now() < end else { throw Timeout(what: what) }
        try await loop.scheduleTask(in: .milliseconds(50)) {}.futureResult.get()
    }
}

extension ClusterNode {
    /// All in one, whose scaler acts.
    static func startScaling(_ flags: [String]) async throws -> ClusterNode {
        try await start(
            "n0", mode: "all", environment: ["HOKMD_DRY_RUN=false"],
            ["--players", "127.0.0.1:0", "--bot-think", "0"] + flags)
    }
}

/// A policy that keeps a place free, put there as editors do it: another file in its place.
///
/// - Parameter further: what else it says, from the first column.
func writePolicy(
    to file: String, limits: String, players: Int = 1_000,
    buffer: String = "{of: players, free: 1}", further: String = ""
) throws {
    try write(
        """
        apiVersion: hokmd/v1
        kind: ScalingPolicy
        policy: few
        limits: \(limits)
        capacity: {playersPerInstance: \(players)}
        policies: {few: {buffer: \(buffer)}}
        \(further)

        """, to: file)
}

/// A file that is there whole or not at all.
func write(_ text: String, to file: String, mode: mode_t = 0o644) throws {
    let stream = try #require(fopen("\(file).new", "w"))
    fputs(text, stream)
    fclose(stream)
    #expect(chmod("\(file).new", mode) == 0)
    #expect(rename("\(file).new", file) == 0)
}

/// The lines of a file; none where there is no file.
func lines(of file: String) -> [String] {
    guard let stream = fopen(file, "r") else { return [] }
    defer { fclose(stream) }
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    bytes.removeLast(bytes.count - fread(&bytes, 1, bytes.count, stream))
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
}
