import JSON
import Load
import NIOCore
import Testing

extension EndToEnd {
    /// What the admin port of each node of a cluster says of its rooms.
    @Suite struct RoomsReportTests {
        @Test func `every node counts all rooms, and knows where each belongs`() async throws {
            var options = Crowd.Options()
            (options.tables, options.players) = (12, 1)
            let fleet = try await Fleet(binary: ServerProcess.binary)
            do {
                try await fleet.start(balancers: 1, servers: 2)
                let crowd = try await Crowd(options)
                try await crowd.meet(fleet.balancers)
                try await crowd.sitDown()
                // Servers tell each other once a second.
                for node in fleet.running {
                    try await until("\(node.name) counts all rooms") {
                        try await AdminPort.ask("/v1/rooms", node)["total"] == 12
                    }
                }
                let balancer = try #require(fleet.balancers.first)
                #expect(try await AdminPort.ask("/v1/rooms", balancer)["here"] == 0)
                for server in fleet.servers {
                    let report = try await AdminPort.ask("/v1/rooms", server)
                    let rooms = try #require(report["rooms"]?.array)
                    #expect(report["here"] == .int(Int64(rooms.count)))
                    for room in rooms {
                        let code = try #require(room["room"]?.string)
                        let placed = try await AdminPort.ask("/v1/rooms/\(code)", balancer)
                        #expect(placed["owner"] == .string(server.name))
                        #expect(placed["successors"] == room["successors"])
                        #expect(placed["version"] == .null && placed["phase"] == .null)
                    }
                }
                // Its rooms are with another: what it said last counts no more.
                let gone = try #require(fleet.servers.last)
                let witness = try #require(fleet.balancers.first)
                gone.kill()
                try await until("\(gone.name) is held failed, without rooms") {
                    let report = try await AdminPort.ask("/v1/members", witness)
                    let member = report["members"]?.array?.first {
                        $0["node"] == .string(gone.name)
                    }
                    return member?["status"] == "failed" && member?["rooms"] == 0
                }
                _ = try await crowd.finish()
            } catch {
                try await fleet.end()
                throw error
            }
            try await fleet.end()
        }
    }
}
