import Game
import Gossip
import Link
import PlayerProtocol
import Testing

@testable import Gateway

/// The player's socket is held while servers come and go.
@Suite struct HoldingTests {
    private static let waiting = ServerMessage.waiting(
        reason: "the server of this room is out of reach")
    private static let roomWaiting = ServerMessage.waiting(
        reason: "this room waits for a second server to keep a copy of it")
    private static let running = ServerMessage.running()
    private let bots = #"{"type":"bots","id":2}"#

    @Test func `a broken link leads back with what was not acknowledged, each event once`() {
        var bench = TableBench()
        bench.join()
        #expect(bench.player(bots) == [bench.input(anna, 1, .bots, id: 2)])
        _ = bench.player(#"{"type":"trump","id":3,"suit":"H"}"#)
        #expect(
            bench.server(anna, bench.output(6), .acknowledged(bench.id, index: 1, message: [2]))
                == [.send([6]), .send([2])])
        #expect(bench.down(anna) == [])
        #expect(bench.player(#"{"type":"leave","id":4}"#) == [])
        #expect(
            bench.up(anna) == [
                bench.rejoin(anna, after: 6), bench.input(anna, 2, .trump(.hearts), id: 3),
                bench.input(anna, 3, .leave, id: 4),
            ])
        // What was on its way before the answer is said again behind it.
        #expect(bench.server(anna, bench.output(8)) == [])
        #expect(
            bench.server(
                anna, .attached(bench.id, bench.attached(6), message: nil), bench.output(6),
                bench.output(7), bench.output(7), bench.output(9), bench.output(nil),
                .acknowledged(bench.id, index: 1, message: [2]),
                .acknowledged(bench.id, index: 2, message: [3]),
                .acknowledged(bench.id, index: 2, message: [3]))
                == [.send([7]), .send([9]), .send([0]), .send([3])])
    }

    @Test func `whoever is in a room hears the server that runs it, and no other`() {
        var bench = TableBench()
        bench.join()
        _ = bench.player(bots)
        #expect(
            bench.server(
                berta, bench.output(6), bench.output(nil), .paused([bench.id], true),
                .acknowledged(bench.id, index: 1, message: [2]), .moved(bench.id), .lost(bench.id),
                .refused(bench.id, .roomFull), .close(bench.id, .takenOver)) == [])
        // All of it is still to come from the right one.
        #expect(
            bench.server(
                anna, bench.output(6), .acknowledged(bench.id, index: 1, message: [3]))
                == [.send([6]), .send([3])])
        #expect(bench.player(#"{"type":"leave"}"#) == [bench.input(anna, 2, .leave)])
    }

    @Test func `a view leads to the new owner, and the former one counts for nothing`() {
        var bench = TableBench()
        bench.join()
        _ = bench.player(bots)
        #expect(
            bench.install(view(2, [berta]))
                == [bench.rejoin(berta, after: 5), bench.input(berta, 1, .bots, id: 2)])
        #expect(
            bench.server(
                anna, bench.output(6), .acknowledged(bench.id, index: 1, message: [2]),
                .close(bench.id, .takenOver), .moved(bench.id)) == [])
        #expect(bench.player(#"{"type":"leave"}"#) == [bench.input(berta, 2, .leave)])
        #expect(bench.server(berta, .attached(bench.id, bench.attached(5), message: nil)) == [])
        #expect(bench.server(berta, bench.output(6)) == [.send([6])])
        // An older view is not news, nor is a newer one with the same owner.
        #expect(bench.install(view(1, [anna])) == [])
        #expect(bench.install(view(3, [berta])) == [])
    }

    @Test func `what waits for this turn's end does not go out on a later link`() {
        var bench = TableBench()
        bench.join()
        let events = bench.events { bench in
            let text = Array(#"{"type":"bots"}"#.utf8)
            bench.table.received(
                text.span.bytes, from: bench.id, now: bench.now, wallClock: 0,
                using: &bench.generator)
            // A second link without the end of the first: what was on that one may be lost.
            bench.table.linkUp(anna, now: bench.now)
        }
        #expect(events == [bench.rejoin(anna, after: 5), bench.input(anna, 1, .bots)])
    }

    @Test func `who is sent off asks again, ever later, and at once under a newer view`() {
        var bench = TableBench()
        bench.join()
        #expect(bench.server(anna, .moved(bench.id)) == [])
        for pause in [50, 100, 200, 400, 500, 500] {
            #expect(bench.after(.milliseconds(pause - 1)).filter { $0.isFrame } == [])
            #expect(
                bench.after(.milliseconds(1)).filter { $0.isFrame }
                    == [bench.rejoin(anna, after: 5)])
            _ = bench.server(anna, .moved(bench.id))
        }
        #expect(bench.install(view(2, [anna, berta])) == [bench.rejoin(anna, after: 5)])
        _ = bench.server(anna, .moved(bench.id))
        #expect(bench.install(view(3, [berta])) == [bench.rejoin(berta, after: 5)])
    }

    @Test func `a lost room is asked for until the hold is over, and then it is said`() {
        var bench = TableBench()
        bench.join()
        _ = bench.install(view(2, [berta]))
        var asked = 0
        for _ in 0..<59 {
            _ = bench.server(berta, .lost(bench.id))
            asked += bench.after(.milliseconds(500)).count { $0.isFrame }
        }
        #expect(asked == 59)
        _ = bench.server(berta, .lost(bench.id))
        let notice = ServerMessage.notice(
            "this room was lost: both servers that held it failed at the same time")
        #expect(
            bench.after(.milliseconds(500)) == [
                .send(notice), .player(.countHeldTooLong), .player(.close(.overloaded)),
            ])
    }

    @Test(arguments: [
        (RoomFrame.refused(SessionID(0), .badToken), PlayerProtocol.CloseCode.takenOver),
        (.close(SessionID(0), .left), .left),
    ])
    func `the answer to a rejoin may be an end`(
        answer: RoomFrame, code: PlayerProtocol.CloseCode
    ) {
        var bench = TableBench()
        bench.join()
        _ = bench.install(view(2, [berta]))
        #expect(
            bench.server(berta, answer)
                == [.to(berta, .detach(bench.id, bench.room)), .player(.close(code))])
    }

    @Test func `a player hears of a pause after a second, and once whoever pauses`() {
        var bench = TableBench()
        bench.join()
        _ = bench.down(anna)
        #expect(bench.after(.milliseconds(999)) == [])
        #expect(bench.after(.milliseconds(1)) == [.send(Self.waiting)])
        #expect(bench.after(.seconds(5)) == [])
        _ = bench.up(anna)
        let attached = RoomFrame.attached(bench.id, bench.attached(5), message: nil)
        #expect(bench.server(anna, attached, bench.output(6)) == [.send(Self.running), .send([6])])
        #expect(
            bench.server(anna, .paused([bench.id], true), .paused([bench.id], true))
                == [.send(Self.roomWaiting)])
        _ = bench.down(anna)
        #expect(bench.after(.seconds(2)) == [])
        _ = bench.up(anna)
        #expect(bench.server(anna, attached) == [.send(Self.running)])
        #expect(bench.server(anna, .paused([bench.id], false)) == [])
        // A short one is not worth a word.
        _ = bench.down(anna)
        _ = bench.after(.milliseconds(900))
        _ = bench.up(anna)
        #expect(bench.server(anna, attached) == [])
    }

    @Test func `pings are answered while a player is held, until he is sent away`() {
        var bench = TableBench()
        bench.join()
        _ = bench.down(anna)
        _ = bench.after(.milliseconds(29_999))
        #expect(
            bench.player(#"{"type":"ping","id":9}"#)
                == [.send(ServerMessage.pong(re: 9, time: 1_234))])
        #expect(
            bench.after(.milliseconds(1))
                == [.player(.countHeldTooLong), .player(.close(.overloaded))])
        #expect(bench.up(anna) == [])
    }

    @Test func `whoever has left is not taken back`() {
        var bench = TableBench()
        bench.join()
        _ = bench.player(#"{"type":"leave","id":2}"#)
        _ = bench.server(anna, .acknowledged(bench.id, index: 1, message: [2]))
        #expect(bench.down(anna) == [.player(.close(.left))])
    }

    @Test func `sixty-four inputs may wait, then the socket does, and nobody is refused`() {
        var bench = TableBench()
        bench.join()
        _ = bench.down(anna)
        var told: [TableBench.Event] = []
        for index in 1...66 {
            bench.now = bench.now.advanced(by: .milliseconds(50))
            let events = bench.player(#"{"type":"bots","id":\#(index + 1)}"#)
            if index == 64 { #expect(events == [.player(.pauseReading)]) }
            told += events
        }
        #expect(told == [.player(.pauseReading)])
        #expect(bench.up(anna).count == 1 + 66)
        _ = bench.server(anna, .attached(bench.id, bench.attached(5), message: nil))
        for index in 1...66 {
            let events = bench.server(
                anna, .acknowledged(bench.id, index: UInt64(index), message: nil))
            #expect(events == (index == 34 ? [.player(.resumeReading)] : []))
        }
    }

    @Test func `thirty-two KiB of chat fill the waiting room as well, before the room answers`() {
        var bench = TableBench()
        _ = bench.player(#"{"type":"watch","id":1,"room":"\#(bench.room)"}"#)
        let text = String(repeating: "🂡", count: 200)
        for count in 1...38 {
            bench.now = bench.now.advanced(by: .milliseconds(50))
            let events = bench.player(#"{"type":"say","text":"\#(text)"}"#)
            #expect(events == (count == 38 ? [.player(.pauseReading)] : []))
        }
        let events = bench.server(anna, .refused(bench.id, .noSuchRoom))
        #expect(events.first == .player(.resumeReading))
        #expect(events.dropFirst(2).allSatisfy { $0 == .error(nil, .notJoined) })
        #expect(events.count == 2 + 38)
    }

    @Test func `a player who goes is taken out of the room where that is known`() {
        var bench = TableBench()
        bench.join()
        var held = bench
        #expect(
            bench.events { $0.table.closed($0.id) }
                == [.to(anna, .detach(bench.id, bench.room))])
        _ = held.down(anna)
        #expect(held.events { $0.table.closed($0.id) } == [])
        #expect(held.table.count == 0)
        #expect(held.up(anna) == [])
    }
}

extension TableBench.Event {
    var isFrame: Bool {
        if case .to = self { true } else { false }
    }
}
