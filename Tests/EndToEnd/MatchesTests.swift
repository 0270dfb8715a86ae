import JSON
import Referee
import Testing

extension EndToEnd {
    @Suite struct MatchesTests {
        @Test(.tags(.slow))
        func `a hundred matches to seven at once have no fault`() async throws {
            print("seed \(seed)")
            try await withServer { server in
                let port = server.port
                let results = try await withThrowingTaskGroup(of: (Int, [Fault], [Int]).self) {
                    tasks in
                    for number in 0..<100 {
                        tasks.addTask {
                            var party = Party(port: port, seed: seed &+ UInt64(number))
                            try await party.sitDown(options: ["turn_seconds": 0])
                            try await party.play()
                            return (number, try await party.faults(), party.referee.score)
                        }
                    }
                    return try await tasks.reduce(into: []) { $0.append($1) }
                }
                #expect(results.count == 100)
                for (number, faults, score) in results {
                    #expect(faults == [], "match \(number) of seed \(seed)")
                    #expect(score.contains { $0 >= 7 })
                }
            }
        }

        @Test func `a match with bots and a spectator has no fault`() async throws {
            try await withServer { server in
                var party = Party(port: server.port)
                let host = try await party.arrive()
                let joined = try await party.ask(
                    host, ["type": "create", "name": "Sara", "options": ["target": 2]])
                let spectator = try await party.arrive()
                let watched = try await party.ask(
                    spectator, ["type": "watch", "room": joined["room"] ?? nil])
                #expect(watched["seat"]?.isNull == true)
                #expect(try await party.ask(host, ["type": "bots"])["type"] == "ok")
                try await party.play()
                try await party.expectNoFaults()
                #expect(party.referee.score.contains { $0 >= 2 })
            }
        }

        @Test func `a quick player is seated with others, or with bots`() async throws {
            try await withServer { server in
                var party = Party(port: server.port)
                var rooms: Set<String> = []
                for number in 0..<4 {
                    let guest = try await party.arrive()
                    party.send(guest, ["type": "quick", "name": .string("q\(number)")])
                    let joined = try await party.wait(guest, for: "a seat") {
                        $0["type"] == "joined"
                    }
                    rooms.insert(try joined.text("room"))
                }
                #expect(rooms.count == 1)
                try await party.play(until: { $0.referee.score != [0, 0] })
                #expect(party.referee.faults == [])
            }
        }
    }
}
