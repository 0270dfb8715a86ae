import Glibc
import Testing

@testable import Gossip

/// What a node keeps over a restart.
@Suite(.serialized) struct StateShellTests {
    @Test func `a node with its state comes back to its cluster, as a later life`() async throws {
        let folder = try TemporaryFolder()
        try await TestCluster.run { cluster in
            let first = try await cluster.start("n0")
            let second = try await cluster.start("n1", join: [first.seed]) {
                $0.stateDirectory = folder.path
            }
            let before = try await second.wait(for: "a view with both") {
                $0.view?.servers.count == 2 && $0.seesMajority
            }
            await cluster.kill("n1")
            try await first.wait(for: "the failure") { $0.sees("n1", as: .failed) }
            // No seed any more: it remembers where the others were.
            let again = try await cluster.start("n1") { $0.stateDirectory = folder.path }
            let view = again.snapshot.view
            #expect(view?.lineage == before.view?.lineage)
            #expect(view?.number ?? 0 >= before.view?.number ?? 1)
            let after = try await again.wait(for: "its cluster") { $0.sees("n0", as: .alive) }
            #expect(after.own.instance > before.own.instance)
            #expect(after.own.metadata.disk == before.own.metadata.disk)
            try await first.wait(for: "the later life in a view") {
                $0.view?.server(NodeID(name: "n1"))?.instance == after.own.instance
            }
        }
    }

    @Test(arguments: ["another name", "another cluster", "a key file"])
    func `the state of another member is put aside, and a cluster founded anew`(
        change: String
    ) async throws {
        let folder = try TemporaryFolder()
        try await TestCluster.run { cluster in
            let first = try await cluster.start("n0") { $0.stateDirectory = folder.path }
            let before = try await first.wait(for: "its view") { $0.seesMajority }
            await cluster.kill("n0")
            let name = change == "another name" ? "n1" : "n0"
            let second = try await cluster.start(name) {
                $0.stateDirectory = folder.path
                if change == "another cluster" { $0.cluster = "another" }
                if change == "a key file" { $0.keyFile = folder.path + "/key" }
            }
            let after = try await second.wait(for: "a view of its own") { $0.seesMajority }
            #expect(after.view?.lineage != before.view?.lineage)
            #expect(after.own.metadata.disk != before.own.metadata.disk)
            #expect(cluster.log.all.contains("warning state of another member put aside"))
            #expect(access(folder.path + "/promises.old", F_OK) == 0)
        }
    }

    @Test func `two nodes cannot use one state directory`() async throws {
        let folder = try TemporaryFolder()
        try await TestCluster.run { cluster in
            try await cluster.start("n0") { $0.stateDirectory = folder.path }
            await #expect(throws: GossipError.stateDirectoryInUse(path: folder.path)) {
                try await cluster.start("n1") { $0.stateDirectory = folder.path }
            }
            await cluster.kill("n0")
            try await cluster.start("n0") { $0.stateDirectory = folder.path }
        }
    }

    @Test func `instances rise, even where the clock stands still`() async throws {
        let folder = try TemporaryFolder()
        let future = UInt64(1) << 62
        try folder.write("\(future)\n", to: "instance")
        try await TestCluster.run { cluster in
            let node = try await cluster.start("n0") { $0.stateDirectory = folder.path }
            #expect(node.snapshot.own.instance == future + 1)
        }
        #expect(try StateDirectory(path: folder.path).load().instance == future + 1)
    }

    @Test func `damaged promises make a new voter, and are said`() async throws {
        let folder = try TemporaryFolder()
        let promises = Promises(disk: 77)
        try StateDirectory(path: folder.path).save(promises)
        let stored = try StateDirectory(path: folder.path).load()
        #expect(stored.promises == promises && !stored.isDamaged)
        let file = try #require(fopen(folder.path + "/promises", "r+"))
        fseek(file, 6, SEEK_SET)
        fputc(0x55, file)
        fclose(file)
        #expect(try StateDirectory(path: folder.path).load().isDamaged)
        try await TestCluster.run { cluster in
            let node = try await cluster.start("n0") { $0.stateDirectory = folder.path }
            #expect(node.snapshot.own.metadata.disk != 77)
            #expect(cluster.log.all.contains("error promises damaged"))
        }
    }

    @Test func `a state directory that cannot be is refused with its reason`() async throws {
        try await TestCluster.run { cluster in
            let path = "/proc/none/state"
            await #expect(throws: GossipError.stateDirectory(path: path, errno: ENOENT)) {
                try await cluster.start("n0") { $0.stateDirectory = path }
            }
        }
    }
}
