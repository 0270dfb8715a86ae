import JSON
import Random
import Referee
import Testing

extension EndToEnd {
    /// Whatever strangers and players send: others notice nothing.
    @Suite struct GarbageTests {
        @Test func `a player's garbage gets its error and leaves the room as it was`() async throws
        {
            try await withServer { server in
                var party = Party(port: server.port)
                try await party.sitDown(options: ["target": 2, "turn_seconds": 0])
                try await party.play(until: { $0.referee.version > 20 })
                let before = try await party.look()
                for (text, code) in Self.garbage(of: party) {
                    let found = try await party.provoke(0, text: Array(text.utf8))
                    #expect(code.contains(found), "\(found) to \(text)")
                }
                #expect(try await party.look() == before)
                // What a player is shown afresh is the same too.
                try await party.drop(3)
                let state = try await party.resume(3, version: 0)["state"]
                #expect(state?["trick"] == before["state"]?["trick"])
                #expect(state?["counts"] == before["state"]?["counts"])
                try await party.play()
                try await party.expectNoFaults()
            }
        }

        /// Messages of a player that must be refused, and how.
        private static func garbage(of party: Party) -> [(text: String, codes: [String])] {
            let turn = party.onTurn ?? 0
            let held = party.referee.cards(of: 0).map(\.description)
            let others = (1..<4).flatMap { party.referee.cards(of: $0).map(\.description) }
            var list: [(String, [String])] = [
                ("{\"type\":\"play\",\"card\":", ["bad_json"]),
                (String(repeating: "[", count: 2_000), ["bad_json"]),
                (String(repeating: "{\"a\":", count: 700), ["bad_json"]),
                ("{\"type\":\"play\",\"card\":\"\\ud800\"}", ["bad_json"]),
                ("{\"type\":\"play\",\"card\":01}", ["bad_json"]),
                ("\u{FEFF}{\"type\":\"ping\"}", ["bad_json"]),
                (#"{"type":"play","card":{"rank":"A","suit":"S"}}"#, ["bad_message"]),
                (#"{"type":"play","card":"AS","hand":1e400,"ply":0}"#, ["bad_message"]),
                (#"{"type":"play","card":"AS","hand":-1,"ply":-1}"#, ["bad_message"]),
                (
                    #"{"type":"play","card":"AS","hand":99999999999999999999,"ply":0}"#,
                    ["bad_message"]
                ),
                (#"{"type":"say","text":""}"#, ["bad_message"]),
                (#"{"type":"say","text":7}"#, ["bad_message"]),
                (
                    "{\"type\":\"say\",\"text\":\"\(String(repeating: "x", count: 201))\"}",
                    ["bad_message"]
                ),
                (#"{"type":"emote","emote":""}"#, ["bad_message"]),
                (#"{"type":"resume","token":"stale","version":1}"#, ["already_joined"]),
                (#"{"type":"quick","name":"x"}"#, ["already_joined"]),
                (#"{"type":"trump","suit":"S"}"#, ["not_your_turn", "not_the_hakem", "stale"]),
                (#"{"type":"bots"}"#, ["stale", "not_your_turn"]),
                (#"{"type":"deal","cards":["AS"]}"#, ["unknown_type"]),
            ]
            let play = ["not_your_turn", "card_not_in_hand", "must_follow_suit"]
            for card in others.prefix(10) {
                list.append(("{\"type\":\"play\",\"card\":\"\(card)\"}", play))
            }
            if turn != 0, let card = held.first {
                list.append(("{\"type\":\"play\",\"card\":\"\(card)\"}", ["not_your_turn"]))
                list.append(
                    ("{\"type\":\"play\",\"card\":\"\(card)\",\"hand\":1,\"ply\":0}", ["stale"]))
            }
            return list
        }

        @Test func `strangers' mutated messages change nothing in a room`() async throws {
            print("seed \(seed)")
            try await withServer { server in
                var party = Party(port: server.port)
                try await party.sitDown(options: ["target": 1, "turn_seconds": 0])
                try await party.play(until: { $0.referee.version > 20 })
                let before = try await party.look()
                let room = try before.text("room")
                let token = party.referee.token(of: 0) ?? ""
                for round in 0..<25 {
                    var crowd = Party(port: server.port, seed: seed &+ UInt64(round))
                    let stranger = try await crowd.arrive()
                    for _ in 0..<30 {
                        let bytes = Self.mutant(room: room, token: token, using: &crowd.generator)
                        crowd.send(stranger, text: bytes)
                    }
                    // Refused, or closed for bytes that are no UTF-8.
                    _ = try? await crowd.ask(stranger, ["type": "ping"])
                    if crowd.guests[stranger].isOpen { try await crowd.drop(stranger) }
                }
                #expect(try await party.look() == before)
                try await party.play()
                try await party.expectNoFaults()
            }
        }

        /// A message for this room with some bytes changed, so that it does not fit it.
        private static func mutant(
            room: String, token: String, using generator: inout SplitMix64
        ) -> [UInt8] {
            let messages = [
                #"{"type":"play","id":7,"card":"AS","hand":1,"ply":3}"#,
                #"{"type":"trump","id":7,"suit":"S"}"#,
                "{\"type\":\"join\",\"id\":7,\"room\":\"\(room)\",\"name\":\"x\",\"seat\":2}",
                "{\"type\":\"resume\",\"id\":7,\"token\":\"\(token.reversed())\",\"version\":5}",
                #"{"type":"create","name":"x","options":{"target":3,"public":true}}"#,
                #"{"type":"say","text":"hello \u0041\ud83d\ude00"}"#,
            ]
            var bytes = Array((messages.randomElement(using: &generator) ?? "").utf8)
            for _ in 0...Int.random(in: 0..<4, using: &generator) {
                let index = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: bytes[index] = UInt8.random(in: 0x20...0x7E, using: &generator)
                case 1: bytes.insert(contentsOf: bytes[index...], at: index)
                case 2: bytes.remove(at: index)
                default: bytes.insert(contentsOf: Array("\u{202E}".utf8), at: 0)
                }
            }
            return bytes
        }

        @Test func `bytes that are no HTTP, no frame or half of one leave the server serving`()
            async throws
        {
            print("seed \(seed)")
            try await withServer { server in
                var party = Party(port: server.port)
                try await party.sitDown(options: ["target": 1, "turn_seconds": 0])
                try await party.play(until: { $0.referee.version > 10 })
                let before = try await party.look()
                var generator = SplitMix64(seed: seed)
                var pending: [RawConnection] = []
                for round in 0..<60 {
                    let connection =
                        round % 2 == 0
                        ? try await RawConnection.connect(port: server.port)
                        : try await RawConnection.upgraded(port: server.port)
                    connection.send(Self.noise(using: &generator))
                    pending.append(connection)
                }
                #expect(try await party.look() == before)
                for connection in pending { connection.drop() }
                try await party.play()
                try await party.expectNoFaults()
                #expect(try await RawConnection.get("/healthz", port: server.port).status == 200)
            }
        }

        private static func noise(using generator: inout SplitMix64) -> [UInt8] {
            let count = Int.random(in: 1...2_000, using: &generator)
            return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
        }

        @Test(.tags(.slow)) func `the server's memory does not grow under garbage`() async throws {
            try await withServer { server in
                var generator = SplitMix64(seed: seed)
                // The allocator's arenas and the tables fill first.
                for _ in 0..<3 { try await Self.storm(server, &generator) }
                let before = server.residentKilobytes
                for _ in 0..<6 { try await Self.storm(server, &generator) }
                let after = server.residentKilobytes
                // What came in these rounds is more than 20 MiB: a tenth of it kept would show.
                print("resident \(before) KiB before, \(after) KiB after")
                #expect(before > 0 && after - before < 2_048, "\(before) to \(after) KiB")
            }
        }

        /// A thousand connections' worth of garbage, a hundred at a time: about 4 MiB.
        private static func storm(
            _ server: ServerProcess, _ generator: inout SplitMix64
        ) async throws {
            for _ in 0..<10 {
                var connections: [RawConnection] = []
                for number in 0..<100 {
                    let connection =
                        number % 4 == 0
                        ? try await RawConnection.connect(port: server.port)
                        : try await RawConnection.upgraded(port: server.port)
                    let count = Int.random(in: 1...8, using: &generator)
                    for _ in 0..<count { connection.send(noise(using: &generator)) }
                    if number % 3 == 0 { connection.send(Self.halfFrame) }
                    connections.append(connection)
                }
                for connection in connections { connection.drop() }
            }
            // What was dropped is gone once a later connection was served.
            _ = try await RawConnection.get("/healthz", port: server.port)
        }

        /// The beginning of a text of 4,000 bytes, masked with zeros.
        private static let halfFrame: [UInt8] =
            [0x81, 0xFE, 0x0F, 0xA0, 0, 0, 0, 0] + [UInt8](repeating: 0x7B, count: 1_000)
    }
}

extension Party {
    /// What a new spectator is shown of the room, without what differs from glance to glance.
    mutating func look() async throws -> JSONValue {
        var other = Party(port: port)
        let spectator = try await other.arrive()
        let room = JSONValue.string(referee.room(of: 0) ?? "")
        var joined = try await other.ask(spectator, ["type": "watch", "room": room])
        try await other.drop(spectator)
        joined["re"] = nil as JSONValue?
        return joined
    }
}
