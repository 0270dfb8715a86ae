import Testing

@testable import Game
@testable import PlayerProtocol

@Suite struct ServerMessageTests {
    private let room = RoomCode("ABC234")!

    @Test func `answers and notices are as the protocol shows them`() {
        #expect(text(ServerMessage.ok(re: 7, version: 12)) == #"{"type":"ok","re":7,"version":12}"#)
        #expect(
            text(ServerMessage.error(re: 7, .stale))
                == #"{"type":"error","re":7,"code":"stale","message":"it is too late for this"}"#)
        #expect(
            text(ServerMessage.error(re: nil, .badJSON))
                == #"{"type":"error","code":"bad_json","message":"this is not JSON"}"#)
        #expect(
            text(ServerMessage.pong(re: 1, time: 1_700_000_000_123))
                == #"{"type":"pong","re":1,"time_ms":1700000000123}"#)
        #expect(
            text(ServerMessage.queued(re: 2, position: 31))
                == #"{"type":"queued","re":2,"position":31}"#)
        #expect(
            text(ServerMessage.queued(re: nil, position: 1)) == #"{"type":"queued","position":1}"#)
        #expect(
            text(ServerMessage.waiting(reason: "a server is away"))
                == #"{"type":"waiting","reason":"a server is away"}"#)
        #expect(text(ServerMessage.running()) == #"{"type":"running"}"#)
        #expect(
            text(ServerMessage.notice("\"tea\"\n")) == #"{"type":"notice","text":"\"tea\"\n"}"#)
    }

    @Test func `the codes of errors are those of the protocol`() {
        let listed = """
            bad_json bad_message unknown_type not_joined already_joined bad_name bad_room \
            no_such_room room_full seat_taken bad_token not_your_turn not_the_hakem \
            card_not_in_hand stale must_follow_suit bad_card bad_suit match_over not_started \
            rate_limited overloaded unavailable
            """
        #expect(
            Set(ErrorCode.allCases.map(\.rawValue))
                == Set(listed.split(separator: " ").map { "\($0)" })
        )
        #expect(ErrorCode.allCases.allSatisfy { !$0.text.isEmpty })
    }

    private static let commitment = Commitment(
        seed: Seed(bytes: [UInt8](repeating: 1, count: 32))!, room: RoomCode("ABC234")!, hand: 2)
    private static let commitmentHex = commitment.bytes.map { byte in
        (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }.joined()

    private static let events: [(Event, String)] = [
        (
            .seated(Seat(1)!, name: "A\"b", isBot: false),
            #"{"type":"seated","seat":1,"name":"A\"b","bot":false}"#
        ),
        (.presence(Seat(2)!, online: true), #"{"type":"presence","seat":2,"online":true}"#),
        (.left(Seat(0)!), #"{"type":"left","seat":0}"#),
        (
            .hakem(
                Seat(3)!,
                draw: [
                    Played(seat: Seat(2)!, card: Card("TD")!),
                    Played(seat: Seat(3)!, card: Card("AS")!),
                ]),
            #"{"type":"hakem","seat":3,"draw":[{"seat":2,"card":"TD"},{"seat":3,"card":"AS"}]}"#
        ),
        (.hakem(Seat(1)!, draw: []), #"{"type":"hakem","seat":1,"draw":[]}"#),
        (
            .deal(hand: 2, commitment: commitment),
            #"{"type":"deal","hand":2,"commitment":"\#(commitmentHex)"}"#
        ),
        (
            .cards(Seat(0)!, CardSet([Card("2C")!, Card("AS")!])),
            #"{"type":"cards","cards":["AS","2C"]}"#
        ),
        (
            .turn(
                Turn(
                    seat: Seat(2)!, kind: .trump, mark: TurnMark(hand: 2, ply: 0),
                    limitMilliseconds: 30_000)),
            #"{"type":"turn","seat":2,"action":"trump","hand":2,"ply":0,"deadline_ms":30000}"#
        ),
        (
            .turn(Turn(seat: Seat(2)!, kind: .play, mark: TurnMark(hand: 2, ply: 51))),
            #"{"type":"turn","seat":2,"action":"play","hand":2,"ply":51,"deadline_ms":null}"#
        ),
        (.trump(Seat(3)!, .hearts), #"{"type":"trump","seat":3,"suit":"H"}"#),
        (.played(Seat(3)!, Card("QS")!), #"{"type":"played","seat":3,"card":"QS"}"#),
        (
            .trick(winner: Seat(1)!, tricks: TeamCounts(even: 3, odd: 4)),
            #"{"type":"trick","winner":1,"tricks":[3,4]}"#
        ),
        (
            .hand(
                HandResult(
                    winner: .odd, points: 3, kot: .hakemKot, score: TeamCounts(even: 1, odd: 5),
                    room: RoomCode("ABC234")!, hand: 2,
                    seed: Seed(bytes: [UInt8](repeating: 0xAB, count: 32))!)),
            #"{"type":"hand","winner":1,"points":3,"kot":"hakem_kot","score":[1,5],"reveal":"#
                + #"{"seed":"\#(String(repeating: "ab", count: 32))","room":"ABC234","hand":2}}"#
        ),
        (
            .match(winner: .even, score: TeamCounts(even: 7, odd: 6)),
            #"{"type":"match","winner":0,"score":[7,6]}"#
        ),
        (.said(Seat(0)!, "سلام"), #"{"type":"said","seat":0,"text":"سلام"}"#),
        (.emoted(Seat(0)!, "wow"), #"{"type":"emoted","seat":0,"emote":"wow"}"#),
    ]

    @Test(arguments: events)
    func `an event is as the protocol shows it`(event: Event, json: String) {
        let frame = EventFrame.json([event], version: 9, for: .seat(Seat(0)!))
        #expect(text(frame) == #"{"type":"events","version":9,"events":[\#(json)]}"#)
    }

    @Test func `what a viewer may not know is not in his frame, and an empty frame is none`() {
        let private2 = Event.cards(Seat(2)!, CardSet([Card("AS")!]))
        for viewer in [Viewer.spectator, .seat(Seat(1)!)] {
            #expect(EventFrame.json([private2], version: 1, for: viewer) == nil)
            #expect(
                text(EventFrame.json([private2, .left(Seat(0)!)], version: 1, for: viewer))
                    == #"{"type":"events","version":1,"events":[{"type":"left","seat":0}]}"#)
        }
        #expect(EventFrame.json([], version: 1, for: .spectator) == nil)
    }

    @Test func `joined shows a table that waits`() throws {
        var table = Table(
            identity: TableIdentity(
                room: room, options: TableOptions(),
                secret: Seed(bytes: [UInt8](repeating: 1, count: 32))!))
        try table.apply(.sit(name: "Ana"), by: Seat(0)!, at: 0)
        try table.apply(.sitBot, by: Seat(2)!, at: 0)
        let joined = JoinedMessage(
            re: 4, room: room, seat: Seat(0), token: "T", version: 2,
            state: table.view(for: .seat(Seat(0)!)), remaining: nil)
        #expect(
            text(joined.json())
                == #"{"type":"joined","re":4,"room":"ABC234","seat":0,"token":"T","version":2,"#
                + #""resumed":false,"state":{"phase":"waiting","seats":[{"name":"Ana","bot":false,"#
                + #""online":true},null,{"name":"Farhad","bot":true,"online":true},null],"#
                + #""target":7,"score":[0,0],"hand":0,"hakem":null,"trump":null,"cards":[],"#
                + #""counts":[0,0,0,0],"turn":null,"deadline_ms":null,"trick":[],"tricks":[0,0],"#
                + #""commitment":null,"ply":null}}"#)
    }

    @Test func `joined shows a table that plays, to a seat and to a spectator`() throws {
        var table = Table(
            identity: TableIdentity(
                room: room, options: TableOptions(),
                secret: Seed(bytes: [UInt8](repeating: 1, count: 32))!))
        for seat in Seat.all { try table.apply(.sit(name: "x"), by: seat, at: 0) }
        try table.apply(.start, by: Seat(0)!, at: 0)
        let hakem = try #require(table.position.hakem)
        try table.apply(.trump(.clubs), by: hakem, at: 0)
        let held = try #require(table.position.hand).held
        let card = try #require(held[hakem.index].lowest)
        try table.apply(.play(card), by: hakem, at: 100)
        let commitment = try #require(table.position.hand?.commitment.bytes).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
        func expected(_ head: String, _ cards: CardSet) -> String {
            let person = #"{"name":"x","bot":false,"online":true}"#
            let counts = Seat.all.map { $0 == hakem ? "12" : "13" }.joined(separator: ",")
            let names = cards.map { #""\#($0)""# }.joined(separator: ",")
            return #"{"type":"joined",\#(head),"version":7,"resumed":false,"state":{"#
                + #""phase":"playing","seats":[\#(person),\#(person),\#(person),\#(person)],"#
                + #""target":7,"score":[0,0],"hand":1,"hakem":\#(hakem.index),"trump":"C","#
                + #""cards":[\#(names)],"counts":[\#(counts)],"turn":\#(hakem.next.index),"#
                + #""deadline_ms":25000,"trick":[{"seat":\#(hakem.index),"card":"\#(card)"}],"#
                + #""tricks":[0,0],"commitment":"\#(commitment)","ply":1}}"#
        }
        for seat in Seat.all {
            var cards = held[seat.index]
            cards.remove(card)
            let joined = JoinedMessage(
                re: nil, room: room, seat: seat, token: "T", version: table.version,
                state: table.view(for: .seat(seat)), remaining: table.remaining(at: 5_100))
            #expect(
                text(joined.json())
                    == expected(#""room":"ABC234","seat":\#(seat.index),"token":"T""#, cards))
        }
        let watching = JoinedMessage(
            re: 1, room: room, seat: nil, token: nil, version: table.version,
            state: table.view(for: .spectator), remaining: table.remaining(at: 5_100))
        #expect(
            text(watching.json())
                == expected(#""re":1,"room":"ABC234","seat":null,"token":null"#, CardSet()))
    }

    @Test func `joined of a resume has no state`() {
        let joined = JoinedMessage(
            re: 4, room: room, seat: Seat(1), token: "T", version: 40, state: nil, remaining: nil)
        #expect(
            text(joined.json())
                == #"{"type":"joined","re":4,"room":"ABC234","seat":1,"token":"T","version":40,"#
                + #""resumed":true,"state":null}"#)
    }
}
