import Game
import JSON
import PlayerProtocol
import Random
import Testing

@testable import hokmd

@Suite struct VerifyTests {
    /// The frames that a spectator of a whole match was sent, a line each.
    private func saved(target: Int = 2) throws -> [String] {
        var options = TableOptions()
        options.target = target
        let secret = try #require(Seed(bytes: [UInt8](repeating: 3, count: 32)))
        var table = Table(
            identity: TableIdentity(
                room: try #require(RoomCode("K7M2QX")), options: options, secret: secret))
        var generator = SplitMix64(seed: 4)
        for seat in Seat.all { try table.apply(.sitBot, by: seat, at: 0) }
        var lines: [String] = []
        func save(_ events: [Event]) {
            let frame = EventFrame.json(events, version: table.version, for: .spectator)
            lines.append(String(decoding: frame ?? [], as: UTF8.self))
        }
        save(try table.apply(.start, by: Seat.all[0], at: 0))
        while let turn = table.turn {
            let view = table.view(for: .seat(turn.seat))
            let move = try #require(Bot(.easy).choose(view, using: &generator))
            save(try table.apply(move, by: turn.seat, at: 0))
        }
        return lines
    }

    private func verify(_ text: String) throws -> [SavedHands.Verdict] {
        try SavedHands.verify(SavedEvents.read(Array(text.utf8)))
    }

    @Test func `an honest match is verified, hand by hand, as lines and as an array`() throws {
        let lines = try saved()
        let verdicts = try verify(lines.joined(separator: "\n"))
        #expect(verdicts.map(\.hand) == Array(1...verdicts.count) && verdicts.count >= 1)
        #expect(verdicts.allSatisfy { $0.playsChecked >= 28 && Set($0.deck).count == 52 })
        #expect(try verify("[\(lines.joined(separator: ","))]") == verdicts)
    }

    @Test func `another seed than the promised one is found`() throws {
        let text = try saved().joined(separator: "\n")
        let start = try #require(text.firstRange(of: "\"seed\":\"")).upperBound
        var forged = text
        forged.replaceSubrange(start...start, with: text[start] == "0" ? "1" : "0")
        #expect(throws: SavedHands.Fault.broken(hand: 1)) { try verify(forged) }
    }

    @Test func `a card that the deck did not give is found`() throws {
        let lines = try saved()
        let index = try #require(lines.firstIndex { $0.contains(#""type":"played","seat":1"#) })
        var forged = lines
        forged[index] = lines[index].replacing(
            #""type":"played","seat":1"#, with: #""type":"played","seat":2"#)
        #expect(throws: SavedHands.Fault.self) { try verify(forged.joined(separator: "\n")) }
    }

    @Test func `what is not JSON is named by its line`() {
        #expect(throws: SavedEvents.Fault.self) { try verify("{\"type\":\"pong\"}\n{oops") }
    }
}
