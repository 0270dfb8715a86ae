import Glibc
import JSON
import NIOCore
import Testing

extension EndToEnd {
    /// What the scaler does about servers that die, how soon, and when it may not.
    @Suite struct RepairTests {
        private let folder = Result { try TemporaryFolder() }

        /// Ten times what it takes here, on a machine with other things to do.
        private static let timeMax = Duration.seconds(30)

        private func start(_ limits: String, players: Int, _ flags: [String]) async throws
            -> ClusterNode
        {
            let file = "\(try folder.get().path)/policy.yaml"
            try writePolicy(to: file, limits: limits, players: players)
            return try await ClusterNode.startScaling(["--policy", file] + flags)
        }

        @Test(.tags(.slow))
        func `from a server's death, and from a rule's crossing, to one more that serves`()
            async throws
        {
            try await withCluster { add in
                var times: [Duration] = []
                // In a cluster each: a second death before the first voter is replaced takes the
                // majority away.
                for _ in 0..<3 {
                    let node = try await start("{min: 2, max: 3}", players: 2, [])
                    add(node)
                    let scope = "hokm of \(node.process.pid)@"
                    try await node.wait("view installed", "serving=3")
                    let victim = try #require(Instances.of(scope: scope).min { $0.key < $1.key })
                    node.forget()
                    let begin = ContinuousClock.now
                    kill(victim.value, SIGKILL)
                    try await node.wait("view installed", "serving=2")
                    node.forget()
                    try await node.wait("view installed", "serving=3")
                    times.append(.now - begin)
                    #expect(Instances.of(scope: scope)[victim.key] == nil)
                }
                times.sort()
                print("death_to_serving median=\(times[1]) worst=\(times[2])")
                #expect(times[2] < Self.timeMax)

                let node = try await start("{min: 2, max: 3}", players: 2, [])
                add(node)
                try await node.wait("view installed", "serving=3")
                let port = try node.port("players")
                let mailbox = Mailbox<ProtocolClient.Arrival>()
                var clients: [ProtocolClient] = []
                node.forget()
                let begin = ContinuousClock.now
                for index in 0..<4 {
                    let client = try await ProtocolClient.connect(
                        port: port, as: index, into: mailbox)
                    client.send(["type": "create", "id": 1, "name": "Ada"])
                    clients.append(client)
                }
                // Four players and a free place, two to a server.
                try await node.wait("view installed", "serving=4")
                let time = ContinuousClock.now - begin
                print("rule_to_serving time=\(time)")
                #expect(time < Self.timeMax)
                for client in clients { client.drop() }
            }
        }

        @Test(.tags(.slow))
        func `while the audit log cannot be written nothing is done, and then it goes on`()
            async throws
        {
            let audit = "\(try folder.get().path)/audit.log"
            try await withCluster { add in
                let node = try await start(
                    "{min: 2, max: 5}", players: 1_000, ["--audit-log", audit])
                add(node)
                let scope = "hokm of \(node.process.pid)@"
                try await node.wait("view installed", "serving=3")
                func alarm() async throws -> Double? {
                    try await node.metric(#"hokmd_scaler_alarms{alarm="audit_fails"}"#)
                }
                #expect(try await alarm() == 0)
                let lost = try await node.metric("hokmd_audit_lost_total") ?? 0

                // As on a disk that is full: no byte more.
                try await limitFiles(of: node, to: "0:")
                node.forget()
                kill(try #require(Instances.of(scope: scope)["auto-1"]), SIGKILL)
                try await node.wait("alarm", "actions cannot be audited, so none is carried out")
                try await node.wait(until: "it is tried again") {
                    try await node.metric("hokmd_audit_lost_total") ?? 0 >= lost + 4
                }
                #expect(try await alarm() == 1)
                #expect(try await node.metric("hokmd_audit_writable") == 0)
                #expect(Instances.of(scope: scope).keys.sorted() == ["auto-2"])
                #expect(!node.hasSaid("scaling", "action=launch:auto-3"))

                try await limitFiles(of: node, to: "unlimited:")
                try await node.wait("scaling", "action=launch:auto-3")
                try await node.wait(
                    "alarm over", "actions cannot be audited, so none is carried out")
                try await node.wait(until: "two servers are ready again") {
                    try await node.metric(#"hokmd_scaler_instances{state="ready"}"#) == 2
                }
                #expect(try await alarm() == 0)
                #expect(try await node.end(by: SIGTERM) == .exit(0))
                #expect(lines(of: audit).contains { $0.contains(#""action":"launch:auto-3""#) })
                let check = try await ServerProcess.spawn(["audit", "verify", audit])
                #expect(try await check.ended() == .exit(0), "its gap is on record")
            }
        }

        /// The soft limit of what the process may write to a file.
        private func limitFiles(of node: ClusterNode, to limit: String) async throws {
            let setting = try await ServerProcess.spawn(
                ["--pid", "\(node.process.pid)", "--fsize=\(limit)"],
                program: "/usr/bin/prlimit")
            #expect(try await setting.ended() == .exit(0))
        }
    }
}
