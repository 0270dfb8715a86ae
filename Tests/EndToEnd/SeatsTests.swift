import JSON
import Referee
import Testing

extension EndToEnd {
    /// Coming, going and coming back.
    @Suite struct SeatsTests {
        @Test func `whoever resumes is shown exactly what was missed`() async throws {
            try await withServer { server in
                var party = Party(port: server.port)
                try await party.sitDown(options: ["target": 3, "turn_seconds": 0])
                try await party.play(until: { $0.referee.version > 25 })
                try await party.drop(2)
                let last = party.referee.version(of: 2)
                try await party.wait(0, for: "the presence") { $0.has("presence") }
                for text in ["one", "two", "three"] {
                    try await party.ask(1, ["type": "say", "text": .string(text)])
                }
                let joined = try await party.resume(2)
                #expect(joined["resumed"] == true)
                #expect(joined["version"]?.int == last)
                #expect(joined["state"]?.isNull == true)
                try await party.play()
                try await party.expectNoFaults()
                let said = party.guests[2].messages.filter { $0.has("said") }
                #expect(said.count == 3)
            }
        }

        @Test func `a resume from version 0, and one from long ago, show the state`() async throws {
            try await withServer { server in
                var party = Party(port: server.port)
                try await party.sitDown(options: ["target": 5, "turn_seconds": 0])
                try await party.play(until: { $0.referee.version > 20 })
                try await party.drop(1)
                let fresh = try await party.resume(1, version: 0)
                #expect(fresh["resumed"] == false && fresh["state"]?["phase"] == "playing")
                let hands = party.referee.score.reduce(0, +)
                try await party.play(until: { $0.referee.score.reduce(0, +) > hands + 2 })
                try await party.drop(1)
                let old = try await party.resume(1, version: 5)
                #expect(old["resumed"] == false && old["state"]?.members != nil)
                try await party.play()
                try await party.expectNoFaults()
            }
        }

        @Test func `a newer connection takes the seat over and the older one gets 4001`()
            async throws
        {
            try await withServer { server in
                var party = Party(port: server.port)
                try await party.sitDown()
                let joined = try await party.resume(3)
                #expect(joined["seat"] == 3)
                #expect(try await party.waitForStrayClose() == 4001)
                try await party.play(until: { $0.referee.version > 30 })
                try await party.expectNoFaults()
            }
        }

        @Test func `a token is good until the next one is used`() async throws {
            try await withServer { server in
                var party = Party(port: server.port)
                try await party.sitDown()
                let first = try #require(party.referee.token(of: 0))
                try await party.drop(0)
                try await party.resume(0, token: first)
                let second = try #require(party.referee.token(of: 0))
                // The answer might have been lost: the first is still good.
                try await party.drop(0)
                try await party.resume(0, token: first)
                try await party.drop(0)
                let third = try #require(party.referee.token(of: 0))
                #expect(third != second)
                try await party.resume(0, token: third)
                try await party.drop(0)
                try await party.reconnect(0)
                let refused = try await party.ask(
                    0, ["type": "resume", "token": .string(first), "version": 0])
                #expect(refused["code"] == "bad_token")
            }
        }

        @Test func `who leaves is closed with 1000 and a bot plays on`() async throws {
            try await withServer { server in
                var party = Party(port: server.port)
                try await party.sitDown(options: ["target": 2])
                try await party.play(until: { $0.referee.version > 15 })
                let ok = try await party.ask(2, ["type": "leave"])
                #expect(ok["type"] == "ok")
                #expect(try await party.waitForClose(2) == 1000)
                try await party.play([0, 1, 3])
                try await party.expectNoFaults()
            }
        }

        @Test func `who leaves before the match frees the seat`() async throws {
            try await withServer { server in
                var party = Party(port: server.port)
                let host = try await party.arrive()
                let joined = try await party.ask(host, ["type": "create", "name": "a"])
                for _ in 0..<2 {
                    let guest = try await party.arrive()
                    let seated = try await party.ask(
                        guest,
                        ["type": "join", "room": joined["room"] ?? nil, "name": "b", "seat": 2])
                    #expect(seated["seat"] == 2)
                    try await party.ask(guest, ["type": "leave"])
                    #expect(try await party.waitForClose(guest) == 1000)
                }
                try await party.expectNoFaults()
            }
        }

        @Test(.tags(.slow)) func `a turn that runs out is played by a bot, the seat stays`()
            async throws
        {
            try await withServer { server in
                var party = Party(port: server.port)
                try await party.sitDown(options: ["turn_seconds": 1])
                // Seat 1 never moves.
                try await party.play(
                    [0, 2, 3],
                    until: { party in
                        party.guests[0].messages.count { message in
                            message.events("played").contains { $0["seat"] == 1 }
                        } >= 2
                    })
                let said = try await party.ask(1, ["type": "say", "text": "still here"])
                #expect(said["type"] == "ok")
                try await party.expectNoFaults()
            }
        }

        @Test func `a spectator sees the table and no hand`() async throws {
            try await withServer { server in
                var party = Party(port: server.port)
                try await party.sitDown(options: ["target": 1])
                let spectator = try await party.arrive()
                let joined = try await party.ask(
                    spectator, ["type": "watch", "room": .string(party.referee.room(of: 0) ?? "")])
                #expect(joined["state"]?["cards"] == [])
                #expect(joined["token"]?.isNull == true)
                let refused = try await party.ask(spectator, ["type": "say", "text": "hi"])
                #expect(refused["code"] == "not_joined")
                try await party.play()
                try await party.expectNoFaults()
                #expect(!party.guests[spectator].messages.contains { $0.has("cards") })
            }
        }

        @Test func `seats are taken in order, or as asked for`() async throws {
            try await withServer { server in
                var party = Party(port: server.port)
                let host = try await party.arrive()
                let room = try await party.ask(
                    host, ["type": "create", "name": "  Zoë \u{1F0A1} "])
                #expect(room["seat"] == 0)
                #expect(room["state"]?["seats"]?[0]?["name"] == "Zoë \u{1F0A1}")
                var seats: [JSONValue?] = []
                for wanted: JSONValue in [3, nil, nil] {
                    let guest = try await party.arrive()
                    let code = try room.text("room").lowercased()
                    let joined = try await party.ask(
                        guest,
                        ["type": "join", "room": .string(code), "name": "b", "seat": wanted])
                    seats.append(joined["seat"])
                }
                #expect(seats == [3, 1, 2])
                try await party.expectNoFaults()
            }
        }

        @Test func `bots fill the table when the time is up`() async throws {
            try await withServer { server in
                var party = Party(port: server.port)
                let host = try await party.arrive()
                try await party.ask(
                    host,
                    [
                        "type": "create", "name": "a",
                        "options": ["bots_after": 0, "target": 1],
                    ])
                try await party.play()
                try await party.expectNoFaults()
            }
        }
    }
}

extension Party {
    /// The guest comes back on a new connection, by its token or another.
    @discardableResult
    mutating func resume(
        _ guest: Int, token: String? = nil, version: Int? = nil
    ) async throws -> JSONValue {
        let token = token ?? referee.token(of: guest) ?? ""
        let version = version ?? referee.version(of: guest)
        try await reconnect(guest)
        return try await ask(
            guest,
            ["type": "resume", "token": .string(token), "version": .int(Int64(version))])
    }
}

extension JSONValue {
    /// The events of this type in a frame.
    func events(_ type: String) -> [JSONValue] {
        self["events"]?.array?.filter { $0["type"]?.string == type } ?? []
    }

    func has(_ type: String) -> Bool { !events(type).isEmpty }
}
