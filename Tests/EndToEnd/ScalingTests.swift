import Glibc
import JSON
import Testing

extension EndToEnd {
    /// A scaler with servers that are processes, as `make run` has them.
    @Suite struct ScalingTests {
        private let folder = Result { try TemporaryFolder() }

        private func policy(_ limits: String, players: Int = 1_000) throws -> String {
            let file = "\(try folder.get().path)/policy.yaml"
            try writePolicy(
                to: file, limits: limits, players: players,
                buffer: "{of: players, free: 1, hold: 0s}")
            return file
        }

        @Test(.tags(.slow))
        func `servers come, one that dies is replaced, the file is followed, and none is left`()
            async throws
        {
            let file = try policy("{min: 2, max: 5}")
            try await withCluster { add in
                let node = try await ClusterNode.startScaling(["--policy", file])
                add(node)
                let scope = "hokm of \(node.process.pid)@"
                // This node and two more.
                try await node.wait("view installed", "serving=3")
                let first = Instances.of(scope: scope)
                #expect(first.keys.sorted() == ["auto-1", "auto-2"])

                node.forget()
                kill(try #require(first["auto-1"]), SIGKILL)
                try await node.wait("member", "status=failed", "node=auto-1")
                try await node.wait("scaling", "action=launch:auto-3")
                _ = try await Instances.wait(scope: scope) {
                    $0.keys.sorted() == ["auto-2", "auto-3"]
                }
                try await node.wait("view installed", "serving=3")

                node.forget()
                _ = try policy("{min: 3, max: 5}")
                try await node.wait("policy loaded")
                try await node.wait("view installed", "serving=4")
                #expect(Instances.of(scope: scope).count == 3)

                node.forget()
                _ = try policy("{min: 3, mux: 5}")
                let refusal = try await node.wait("policy refused")
                #expect(refusal.contains("policy.yaml:4:18"), "\(refusal)")
                let shown = try await node.scaling()
                #expect(shown["acting"] == "n0")
                #expect(shown["policy"]?["refusal"]?.string?.contains("'mux'") == true)
                #expect(shown["instances"]?.array?.count == 3)
                let reason = shown["decisions"]?[0]?["reason"]?.string ?? ""
                #expect(reason.contains("3"), "\(reason)")

                node.forget()
                _ = try policy("{min: 2, max: 5}")
                try await node.wait("policy loaded")
                try await node.wait("scaling", "action=drain:auto-4")
                let rest = try await Instances.wait(scope: scope) { $0.count == 2 }
                #expect(rest["auto-4"] == nil, "the newest of those without rooms goes")
                try await node.wait("member", "status=left", "node=auto-4")

                #expect(try await node.end(by: SIGTERM) == .exit(0))
                #expect(Instances.of(scope: scope).isEmpty)
            }
        }

        @Test(.tags(.slow))
        func `with players servers come, without them they go, and who stays notices nothing`()
            async throws
        {
            let file = try policy("{min: 1, max: 6, maxUp: 6, maxDown: 6}", players: 2)
            try await withCluster { add in
                let node = try await ClusterNode.startScaling(["--policy", file])
                add(node)
                let scope = "hokm of \(node.process.pid)@"
                try await node.wait("view installed", "serving=2")

                let port = try node.port("players")
                let mailbox = Mailbox<ProtocolClient.Arrival>()
                var clients: [ProtocolClient] = []
                for index in 0..<6 {
                    let client = try await ProtocolClient.connect(
                        port: port, as: index, into: mailbox)
                    client.send(["type": "create", "id": 1, "name": "Ada"])
                    clients.append(client)
                }
                var joined: Set<Int> = []
                while joined.count < 6 {
                    let arrival = try await mailbox.next()
                    if case .message(let message) = arrival.incoming, message["type"] == "joined" {
                        joined.insert(arrival.connection)
                    }
                }
                // Six players and a free place, two to a server.
                _ = try await Instances.wait(scope: scope) { $0.count == 4 }
                try await node.wait("view installed", "serving=5")

                for client in clients[..<4] { client.send(["type": "leave", "id": 2]) }
                _ = try await Instances.wait(scope: scope) { $0.count == 2 }
                for client in clients[4...] { client.send(["type": "say", "id": 3, "text": "hi"]) }
                var heard: Set<Int> = []
                while heard.count < 2 {
                    let arrival = try await mailbox.next()
                    guard arrival.connection >= 4 else { continue }
                    guard case .message(let message) = arrival.incoming else {
                        Issue.record("\(arrival.incoming)")
                        break
                    }
                    if message["re"] == 3 {
                        #expect(message["type"] == "ok", "\(message)")
                        heard.insert(arrival.connection)
                    }
                }
                for client in clients[4...] { client.drop() }
                #expect(try await node.end(by: SIGTERM) == .exit(0))
                #expect(Instances.of(scope: scope).isEmpty)
            }
        }

        @Test(.tags(.slow))
        func `without a state directory servers go with a scaler that is killed`()
            async throws
        {
            let file = try policy("{min: 2, max: 5}")
            try await withCluster { add in
                let node = try await ClusterNode.startScaling(["--policy", file])
                add(node)
                let scope = "hokm of \(node.process.pid)@"
                try await node.wait("view installed", "serving=3")
                _ = try await node.end(by: SIGKILL)
                _ = try await Instances.wait(scope: scope, until: \.isEmpty)
            }
        }

        @Test(.tags(.slow)) func `with one they stay, and the scaler's next life finds them`()
            async throws
        {
            let file = try policy("{min: 2, max: 5}")
            let state = "\(try folder.get().path)/state"
            let scope = "hokm in \(state)"
            defer { for pid in Instances.of(scope: scope).values { kill(pid, SIGKILL) } }
            try await withCluster { add in
                let flags = ["--policy", file, "--state-dir", state]
                let node = try await ClusterNode.startScaling(flags)
                add(node)
                try await node.wait("view installed", "serving=3")
                let before = Instances.of(scope: scope)
                #expect(before.count == 2)
                #expect(try await node.end(by: SIGTERM) == .exit(0))
                #expect(Instances.of(scope: scope) == before)

                let again = try await ClusterNode.startScaling(flags)
                add(again)
                try await again.wait("view installed", "serving=3")
                // It has decided: with all that it found.
                _ = try await Instances.wait(scope: scope) { $0 == before }
                let shown = try await again.scaling()
                #expect(shown["instances"]?.array?.count == 2)
                _ = try await again.end(by: SIGTERM)
            }
            #expect(Instances.of(scope: scope).count == 2)
        }

        @Test func `a policy with an error ends the start, and says where it is`() async throws {
            let file = try policy("{min: 9, max: 5}")
            for mode in ["all", "scaler"] {
                let process = try await ServerProcess.spawn(["--mode", mode, "--policy", file])
                #expect(try await process.ended() == .exit(78))
                let errors = try await process.remainingErrors()
                #expect(errors.last == "hokmd: \(file):4:15: min 9 is above max 5")
            }
        }
    }
}
