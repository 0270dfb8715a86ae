import Game
import Gossip
import Link
import PlayerProtocol
import Testing
import Wire

@testable import Rooms

/// What a move costs on the link between a room's two servers, and in memory.
@Suite struct ReplicationBudgetTests {
    @Test func `a replicated move is at most 64 bytes in the median, headers included`() throws {
        let stage = ClusterStage(servers: 2)
        let code = RoomCode("ABC234")!
        var options = TableOptions()
        options.target = 3
        options.turnSeconds = 1
        let ana = stage.player(1, in: code, .create(name: "Ana", options))
        stage.settle(50)
        for number in 2...4 {
            stage.player(number, in: code, .join(name: "Player \(number)", nil))
            stage.settle(20)
        }
        stage.framesOfCopies = []
        stage.settle(400_000, step: 250)
        let room = try #require(stage.servers.values.compactMap { $0.host.rooms[code] }.first)
        #expect(room.room.table.position.handNumber > 4, "a match was played")
        #expect(stage.sessions[ana]?.isClosed == false)
        let sizes = stage.framesOfCopies.map { frame in
            var writer = WireWriter()
            frame.write(to: &writer)
            return writer.bytes.count
        }.sorted()
        let median = sizes[sizes.count / 2]
        print("a replicated move: median \(median) bytes, p99 \(sizes[sizes.count * 99 / 100])")
        #expect(median <= 64)
        let record = room.room.record(at: stage.now)
        print("a room's record: \(record.count) bytes")
        #expect(record.count <= 512)
    }
}
