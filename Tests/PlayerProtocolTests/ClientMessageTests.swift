import Game
import Random
import Testing

@testable import PlayerProtocol

@Suite struct ClientMessageTests {
    private static let room = RoomCode("ABC234")!

    private static let good: [(String, ClientMessage.Body)] = [
        (#"{"type":"create","name":"Ana"}"#, .create(name: "Ana", TableOptions())),
        (#"{"type":"create","name":"Ana","options":null}"#, .create(name: "Ana", TableOptions())),
        (#"{"name":" Ana\n","type":"create"}"#, .create(name: "Ana", TableOptions())),
        (
            #"{"type":"create","name":"a","options":{"target":25,"turn_seconds":0,"bots_after":0,"#
                + #""public":true,"new":[{}]}}"#,
            .create(name: "a", options(25, 0, 0, true))
        ),
        (
            #"{"type":"create","name":"a","options":{"bots_after":null,"target":1}}"#,
            .create(name: "a", options(1, 30, nil, false))
        ),
        (
            #"{"type":"join","room":"ABC234","name":"b"}"#,
            .join(room, name: "b", nil)
        ),
        (
            #"{"type":"join","room":"abc234","name":"b","seat":3}"#,
            .join(room, name: "b", Seat(3))
        ),
        (
            #"{"type":"join","room":"abc234","name":"b","seat":null,"token":7}"#,
            .join(room, name: "b", nil)
        ),
        (#"{"type":"quick","name":"علی\u200cرضا"}"#, .quick(name: "علی\u{200C}رضا")),
        (#"{"type":"watch","room":"ABC234"}"#, .watch(room)),
        (#"{"type":"resume","token":"x","version":0}"#, .resume(token: "x", version: 0)),
        (
            #"{"type":"resume","version":9223372036854775807,"token":""}"#,
            .resume(token: "", version: UInt64(Int64.max))
        ),
        (#"{"type":"bots"}"#, .play(.bots)),
        (#"{"type":"trump","suit":"D"}"#, .play(.trump(.diamonds))),
        (#"{"type":"play","card":"QS"}"#, .play(.play(Card("QS")!, nil))),
        (
            #"{"type":"play","card":"TD","hand":3,"ply":51}"#,
            .play(.play(Card("TD")!, TurnMark(hand: 3, ply: 51)))
        ),
        (#"{"type":"play","card":"\u0032C"}"#, .play(.play(Card("2C")!, nil))),
        (#"{"type":"say","text":" hi there "}"#, .play(.say("hi there"))),
        (#"{"type":"emote","emote":"👏"}"#, .play(.emote("👏"))),
        (#"{"type":"leave"}"#, .play(.leave)),
        (" {\"\\u0074ype\" : \"ping\"}\n", .ping),
    ]

    private static func options(
        _ target: Int, _ turn: Int, _ bots: Int?, _ isPublic: Bool
    ) -> TableOptions {
        var options = TableOptions()
        options.target = target
        options.turnSeconds = turn
        options.botsAfterSeconds = bots
        options.isPublic = isPublic
        return options
    }

    @Test(arguments: good)
    func `a good message is read`(text: String, body: ClientMessage.Body) throws {
        #expect(try parse(text) == ClientMessage(id: nil, body: body))
    }

    private static let bad: [(String, ErrorCode)] = [
        ("", .badJSON), ("{", .badJSON), ("{}x", .badJSON), ("nul", .badJSON),
        (#"{"type":"ping",}"#, .badJSON), (#"{"type":"ping"} {}"#, .badJSON),
        (#"{"type":"\ud800"}"#, .badJSON), ("{\"type\":\"a\u{1}\"}", .badJSON),
        (String(repeating: "[", count: 4_096), .badJSON),
        ("[]", .badMessage), ("null", .badMessage), ("7", .badMessage), (#""ping""#, .badMessage),
        ("{}", .badMessage), (#"{"type":1}"#, .badMessage), (#"{"type":null}"#, .badMessage),
        (#"{"type":"ping","id":0}"#, .badMessage), (#"{"type":"ping","id":-1}"#, .badMessage),
        (#"{"type":"ping","id":1.5}"#, .badMessage), (#"{"type":"ping","id":"1"}"#, .badMessage),
        (#"{"type":"ping","id":9223372036854775808}"#, .badMessage),
        (#"{"type":""}"#, .unknownType), (#"{"type":"Ping"}"#, .unknownType),
        (#"{"type":"ping\u0000"}"#, .unknownType), (#"{"type":"pingpingping"}"#, .unknownType),
        (#"{"type":"ُping"}"#, .unknownType),
        (#"{"type":"create"}"#, .badMessage), (#"{"type":"create","name":7}"#, .badMessage),
        (#"{"type":"create","name":""}"#, .badName), (#"{"type":"create","name":" \t"}"#, .badName),
        (#"{"type":"quick","name":"1234567890123456789012345"}"#, .badName),
        (#"{"type":"quick","name":"a\u0007b"}"#, .badName),
        (#"{"type":"quick","name":"a\u202eb"}"#, .badName),
        (#"{"type":"create","name":"a","options":{"target":0}}"#, .badMessage),
        (#"{"type":"create","name":"a","options":{"target":26}}"#, .badMessage),
        (#"{"type":"create","name":"a","options":{"target":7.0}}"#, .badMessage),
        (#"{"type":"create","name":"a","options":{"turn_seconds":301}}"#, .badMessage),
        (#"{"type":"create","name":"a","options":{"turn_seconds":-1}}"#, .badMessage),
        (#"{"type":"create","name":"a","options":{"bots_after":3601}}"#, .badMessage),
        (#"{"type":"create","name":"a","options":{"public":1}}"#, .badMessage),
        (#"{"type":"create","name":"a","options":[]}"#, .badMessage),
        (#"{"type":"join","name":"a"}"#, .badMessage),
        (#"{"type":"join","name":"a","room":"ABC23"}"#, .badRoom),
        (#"{"type":"join","name":"a","room":"ABC2345"}"#, .badRoom),
        (#"{"type":"join","name":"a","room":"ABCI34"}"#, .badRoom),
        (#"{"type":"join","name":"a","room":"ABC234","seat":4}"#, .badMessage),
        (#"{"type":"join","name":"a","room":"ABC234","seat":-1}"#, .badMessage),
        (#"{"type":"watch","room":{}}"#, .badMessage), (#"{"type":"watch","room":""}"#, .badRoom),
        (#"{"type":"resume","token":"x"}"#, .badMessage),
        (#"{"type":"resume","version":1}"#, .badMessage),
        (#"{"type":"resume","token":"x","version":-1}"#, .badMessage),
        (#"{"type":"resume","token":"x","version":1e3}"#, .badMessage),
        (#"{"type":"trump"}"#, .badMessage), (#"{"type":"trump","suit":null}"#, .badMessage),
        (#"{"type":"trump","suit":1}"#, .badMessage), (#"{"type":"trump","suit":"s"}"#, .badSuit),
        (#"{"type":"trump","suit":"SH"}"#, .badSuit), (#"{"type":"trump","suit":""}"#, .badSuit),
        (#"{"type":"trump","suit":"spades and more"}"#, .badSuit),
        (#"{"type":"play"}"#, .badMessage), (#"{"type":"play","card":["AS"]}"#, .badMessage),
        (#"{"type":"play","card":"1S"}"#, .badCard), (#"{"type":"play","card":"SA"}"#, .badCard),
        (#"{"type":"play","card":"A"}"#, .badCard), (#"{"type":"play","card":"AS "}"#, .badCard),
        (#"{"type":"play","card":"♠A"}"#, .badCard), (#"{"type":"play","card":""}"#, .badCard),
        (#"{"type":"play","card":"AS","hand":1}"#, .badMessage),
        (#"{"type":"play","card":"AS","ply":1}"#, .badMessage),
        (#"{"type":"play","card":"AS","hand":1,"ply":52}"#, .badMessage),
        (#"{"type":"play","card":"AS","hand":-1,"ply":5}"#, .badMessage),
        (#"{"type":"play","card":"AS","hand":99999999999,"ply":5}"#, .badMessage),
        (#"{"type":"say"}"#, .badMessage), (#"{"type":"say","text":""}"#, .badMessage),
        (#"{"type":"say","text":"a\nb"}"#, .badMessage),
        (#"{"type":"emote","emote":""}"#, .badMessage), (#"{"type":"emote"}"#, .badMessage),
    ]

    @Test(arguments: bad)
    func `a bad message has its code`(text: String, code: ErrorCode) {
        #expect(throws: ClientMessageError(id: nil, code: code)) { try parse(text) }
    }

    @Test func `text has 200 characters at most, names 24, whatever their bytes`() throws {
        for (field, type, count) in [("text", "say", 200), ("name", "quick", 24)] {
            for character in ["x", "ش", "🂡"] {
                let longest = String(repeating: character, count: count)
                _ = try parse(#"{"type":"\#(type)","\#(field)":"\#(longest)"}"#)
                #expect(throws: ClientMessageError.self) {
                    try parse(#"{"type":"\#(type)","\#(field)":"\#(longest)\#(character)"}"#)
                }
            }
        }
    }

    @Test func `a message's id is read, also when the rest of it is wrong`() throws {
        #expect(try parse(#"{"type":"ping","id":9223372036854775807}"#).id == .max)
        #expect(try parse(#"{"type":"ping","id":null}"#).id == nil)
        let wrong: [(String, ErrorCode)] = [
            (#"{"type":"fly","id":3}"#, .unknownType), (#"{"id":3,"type":{}}"#, .badMessage),
            (#"{"type":7,"id":3}"#, .badMessage), (#"{"id":3}"#, .badMessage),
            (#"{"type":"trump","suit":"X","id":3}"#, .badSuit),
        ]
        for (text, code) in wrong {
            #expect(throws: ClientMessageError(id: 3, code: code)) { try parse(text) }
        }
    }

    @Test func `no mutation of a message traps, and what is read can be what it says`() {
        var generator = SplitMix64(seed: testSeed)
        let seeds = (Self.good.map(\.0) + Self.bad.map(\.0)).filter { $0.utf8.count < 300 }
            .map { Array($0.utf8) }
        let tokens = ["{", "}", "[", "]", "\"", ":", ",", "null", "-", "1e9", "\\u0000", "\\"]
            .map { Array($0.utf8) }
        var (readable, refused) = (0, 0)
        for _ in 0..<100_000 {
            var bytes = seeds.randomElement(using: &generator)!
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let place = Int.random(in: 0...bytes.count, using: &generator)
                switch Int.random(in: 0..<5, using: &generator) {
                case 0: bytes.insert(.random(in: 0...255, using: &generator), at: place)
                case 1 where place < bytes.count: bytes.remove(at: place)
                case 2 where place < bytes.count:
                    bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
                case 3: bytes.removeSubrange(place...)
                default:
                    bytes.insert(contentsOf: tokens.randomElement(using: &generator)!, at: place)
                }
            }
            do throws(ClientMessageError) {
                let message = try ClientMessage(json: bytes.span.bytes)
                if let id = message.id, id <= 0 { Issue.record("id \(id)") }
                readable += 1
            } catch { refused += 1 }
        }
        #expect(readable > 1_000 && refused > 1_000)
    }
}
