import Glibc
import JSON
import Testing

extension EndToEnd {
    /// A release that is no good, and how the scaler comes back from it.
    @Suite struct RollBackTests {
        private let folder = Result { try TemporaryFolder() }

        private func policy(_ servers: ScriptedServers, min: Int) throws -> String {
            let file = "\(try folder.get().path)/policy.yaml"
            try writePolicy(
                to: file, limits: "{min: \(min), max: 6, maxUp: 3}",
                further: """
                    guards:
                      failedAction: {readyWithin: 15s, then: rollback, backoff: 1s..2s}
                      badRelease: {watch: 10m, errors: 5%}
                    provisioner: {type: command, command: \(servers.command)}
                    """)
            return file
        }

        /// Two servers of the former release, then one release more, and two servers more.
        private func withBadRelease(
            doing words: String,
            _ body: (ClusterNode, ScriptedServers, _ audit: String) async throws -> Void
        ) async throws {
            let servers = try ScriptedServers()
            let file = try policy(servers, min: 2)
            let audit = "\(try folder.get().path)/audit.log"
            try await withCluster { add in
                let node = try await ClusterNode.start(
                    "s1", mode: "scaler", environment: ["HOKMD_DRY_RUN=false"],
                    ["--policy", file, "--audit-log", audit])
                add(node)
                try await node.wait("view installed", "serving=2")
                try await node.wait(until: "two servers are ready") {
                    try await node.metric(#"hokmd_scaler_instances{state="ready"}"#) == 2
                }
                try servers.makeRelease("9.9", doing: words)
                try servers.release("9.9")
                node.forget()
                _ = try policy(servers, min: 4)
                try await body(node, servers, audit)
            }
        }

        @Test(.tags(.slow)) func `one that never gets ready is taken back, on record`() async throws
        {
            try await withBadRelease(doing: "exec sleep 1000") { node, servers, audit in
                try await node.wait("view installed", "serving=4")
                #expect(servers.started.count == 6, "\(servers.started)")
                let bad = servers.started[2..<4]
                for name in bad {
                    try await look(until: "\(name) is ended") { servers.running[name] == nil }
                    #expect(servers.calls.contains("launch \(name) "))
                }
                for name in servers.started[4...] {
                    #expect(
                        servers.calls.contains("launch \(name) \(ScriptedServers.goodVersion)"))
                }
                let line = try #require(
                    lines(of: audit).first { $0.contains(#""action":"rollBack:9.9""#) })
                #expect(line.contains("2 of its servers did not become ready"), "\(line)")
                #expect(try await node.metric("hokmd_scaler_rollbacks_total") == 1)
                #expect(try await node.metric(#"hokmd_scaler_alarms{alarm="bad_release"}"#) == 1)
            }
        }

        /// It is gone before anybody could say what it was.
        @Test(.tags(.slow)) func `after one that ends at its start the former one is launched`()
            async throws
        {
            try await withBadRelease(doing: "exit 1") { node, servers, _ in
                try await node.wait("view installed", "serving=4")
                let last = servers.calls.last { $0.hasPrefix("launch ") } ?? ""
                #expect(last.hasSuffix(" \(ScriptedServers.goodVersion)"), "\(servers.calls)")
                #expect(
                    try await node.metric(#"hokmd_scaler_instances{state="ready"}"#) ?? 0 >= 3)
            }
        }
    }
}
