import Game
import Gossip
import JSON
import Link
import PlayerProtocol
import Random
import Testing

@testable import Gateway

/// A session under test, with time that the test moves.
private struct Bench {
    var machine: SessionMachine
    var now = Instant.origin
    var generator = SplitMix64(seed: 7)
    let tokens = SeatTokens(key: [UInt8](repeating: 9, count: 32))
    var router = Router()
    static let node = NodeID(rawValue: 3)
    static let id = SessionID(5)
    static let room = RoomCode("K7M2QX")!

    init() {
        machine = SessionMachine(id: Self.id, tokens: tokens, now: now)
        _ = router.install(
            View(
                number: 1, lineage: 1, servers: [View.Server(id: Self.node, instance: 1)],
                voters: Voters([])))
        router.linkUp(Self.node)
    }

    mutating func player(_ text: String) -> [SessionEffect] {
        var effects: [SessionEffect] = []
        let bytes = Array(text.utf8)
        machine.received(
            bytes.span.bytes, now: now, wallClock: 1_234, router: &router, using: &generator,
            effects: &effects)
        return effects
    }

    mutating func rooms(_ frame: RoomFrame) -> [SessionEffect] {
        var effects: [SessionEffect] = []
        machine.received(
            frame, from: Self.node, now: now, router: &router, using: &generator,
            effects: &effects)
        return effects
    }

    mutating func tick() -> [SessionEffect] {
        var effects: [SessionEffect] = []
        machine.tick(now: now, router: router, effects: &effects)
        return effects
    }

    mutating func join() {
        _ = player(#"{"type":"join","id":1,"room":"k7m2qx","name":"Ana"}"#)
        _ = rooms(.attached(Self.id, seat(Seat(1)), message: [1]))
    }
}

/// The answer of the room under test, for this seat.
private func seat(_ seat: Seat?) -> Attached {
    Attached(room: Bench.room, seat: seat, roomInstance: 77, version: 1)
}

extension SessionEffect {
    /// To the one server that there is.
    fileprivate static func toRooms(_ frame: GatewayFrame) -> SessionEffect {
        .toServer(Bench.node, frame)
    }
}

private func error(_ id: Int64?, _ code: ErrorCode) -> SessionEffect {
    .send(ServerMessage.error(re: id, code))
}

@Suite struct SessionMachineTests {
    private let id = Bench.id
    private let room = Bench.room

    @Test func `a player joins, plays and is gone`() {
        var bench = Bench()
        #expect(
            bench.player(#"{"type":"join","id":1,"room":"k7m2qx","name":" Ana ","seat":2}"#)
                == [.toRooms(.attach(id, id: 1, room, .join(name: "Ana", Seat(2))))])
        #expect(bench.rooms(.attached(id, seat(Seat(2)), message: [42])) == [.send([42])])
        #expect(
            bench.player(#"{"type":"play","id":2,"card":"QS","hand":1,"ply":0}"#) == [
                .toRooms(
                    .input(
                        id, id: 2, room, index: 1,
                        .play(Card("QS")!, TurnMark(hand: 1, ply: 0))))
            ])
        #expect(bench.rooms(.acknowledged(id, index: 1, message: [7])) == [.send([7])])
        var effects: [SessionEffect] = []
        bench.machine.ended(effects: &effects)
        #expect(effects == [.toRooms(.detach(id, room))])
    }

    @Test(arguments: ["bots", "leave"])
    func `what needs a seat is refused before there is one`(type: String) {
        var bench = Bench()
        #expect(bench.player(#"{"type":"\#(type)","id":3}"#) == [error(3, .notJoined)])
    }

    @Test func `a second seat is refused, also while the first is under way`() {
        var bench = Bench()
        _ = bench.player(#"{"type":"watch","id":1,"room":"k7m2qx"}"#)
        #expect(
            bench.player(#"{"type":"quick","id":2,"name":"Ana"}"#) == [error(2, .alreadyJoined)])
        _ = bench.rooms(.attached(id, seat(nil), message: []))
        #expect(
            bench.player(#"{"type":"create","id":3,"name":"Ana"}"#) == [error(3, .alreadyJoined)])
    }

    @Test func `what comes before the room has answered waits for the answer`() {
        var bench = Bench()
        _ = bench.player(#"{"type":"watch","id":1,"room":"k7m2qx"}"#)
        #expect(bench.player(#"{"type":"leave","id":2}"#) == [])
        #expect(
            bench.rooms(.attached(id, seat(nil), message: [1]))
                == [.send([1]), .toRooms(.input(id, id: 2, room, index: 1, .leave))])
    }

    @Test func `a refused attach refuses what waited for it, and another may follow`() {
        var bench = Bench()
        _ = bench.player(#"{"type":"watch","id":1,"room":"k7m2qx"}"#)
        _ = bench.player(#"{"type":"bots","id":2}"#)
        #expect(
            bench.rooms(.refused(id, .noSuchRoom))
                == [error(1, .noSuchRoom), error(2, .notJoined)])
        #expect(
            bench.player(#"{"type":"watch","id":3,"room":"000000"}"#)
                == [.toRooms(.attach(id, id: 3, RoomCode("000000")!, .watch))])
    }

    @Test func `a taken code is drawn anew for the same player`() throws {
        var bench = Bench()
        _ = bench.player(#"{"type":"create","id":1,"name":"Ana"}"#)
        let again = bench.rooms(.codeTaken(id))
        guard case .toServer(_, .attach(id, 1, _, .create("Ana", TableOptions()))) = again.first
        else {
            Issue.record("no second attempt: \(again)")
            return
        }
    }

    @Test func `quick waits in the queue, is seated, and waits again when the seat was taken`() {
        var bench = Bench()
        let seek = SessionEffect.toRooms(.seek(id, id: 4, name: "Ana"))
        #expect(bench.player(#"{"type":"quick","id":4,"name":"Ana"}"#) == [seek])
        #expect(
            bench.rooms(.queued(id, id: 4, position: 1))
                == [.send(ServerMessage.queued(re: 4, position: 1))])
        #expect(
            bench.rooms(.matched(id, room))
                == [.toRooms(.attach(id, id: nil, room, .quick(name: "Ana")))])
        #expect(
            bench.rooms(.refused(id, .roomFull)) == [.toRooms(.seek(id, id: nil, name: "Ana"))])
    }

    @Test func `whoever leaves the queue is taken out of it`() {
        var bench = Bench()
        _ = bench.player(#"{"type":"quick","id":4,"name":"Ana"}"#)
        #expect(
            bench.player(#"{"type":"leave","id":5}"#) == [
                .send(ServerMessage.ok(re: 5, version: 0)), .toRooms(.abandon(id)), .close(.left),
            ])
    }

    @Test func `only a token of this cluster opens a seat`() {
        var bench = Bench()
        let claim = SeatClaim(
            room: room, seat: Seat(3)!, roomInstance: 8, generation: 2, expires: 99)
        let token = bench.tokens.seal(claim)
        let strange = SeatTokens(key: [UInt8](repeating: 1, count: 32)).seal(claim)
        #expect(
            bench.player(#"{"type":"resume","id":1,"token":"\#(strange)","version":3}"#)
                == [error(1, .badToken)])
        #expect(
            bench.player(#"{"type":"resume","id":2,"token":"\#(token)","version":3}"#)
                == [.toRooms(.attach(id, id: 2, room, .resume(claim, version: 3)))])
    }

    @Test func `a connection that says nothing for ten seconds is closed, a seated one is not`() {
        var bench = Bench()
        bench.now = .origin.advanced(by: .seconds(9))
        #expect(bench.player(#"{"type":"ping"}"#).count == 1)
        bench.now = .origin.advanced(by: .seconds(18))
        #expect(bench.tick() == [])
        bench.now = .origin.advanced(by: .seconds(19))
        #expect(bench.tick() == [.countIdle, .close(.idle)])
        #expect(bench.player(#"{"type":"ping"}"#) == [])

        var seated = Bench()
        seated.join()
        seated.now = .origin.advanced(by: .seconds(60))
        #expect(seated.tick() == [])
    }

    @Test func `forty at once are allowed, then refused by name, then shown out`() {
        var bench = Bench()
        bench.join()
        for _ in 0..<39 { _ = bench.player(#"{"type":"ping","id":1}"#) }
        #expect(
            bench.player(#"{"type":"ping","id":41}"#)
                == [.countRateLimited, error(41, .rateLimited)])
        for _ in 0..<39 { _ = bench.player("{") }
        #expect(
            bench.player(#"{"type":"ping"}"#) == [
                .countTooManyMessages, .toRooms(.detach(id, room)), .close(.tooManyMessages),
            ])
    }

    @Test func `twenty a second go on for ever`() {
        var limit = RateLimit(now: .origin)
        for message in 0..<10_000 {
            let now = Instant.origin.advanced(by: .milliseconds(50 * message))
            #expect(limit.count(at: now) == .allowed)
        }
    }

    @Test func `the room closes the socket of a seat that was taken over`() {
        var bench = Bench()
        bench.join()
        #expect(
            bench.rooms(.close(id, .takenOver))
                == [.toRooms(.detach(id, room)), .close(.takenOver)])
        #expect(bench.rooms(.output([id], version: 1, message: [1])) == [])
    }

    @Test func `ping is answered with the time of day`() {
        var bench = Bench()
        #expect(
            bench.player(#"{"type":"ping","id":9}"#)
                == [.send(ServerMessage.pong(re: 9, time: 1_234))])
    }
}
