import Game
import Gossip
import Link
import PlayerProtocol
import Testing

@testable import Gateway

/// What has not been answered when its server goes is asked again.
@Suite struct ArrivingTests {
    @Test func `a room that is being made keeps its code from server to server`() throws {
        var bench = TableBench()
        let first = bench.player(#"{"type":"create","id":1,"name":"Ana"}"#)
        guard case .to(let node, let frame) = try #require(first.first) else {
            Issue.record("\(first)")
            return
        }
        #expect(bench.down(node) == [])
        #expect(bench.up(node) == [.to(node, frame)])
        let other = node == anna ? berta : anna
        #expect(bench.install(view(2, [other])) == [.to(other, frame)])
        // The first owner's answer comes too late.
        let attached = Attached(
            room: bench.room, seat: Seat(0), roomInstance: 7, version: 1)
        #expect(bench.server(node, .attached(bench.id, attached, message: [1])) == [])
        #expect(
            bench.server(
                other, .attached(bench.id, attached, message: [1]),
                .attached(bench.id, attached, message: [1])) == [.send([1])])
    }

    @Test func `without a view everyone waits, and goes where the first one says`() {
        var bench = TableBench(isReady: false)
        #expect(bench.player(#"{"type":"watch","id":1,"room":"\#(bench.room)"}"#) == [])
        #expect(bench.player(#"{"type":"leave","id":2}"#) == [])
        #expect(bench.up(anna) == [])
        #expect(
            bench.install(view(1, [anna]))
                == [.to(anna, .attach(bench.id, id: 1, bench.room, .watch))])
        #expect(
            bench.server(anna, .attached(bench.id, bench.attached(5), message: [1]))
                == [bench.input(anna, 1, .leave, id: 2), .send([1])])
    }

    @Test func `what nobody answers is unavailable in the end, and can be tried again`() {
        var bench = TableBench(isReady: false)
        _ = bench.player(#"{"type":"watch","id":1,"room":"\#(bench.room)"}"#)
        _ = bench.player(#"{"type":"bots","id":2}"#)
        #expect(bench.after(.milliseconds(29_999)) == [])
        #expect(
            bench.after(.milliseconds(1)) == [.error(1, .unavailable), .error(2, .notJoined)])
        #expect(bench.player(#"{"type":"quick","id":3,"name":"Ana"}"#) == [])
        #expect(bench.after(TableBench.hold) == [.error(3, .unavailable)])
        // A server that answers too late has a guest less.
        var slow = TableBench()
        _ = slow.player(#"{"type":"watch","id":1,"room":"\#(slow.room)"}"#)
        #expect(
            slow.after(TableBench.hold)
                == [.to(anna, .detach(slow.id, slow.room)), .error(1, .unavailable)])
        #expect(slow.server(anna, .attached(slow.id, slow.attached(1), message: [1])) == [])
    }

    @Test(arguments: [
        #"{"type":"join","id":1,"room":"ROOM","name":"Ana"}"#,
        #"{"type":"create","id":1,"name":"Ana"}"#,
    ])
    func `a seat of which the player was never told is given up, whatever the server did`(
        text: String
    ) throws {
        var bench = TableBench()
        let first = bench.player(text.replacing("ROOM", with: "\(bench.room)"))
        guard case .to(let node, .attach(_, _, let room, _)) = try #require(first.first) else {
            Issue.record("\(first)")
            return
        }
        let withdrawal = TableBench.Event.to(node, .withdraw(bench.id, room))
        // Nobody answers.
        var slow = bench
        #expect(slow.after(TableBench.hold) == [withdrawal, .error(1, .unavailable)])
        // The socket closes first.
        var gone = bench
        #expect(gone.events { $0.table.closed($0.id) } == [withdrawal])
        // The answer is lost with its link; the room hears when there is one again, and once.
        #expect(bench.down(node) == [])
        #expect(bench.after(TableBench.hold) == [.error(1, .unavailable)])
        let again = bench.player(#"{"type":"join","id":2,"room":"\#(room)","name":"Ana"}"#)
        #expect(again == [])
        let up = bench.up(node)
        #expect(up.first == withdrawal && up.count == 2, "before the next attempt: \(up)")
        #expect(bench.down(node) == [])
        #expect(bench.up(node).count == 1)
    }

    @Test func `where nobody was asked nothing is given up, nor what a token opened before`() {
        var bench = TableBench(isReady: false)
        _ = bench.player(#"{"type":"join","id":1,"room":"\#(bench.room)","name":"Ana"}"#)
        #expect(bench.after(TableBench.hold) == [.error(1, .unavailable)])
        _ = bench.install(view(1, [anna, berta]))
        #expect(bench.up(anna) == [])
        let claim = SeatClaim(
            room: bench.room, seat: Seat(1)!, roomInstance: 77, generation: 1, expires: .max)
        let token = TableBench.tokens.seal(claim)
        _ = bench.player(#"{"type":"resume","id":2,"token":"\#(token)","version":1}"#)
        #expect(
            bench.after(TableBench.hold)
                == [.to(anna, .detach(bench.id, bench.room)), .error(2, .unavailable)])
    }

    @Test func `an attach that is sent off asks again as it was`() {
        var bench = TableBench()
        let attach = bench.player(#"{"type":"watch","id":1,"room":"\#(bench.room)"}"#)
        #expect(bench.server(anna, .moved(bench.id)) == [])
        #expect(bench.after(.milliseconds(50)) == attach)
    }

    // MARK: The queue

    private var lobby: NodeID {
        Rendezvous(view(1, [anna, berta])).owner(of: PlacementKey(name: "lobby"))!
    }

    private func seek(_ bench: TableBench, _ node: NodeID, id: Int64?) -> TableBench.Event {
        .to(node, .seek(bench.id, id: id, name: "Ana"))
    }

    @Test func `whoever waits in the queue asks each new lobby, and gets one reply`() {
        let (lobby, other) = (lobby, lobby == anna ? berta : anna)
        var bench = TableBench()
        #expect(
            bench.player(#"{"type":"quick","id":4,"name":"Ana"}"#) == [seek(bench, lobby, id: 4)])
        // The link breaks before the answer.
        #expect(bench.down(lobby) == [])
        #expect(bench.up(lobby) == [seek(bench, lobby, id: 4)])
        let queued = RoomFrame.queued(bench.id, id: 4, position: 2)
        #expect(
            bench.server(lobby, queued, queued)
                == [.send(ServerMessage.queued(re: 4, position: 2))])
        #expect(
            bench.install(view(2, [other]))
                == [.to(lobby, .abandon(bench.id)), seek(bench, other, id: nil)])
        #expect(bench.server(lobby, .matched(bench.id, bench.room)) == [])
        #expect(
            bench.server(
                other, .queued(bench.id, id: nil, position: 2),
                .queued(bench.id, id: nil, position: 1))
                == [.send(ServerMessage.queued(re: nil, position: 1))])
        #expect(
            bench.server(other, .matched(bench.id, bench.room))
                == [.to(other, .attach(bench.id, id: nil, bench.room, .quick(name: "Ana")))])
    }

    @Test func `a queue out of reach for too long ends the wait of whoever was told his place`() {
        let lobby = lobby
        var bench = TableBench()
        _ = bench.player(#"{"type":"quick","id":4,"name":"Ana"}"#)
        _ = bench.server(lobby, .queued(bench.id, id: 4, position: 2))
        #expect(bench.after(.seconds(600)) == [])
        _ = bench.down(lobby)
        #expect(
            bench.after(TableBench.hold)
                == [.player(.countHeldTooLong), .player(.close(.overloaded))])
    }

    @Test func `whoever is seated at once gets the joined as his reply`() {
        let lobby = lobby
        var bench = TableBench()
        _ = bench.player(#"{"type":"quick","id":4,"name":"Ana"}"#)
        let attach = GatewayFrame.attach(bench.id, id: 4, bench.room, .quick(name: "Ana"))
        #expect(bench.server(lobby, .matched(bench.id, bench.room)) == [.to(anna, attach)])
    }

    @Test func `what waited for a seat that was taken is refused, and a leave leaves the queue`() {
        let lobby = lobby
        var bench = TableBench()
        _ = bench.player(#"{"type":"quick","id":4,"name":"Ana"}"#)
        _ = bench.server(lobby, .queued(bench.id, id: 4, position: 1))
        _ = bench.server(lobby, .matched(bench.id, bench.room))
        _ = bench.player(#"{"type":"bots","id":5}"#)
        _ = bench.player(#"{"type":"leave","id":6}"#)
        _ = bench.player(#"{"type":"bots","id":7}"#)
        #expect(
            bench.server(anna, .refused(bench.id, .roomFull)) == [
                seek(bench, lobby, id: nil), .to(lobby, .abandon(bench.id)),
                .error(5, .notJoined), .send(ServerMessage.ok(re: 6, version: 0)),
                .player(.close(.left)),
            ])
    }

    // MARK: Echoes

    @Test func `an echo goes by the room's owner, also by the next one, and comes back once`() {
        var bench = TableBench()
        let echo = bench.table.newID()
        let room = bench.room
        func frame(_ payload: [UInt8]) -> GatewayFrame {
            .echo(echo, room, isBinary: true, payload)
        }
        #expect(bench.events { $0.table.openEcho(echo, room: room, now: $0.now) } == [])
        let payloads: [[UInt8]] = [[1], [2]]
        let sent = bench.events { bench in
            for payload in payloads {
                bench.table.received(echo: payload.span.bytes, isBinary: true, from: echo)
            }
        }
        #expect(sent == [.to(anna, frame([1])), .to(anna, frame([2]))])
        bench.table.receive(
            [.echoed(echo, isBinary: true, [1])], from: anna, now: bench.now,
            using: &bench.generator)
        #expect(
            bench.table.effects == [.session(echo, .echo([1], isBinary: true))])
        #expect(bench.install(view(2, [berta])) == [.to(berta, frame([2]))])
        bench.table.receive(
            [.echoed(echo, isBinary: true, [2])], from: anna, now: bench.now,
            using: &bench.generator)
        bench.table.receive(
            [.echoed(echo, isBinary: true, [1]), .echoed(echo, isBinary: true, [2])],
            from: berta, now: bench.now, using: &bench.generator)
        #expect(
            bench.table.effects == [.session(echo, .echo([2], isBinary: true))])
    }
}
