import JSON
import Random
import Referee
import Testing

extension EndToEnd {
    /// Every error code of PROTOCOL.md, but `unavailable`: it speaks of other nodes, and there are
    /// none yet.
    @Suite struct ErrorsTests {
        /// What a stranger sends, and the error for it.
        private static let refused: [(text: String, code: String)] = [
            ("{", "bad_json"), ("", "bad_json"), ("nul", "bad_json"), ("{} {}", "bad_json"),
            ("{\"type\":\"ping\",}", "bad_json"), ("{\"type\":\"\\ud800\"}", "bad_json"),
            ("[]", "bad_message"), ("5", "bad_message"), ("\"ping\"", "bad_message"),
            ("{}", "bad_message"), (#"{"type":5}"#, "bad_message"),
            (#"{"type":null}"#, "bad_message"), (#"{"type":"ping","id":"1"}"#, "bad_message"),
            (#"{"type":"ping","id":0}"#, "bad_message"),
            (#"{"type":"ping","id":1.5}"#, "bad_message"),
            (#"{"type":"ping","id":-3}"#, "bad_message"),
            (#"{"type":"ping","id":99999999999999999999}"#, "bad_message"),
            (#"{"type":""}"#, "unknown_type"), (#"{"type":"PING"}"#, "unknown_type"),
            (#"{"type":"shuffle"}"#, "unknown_type"),
            (#"{"type":"a type that is longer than any"}"#, "unknown_type"),
            (#"{"type":"play","card":"AS"}"#, "not_joined"), (#"{"type":"bots"}"#, "not_joined"),
            (#"{"type":"leave"}"#, "not_joined"), (#"{"type":"say","text":"x"}"#, "not_joined"),
            (#"{"type":"play"}"#, "bad_message"), (#"{"type":"play","card":1}"#, "bad_message"),
            (#"{"type":"trump"}"#, "bad_message"), (#"{"type":"say"}"#, "bad_message"),
            (#"{"type":"emote","emote":[]}"#, "bad_message"),
            (#"{"type":"create"}"#, "bad_message"),
            (#"{"type":"join","name":"a"}"#, "bad_message"), (#"{"type":"watch"}"#, "bad_message"),
            (#"{"type":"resume","token":"x"}"#, "bad_message"),
            (#"{"type":"resume","token":"x","version":-1}"#, "bad_message"),
            (#"{"type":"create","name":"a","options":{"target":0}}"#, "bad_message"),
            (#"{"type":"create","name":"a","options":{"target":26}}"#, "bad_message"),
            (#"{"type":"create","name":"a","options":{"turn_seconds":301}}"#, "bad_message"),
            (#"{"type":"create","name":"a","options":{"turn_seconds":1.5}}"#, "bad_message"),
            (#"{"type":"create","name":"a","options":{"bots_after":-1}}"#, "bad_message"),
            (#"{"type":"create","name":"a","options":{"public":1}}"#, "bad_message"),
            (#"{"type":"create","name":"a","options":[]}"#, "bad_message"),
            (#"{"type":"join","room":"000000","name":"a","seat":4}"#, "bad_message"),
            (#"{"type":"create","name":""}"#, "bad_name"),
            (#"{"type":"create","name":"  \t "}"#, "bad_name"),
            (#"{"type":"create","name":"1234567890123456789012345"}"#, "bad_name"),
            (#"{"type":"create","name":"a\u0007b"}"#, "bad_name"),
            (#"{"type":"quick","name":"a\u200e\u0000b"}"#, "bad_name"),
            (#"{"type":"join","room":"ABC","name":"a"}"#, "bad_room"),
            (#"{"type":"watch","room":"ABCDE!"}"#, "bad_room"),
            (#"{"type":"join","room":"000000","name":"a"}"#, "no_such_room"),
            (#"{"type":"watch","room":"zzzzzz"}"#, "no_such_room"),
            (#"{"type":"resume","token":"","version":0}"#, "bad_token"),
            (#"{"type":"resume","token":"AAAA","version":0}"#, "bad_token"),
            (#"{"type":"play","card":"1S"}"#, "bad_card"),
            (#"{"type":"play","card":""}"#, "bad_card"),
            (#"{"type":"play","card":"ASA"}"#, "bad_card"),
            (#"{"type":"play","card":"a longer text"}"#, "bad_card"),
            (#"{"type":"trump","suit":"X"}"#, "bad_suit"),
            (#"{"type":"trump","suit":"SS"}"#, "bad_suit"),

        ]

        @Test func `a stranger's bad message gets its error and the socket stays open`()
            async throws
        {
            try await withServer { server in
                for (text, code) in Self.refused {
                    var party = Party(port: server.port)
                    let guest = try await party.arrive()
                    let found = try await party.provoke(guest, text: Array(text.utf8))
                    #expect(found == code, "\(text)")
                    #expect(try await party.ask(guest, ["type": "ping"])["type"] == "pong")
                    try await party.drop(guest)
                }
            }
        }

        @Test func `a match meets every error of the table`() async throws {
            try await withServer { server in
                var party = Party(port: server.port)
                let options: JSONValue = ["target": 1, "turn_seconds": 0]
                let host = try await party.arrive()
                let created = try await party.ask(
                    host, ["type": "create", "name": "a", "options": options])
                let room = created["room"] ?? nil
                #expect(
                    try await party.provoke(host, ["type": "create", "name": "a"])
                        == "already_joined")
                #expect(
                    try await party.provoke(host, ["type": "watch", "room": room])
                        == "already_joined")
                #expect(
                    try await party.provoke(host, ["type": "play", "card": "AS"]) == "not_started")
                #expect(
                    try await party.provoke(host, ["type": "trump", "suit": "S"]) == "not_started")
                let second = try await party.arrive()
                #expect(
                    try await party.provoke(
                        second, ["type": "join", "room": room, "name": "b", "seat": 0])
                        == "seat_taken")
                for guest in [second, try await party.arrive(), try await party.arrive()] {
                    try await party.ask(guest, ["type": "join", "room": room, "name": "c"])
                }
                let late = try await party.arrive()
                #expect(
                    try await party.provoke(late, ["type": "join", "room": room, "name": "d"])
                        == "room_full")
                try await party.drop(late)

                // The hakem has not named the trump.
                try await party.wait("the deal") { $0.onTurn != nil }
                let hakem = try #require(party.hakem)
                let other = (hakem + 1) % 4
                #expect(
                    try await party.provoke(other, ["type": "trump", "suit": "S"])
                        == "not_the_hakem")
                #expect(
                    try await party.provoke(hakem, ["type": "trump", "suit": "Z"]) == "bad_suit")
                let early = try await party.provoke(hakem, ["type": "play", "card": "2S"])
                #expect(["not_your_turn", "card_not_in_hand"].contains(early))
                #expect(try await party.provoke(hakem, ["type": "bots"]) == "stale")

                try await party.play(until: { $0.referee.cards(of: hakem).count == 12 })
                #expect(
                    try await party.provoke(hakem, ["type": "play", "card": "1S"]) == "bad_card")
                try await checkCards(&party)
                try await party.play()
                #expect(
                    try await party.provoke(0, ["type": "play", "card": "AS"]) == "match_over")
                #expect(try await party.provoke(0, ["type": "trump", "suit": "S"]) == "match_over")
                try await party.expectNoFaults()
            }
        }

        /// Plays on until each of these was provoked by whoever's turn it is.
        private func checkCards(_ party: inout Party) async throws {
            var missing: Set = [
                "must_follow_suit", "card_not_in_hand", "not_your_turn", "stale",
            ]
            while !missing.isEmpty, !party.referee.isOver {
                let ply = party.referee.version
                try await party.play(until: { $0.referee.version > ply })
                // Whose turn it is, is read from guest 0's frames: others may be ahead of them.
                try await party.wait("guest 0 to hear of it") {
                    $0.referee.version(of: 0) >= $0.referee.version
                }
                guard let seat = party.onTurn, let led = party.ledSuit else { continue }
                let cards = party.referee.cards(of: seat).map(\.description)
                let (following, breaking) = (
                    cards.filter { $0.last == led }, cards.filter { $0.last != led }
                )
                if let card = breaking.first, !following.isEmpty {
                    #expect(
                        try await party.provoke(seat, ["type": "play", "card": .string(card)])
                            == "must_follow_suit")
                    missing.remove("must_follow_suit")
                }
                if missing.remove("card_not_in_hand") != nil,
                    let card = party.referee.cards(of: (seat + 1) % 4).first
                {
                    #expect(
                        try await party.provoke(
                            seat, ["type": "play", "card": .string(card.description)])
                            == "card_not_in_hand")
                }
                if missing.remove("not_your_turn") != nil,
                    let card = party.referee.cards(of: (seat + 1) % 4).first
                {
                    #expect(
                        try await party.provoke(
                            (seat + 1) % 4, ["type": "play", "card": .string(card.description)])
                            == "not_your_turn")
                }
                if missing.remove("stale") != nil, let card = cards.first {
                    #expect(
                        try await party.provoke(
                            seat,
                            ["type": "play", "card": .string(card), "hand": 1, "ply": 0])
                            == "stale")
                }
            }
            #expect(missing.isEmpty)
        }

        @Test func `a move that was made is acknowledged again, and changes nothing`() async throws
        {
            try await withServer { server in
                var party = Party(port: server.port)
                try await party.sitDown(options: ["target": 1, "turn_seconds": 0])
                try await party.wait("the deal") { $0.onTurn != nil }
                let hakem = try #require(party.hakem)
                for _ in 0..<3 {
                    let ok = try await party.ask(hakem, ["type": "trump", "suit": "H"])
                    #expect(ok["type"] == "ok")
                }
                let other = try await party.provoke(hakem, ["type": "trump", "suit": "D"])
                #expect(["stale", "not_your_turn"].contains(other))
                var generator = SplitMix64(seed: seed)
                let move = try #require(party.referee.choose(for: hakem, using: &generator))
                try await party.ask(hakem, move.message(id: 0))
                let version = party.referee.version(of: hakem)
                for _ in 0..<3 {
                    let ok = try await party.ask(hakem, move.message(id: 0))
                    #expect(ok["type"] == "ok")
                }
                #expect(party.referee.version(of: hakem) == version)
                try await party.play()
                try await party.expectNoFaults()
            }
        }

        @Test func `a full server says overloaded, and has quick players wait`()
            async throws
        {
            try await withServer(["--capacity", "1"]) { server in
                var party = Party(port: server.port)
                let host = try await party.arrive()
                let joined = try await party.ask(host, ["type": "create", "name": "a"])
                let guest = try await party.arrive()
                let room = joined["room"] ?? nil
                #expect(
                    try await party.provoke(guest, ["type": "join", "room": room, "name": "b"])
                        == "overloaded")
                #expect(
                    try await party.provoke(guest, ["type": "create", "name": "b"]) == "overloaded")
                // Who asks for any table waits until there is one.
                let queued = try await party.ask(guest, ["type": "quick", "name": "b"])
                #expect(queued["type"] == "queued" && queued["position"] == 1)
                try await party.ask(host, ["type": "leave"])
                // Perhaps before the host's reply: these are two connections.
                try await party.wait("a seat") {
                    $0.guests[guest].messages.contains { $0["type"] == "joined" }
                }
            }
        }

        @Test func `too many messages are refused, and more of them end the connection`()
            async throws
        {
            try await withServer { server in
                var party = Party(port: server.port)
                let guest = try await party.arrive()
                for _ in 0..<60 { party.guests[guest].client.send(["type": "ping"]) }
                let error = try await party.wait(guest, for: "an error") { $0["type"] == "error" }
                #expect(error["code"] == "rate_limited")
                for _ in 0..<400 { party.guests[guest].client.send(["type": "ping"]) }
                #expect(try await party.waitForClose(guest) == 4008)
            }
        }
    }
}

extension Party {
    /// Whose turn it is to play or to name the trump, as the last frame with a turn said.
    var onTurn: Int? { lastEvent("turn")?["seat"]?.int }

    /// The hakem of the hand.
    var hakem: Int? { lastEvent("hakem")?["seat"]?.int }

    /// The suit of the trick's first card; nil before it is led.
    var ledSuit: Character? {
        let events = guests[0].messages.flatMap { $0["events"]?.array ?? [] }
        let trick = events.reversed().prefix { $0["type"] != "trick" && $0["type"] != "trump" }
        return trick.last { $0["type"] == "played" }?["card"]?.string?.last
    }

    private func lastEvent(_ type: String) -> JSONValue? {
        for message in guests[0].messages.reversed() {
            if let event = message.events(type).last { return event }
        }
        return nil
    }
}
