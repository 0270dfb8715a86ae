import Glibc
import JSON
import Testing

extension EndToEnd {
    /// Two scalers, of which one is killed in the middle of what it does.
    @Suite struct TakeOverTests {
        private let folder = Result { try TemporaryFolder() }

        private func policy(_ servers: ScriptedServers, min: Int) throws -> String {
            let file = "\(try folder.get().path)/policy.yaml"
            try writePolicy(
                to: file, limits: "{min: \(min), max: 6}",
                further: "provisioner: {type: command, command: \(servers.command)}")
            return file
        }

        /// The actions that were put on record before they were carried out, with their reasons.
        private func actions(in audit: String) throws -> [String: String] {
            var found: [String: String] = [:]
            for line in lines(of: audit) {
                let entry = try JSONValue.parse(Array(line.utf8))
                guard entry["event"] == "scaling", let action = entry["action"]?.string else {
                    continue
                }
                #expect(found[action] == nil || entry["attempt"] != "1", "\(action) twice")
                found[action] = entry["reason"]?.string
            }
            return found
        }

        @Test(.tags(.slow))
        func `when the one that acts is killed at a launch, the other ends it and begins no other`()
            async throws
        {
            let servers = try ScriptedServers()
            let file = try policy(servers, min: 2)
            let path = try folder.get().path
            func start(_ name: String, join: ClusterNode? = nil) async throws -> ClusterNode {
                try await ClusterNode.start(
                    name, join: join, mode: "scaler", environment: ["HOKMD_DRY_RUN=false"],
                    ["--policy", file, "--audit-log", "\(path)/\(name).log"])
            }
            try await withCluster { add in
                let nodes = [try await start("s1")]
                add(nodes[0])
                try await nodes[0].wait("listening", "admin=")
                // With nothing under way: the second may be the one whose turn it is.
                try await nodes[0].wait(until: "two servers are ready") {
                    try await nodes[0].metric(#"hokmd_scaler_instances{state="ready"}"#) == 2
                }
                let second = try await start("s2", join: nodes[0])
                add(second)
                try await second.wait("listening", "admin=")
                try await second.wait("view installed", "serving=2")
                var acting = ""
                try await second.wait(until: "one of two acts, of two servers that are ready") {
                    let (one, two) = (try await nodes[0].scaling(), try await second.scaling())
                    guard let name = one["acting"]?.string, two["acting"]?.string == name else {
                        return false
                    }
                    acting = name
                    let shown = (name == "s1" ? one : two)["instances"]?.array ?? []
                    return shown.count == 2 && shown.allSatisfy { $0["state"] == "ready" }
                }
                let first = acting == "s1" ? nodes[0] : second
                let other = acting == "s1" ? second : nodes[0]

                try servers.hold()
                for node in [first, other] { node.forget() }
                _ = try policy(servers, min: 3)
                try await first.wait("scaling", "action=launch:auto-3")
                try await look(until: "the launch is under way") {
                    servers.calls.contains("launch auto-3 ")
                }
                #expect(try await first.end(by: SIGKILL) == .signal(SIGKILL))
                try await other.wait("scaling", "action=launch:auto-3")
                servers.goOn()
                try await other.wait("view installed", "serving=3")
                #expect(servers.started.sorted() == ["auto-1", "auto-2", "auto-3"])

                // What it knows of the first two is enough to replace one, by a name that is new.
                kill(try #require(servers.running["auto-1"]), SIGKILL)
                try await look(until: "the next is started") { servers.started.count == 4 }
                #expect(servers.started.last == "auto-4")
                try await other.wait(until: "three are ready again") {
                    try await other.metric(#"hokmd_scaler_instances{state="ready"}"#) == 3
                }
                #expect(servers.running.keys.sorted() == ["auto-2", "auto-3", "auto-4"])

                // Each is on record once, but for the one that was under way: it is with both.
                let before = try actions(in: "\(path)/\(first.name).log")
                let after = try actions(in: "\(path)/\(other.name).log")
                let all = Set(before.keys).union(after.keys)
                #expect(all == Set((1...4).map { "launch:auto-\($0)" }))
                #expect(Set(before.keys).intersection(after.keys) == ["launch:auto-3"])
                #expect(before["launch:auto-3"] == after["launch:auto-3"])
                #expect(after["launch:auto-4"]?.contains("auto-1") == true, "\(after)")
                #expect(servers.calls.count { $0 == "launch auto-3 " } == 2)
                #expect(servers.calls.count { $0 == "launch auto-4 " } == 1)
            }
        }
    }
}
