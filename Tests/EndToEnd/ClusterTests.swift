import Glibc
import NIOCore
import Testing

extension EndToEnd {
    /// Nodes as processes: they find each other, notice who is gone, and go with a good-bye.
    @Suite struct ClusterTests {
        @Test(.tags(.slow)) func `five nodes agree, notice a death, and are told of a leave`()
            async throws
        {
            try await withCluster { add in
                var nodes = [try await ClusterNode.start("n0")]
                add(nodes[0])
                for index in 1..<5 {
                    nodes.append(try await ClusterNode.start("n\(index)", join: nodes[0]))
                    add(nodes[index])
                }
                var numbers: Set<String?> = []
                for node in nodes {
                    let line = try await node.wait(
                        "view installed", "servers=5", "serving=5", "voters=5")
                    numbers.insert(ClusterNode.field("number", of: line))
                }
                #expect(numbers.count == 1, "\(numbers)")

                for node in nodes { node.forget() }
                #expect(try await nodes[2].end(by: SIGKILL) == .signal(SIGKILL))
                let survivors = [nodes[0], nodes[1], nodes[3], nodes[4]]
                for node in survivors {
                    try await node.wait("member", "status=failed", "node=n2")
                    try await node.wait("view installed", "servers=4", "voters=3")
                }

                for node in survivors { node.forget() }
                #expect(try await nodes[3].end(by: SIGTERM, within: .seconds(5)) == .exit(0))
                for node in [nodes[0], nodes[1], nodes[4]] {
                    try await node.wait("member", "status=left", "node=n3")
                    try await node.wait("view installed", "servers=3", "voters=3")
                    #expect(!node.hasSaid("status=failed", "node=n3"))
                    #expect(!node.hasSaid("status=suspect", "node=n3"))
                }
            }
        }

        @Test(.tags(.slow)) func `a node that was killed comes back by its state directory`()
            async throws
        {
            let folder = try TemporaryFolder()
            try await withCluster { add in
                let first = try await ClusterNode.start("n0")
                add(first)
                let flags = ["--state-dir", folder.path + "/deep/state"]
                let second = try await ClusterNode.start("n1", join: first, flags)
                add(second)
                try await second.wait("view installed", "serving=2")
                let taken = try await ServerProcess.spawn(["--mode", "server"] + flags)
                #expect(try await taken.ended() == .exit(69))
                #expect(
                    try await taken.remainingErrors().contains {
                        $0.hasPrefix("hokmd: ") && $0.contains("another node uses it")
                    })
                first.forget()
                _ = try await second.end(by: SIGKILL)
                try await first.wait("member", "status=failed", "node=n1")
                first.forget()
                let again = try await ClusterNode.start("n1", join: nil, flags)
                add(again)
                try await again.wait("member", "node=n0", "status=alive")
                try await first.wait("member", "status=alive", "node=n1", "was=failed")
                try await first.wait("view installed", "serving=2")
            }
        }

        @Test func `a port that is taken ends with 69 and a line that names it and its flag`()
            async throws
        {
            try await withCluster { add in
                let first = try await ClusterNode.start("n0")
                add(first)
                let second = try await ServerProcess.spawn(["--gossip", first.gossip])
                #expect(try await second.ended() == .exit(69))
                let errors = try await second.remainingErrors().filter { $0.hasPrefix("hokmd: ") }
                #expect(errors.count == 1)
                #expect(errors.first?.contains(first.gossip) == true)
                #expect(errors.first?.contains("--gossip") == true)
            }
        }

        @Test func `keygen makes keys, and a file that is never overwritten`() async throws {
            let folder = try TemporaryFolder()
            let path = folder.path + "/keys"
            var printed: Set<String> = []
            for _ in 0..<2 {
                let process = try await ServerProcess.spawn(["keygen"])
                #expect(try await process.ended() == .exit(0))
                printed.insert(try await process.allOutput())
            }
            #expect(printed.count == 2 && printed.allSatisfy { $0.utf8.count == 45 })
            let first = try await ServerProcess.spawn(["keygen", "--out", path])
            #expect(try await first.ended() == .exit(0))
            #expect(try await first.allOutput() == "")
            var status = stat()
            #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o600)
            let second = try await ServerProcess.spawn(["keygen", "--out", path])
            #expect(try await second.ended() == .exit(1))
        }

        @Test(.tags(.slow)) func `a key file lets nodes in, and must be its owner's alone`()
            async throws
        {
            let folder = try TemporaryFolder()
            let path = folder.path + "/keys"
            let keygen = try await ServerProcess.spawn(["keygen", "--out", path])
            #expect(try await keygen.ended() == .exit(0))
            try await withCluster { add in
                let flags = ["--key-file", path]
                let first = try await ClusterNode.start("n0", join: nil, flags)
                add(first)
                let keyless = try await ClusterNode.start(
                    "x0", join: first, environment: ["HOKMD_TESTING=1"], ["--time-scale", "0.2"])
                add(keyless)
                #expect(keyless.hasSaid("warning"))
                let second = try await ClusterNode.start("n1", join: first, flags)
                add(second)
                try await first.wait("member", "node=n1", "status=alive")
                try await keyless.wait("not joined", "seeds=\(first.gossip)")
                #expect(!first.hasSaid("node=x0"))

                chmod(path, 0o644)
                first.process.send(SIGHUP)
                #expect(try await first.wait("reload refused").contains("chmod 600"))
                let refused = try await ServerProcess.spawn(["--mode", "server"] + flags)
                #expect(try await refused.ended() == .exit(78))
                chmod(path, 0o600)
                first.process.send(SIGHUP)
                try await first.wait("reloaded")
            }
        }
    }
}
