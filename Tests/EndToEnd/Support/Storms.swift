import Load
import NIOCore
import Testing

/// Runs a storm over a cluster of 2 balancers and 3 servers, or of nodes that do everything, and what all its players say of it.
///
/// - Returns: what they saw. Nothing was lost, no socket closed, nothing was against the rules; rooms
///   may have ended where `roomsMayEnd`.
@discardableResult
func withStorm(
    _ options: Crowd.Options, all: Int = 0, network: Network? = nil, flags: [String] = [],
    timeScale: Double = 1, roomsMayEnd: Bool = false,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ body: (Storm) async throws -> Void
) async throws -> CrowdFigures {
    var options = options
    options.seed = seed
    let fleet = try await Fleet(
        binary: ServerProcess.binary, network: network,
        flags: ["--bot-think", "50ms..150ms", "--drain-spread", "500ms"] + flags,
        timeScale: timeScale)
    do {
        try await fleet.start(
            balancers: all > 0 ? 0 : 2, servers: all > 0 ? 0 : 3, all: all)
        let crowd = try await Crowd(options)
        try await crowd.meet(fleet.balancers)
        try await crowd.sitDown()
        try await body(Storm(fleet, crowd, seed: seed))
        var figures = try await crowd.finish()
        if roomsMayEnd { figures.forgiveEndedRooms() }
        #expect(
            figures.wrongs.isEmpty,
            "SEED=\(seed)\n\(figures.wrongs.prefix(20).joined(separator: "\n"))\n\(fleet.tail(30))",
            sourceLocation: sourceLocation)
        #expect(figures.moves > 0, sourceLocation: sourceLocation)
        #expect(fleet.complaints == [], sourceLocation: sourceLocation)
        try await fleet.end()
        return figures
    } catch {
        Issue.record(
            "SEED=\(seed) \(error)\n\(fleet.tail(40))", sourceLocation: sourceLocation)
        try await fleet.end()
        throw error
    }
}
