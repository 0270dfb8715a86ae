import Game
import JSON
import Link
import PlayerProtocol
import Testing

@testable import Rooms

@Suite struct ArrivalTests {
    @Test func `the fourth join starts the match in a commit of its own after its joined`() {
        let stage = Stage()
        let ana = stage.connect()
        stage.attach(ana, .create(name: "Ana", options()))
        #expect(stage.heard(ana) == ["joined seat 0 at 1"])
        let ben = stage.connect(gateway: 2)
        stage.attach(ben, .join(name: "Ben", nil))
        #expect(stage.heard(ben) == ["joined seat 1 at 2"])
        let cleo = stage.connect()
        stage.attach(cleo, .join(name: "Cleo", west))
        #expect(stage.heard(cleo) == ["joined seat 3 at 3"])
        let dora = stage.connect()
        stage.attach(dora, .join(name: "Dora", nil))
        let hakem = stage.table.position.hakem
        let start = hakem == north ? "5: hakem deal cards turn" : "5: hakem deal turn"
        #expect(stage.heard(dora) == ["joined seat 2 at 4", start])
        #expect(
            stage.heard(ana) == [
                "2: seated", "3: seated", "4: seated",
                hakem == south ? "5: hakem deal cards turn" : "5: hakem deal turn",
            ])
    }

    @Test func `joined shows the room, the seat, a token and the whole state`() throws {
        let stage = Stage()
        let ana = stage.connect()
        stage.attach(ana, .create(name: "Ana", options(target: 3)))
        let joined = try #require(stage.messages(ana).first)
        #expect(joined["room"] == "ABC234")
        #expect(joined["re"] == 1)
        let claim = try #require(stage.tokens.open(joined["token"]?.string ?? ""))
        #expect(claim.room == stage.code && claim.seat == south)
        #expect(claim.expires == stage.wallClock + 86_400)
        let state = try #require(joined["state"])
        #expect(state["phase"] == "waiting")
        #expect(state["target"] == 3)
        #expect(state["seats"]?[0] == ["name": "Ana", "bot": false, "online": true])
        #expect(state["seats"]?[1] == .null)
        #expect(state["cards"] == [])
        #expect(state["deadline_ms"] == .null)
    }

    @Test func `who cannot sit is told why and nothing changes`() {
        let stage = Stage()
        let lost = stage.connect()
        stage.attach(lost, .join(name: "X", nil))
        #expect(stage.heard(lost) == ["refused no_such_room"])
        stage.attach(lost, .watch)
        #expect(stage.heard(lost) == ["refused no_such_room"])
        let ana = stage.connect()
        stage.attach(ana, .create(name: "Ana", options()))
        stage.forget()
        let late = stage.connect()
        stage.attach(late, .join(name: "X", south))
        #expect(stage.heard(late) == ["refused seat_taken"])
        stage.attach(late, .create(name: "X", options()))
        #expect(stage.heard(late) == ["code taken"])
        for number in 1..<4 { stage.attach(stage.connect(), .join(name: "P\(number)", nil)) }
        stage.forget()
        for seat in [nil, south, west] {
            stage.attach(late, .join(name: "X", seat))
            #expect(stage.heard(late) == ["refused room_full"])
        }
        #expect(stage.heard(ana) == [])
        #expect(stage.table.version == 5)
        #expect(stage.host.counters.refusedArrivals == 6)
    }

    @Test func `bots take the free seats and the match starts after the ok`() {
        let stage = Stage()
        let ana = stage.connect()
        stage.attach(ana, .create(name: "Ana", options()))
        let ben = stage.connect()
        stage.attach(ben, .join(name: "Ben", north))
        stage.forget()
        stage.input(ben, .bots, id: 9)
        let heard = stage.heard(ben)
        #expect(heard.prefix(3) == ["3: seated", "4: seated", "ok at 4"])
        #expect(heard[3].hasPrefix("5: hakem deal"))
        #expect(stage.table.position.seats[east.index]?.isBot == true)
        #expect(stage.table.position.seats[west.index]?.isBot == true)
        stage.input(ana, .bots)
        #expect(stage.heard(ana).last == "error stale")
        #expect(stage.host.counters.players == 2)
    }

    @Test func `bots_after fills the table when its time has come`() {
        let stage = Stage()
        let ana = stage.connect()
        stage.attach(ana, .create(name: "Ana", options(botsAfter: 10)))
        stage.forget()
        stage.wait(9_999)
        #expect(stage.heard(ana) == [])
        stage.wait(1)
        #expect(
            stage.heard(ana).prefix(4).map { $0.prefix(9) }
                == [
                    "2: seated", "3: seated", "4: seated", "5: hakem deal",
                ].map { $0.prefix(9) })
        let never = Stage()
        never.attach(never.connect(), .create(name: "Ana", options()))
        never.wait(3_600_000)
        #expect(never.table.version == 1)
    }

    @Test func `quick opens a public room whose bots come after ten seconds`() {
        let stage = Stage()
        let ana = stage.connect()
        stage.attach(ana, .quick(name: "Ana"))
        let ben = stage.connect()
        stage.attach(ben, .quick(name: "Ben"))
        #expect(stage.heard(ana) == ["joined seat 0 at 1", "2: seated"])
        #expect(stage.heard(ben) == ["joined seat 1 at 2"])
        #expect(stage.vacancies == [3, 2])
        stage.wait(10_000)
        #expect(stage.table.position.isRunning)
        #expect(stage.vacancies == [3, 2, 0])
        let late = stage.connect()
        stage.attach(late, .quick(name: "Late"))
        #expect(stage.heard(late) == ["refused room_full"])
    }

    @Test func `a full node refuses players, and takes them again when one has left`() {
        let stage = Stage(capacity: 2)
        let ana = stage.connect()
        stage.attach(ana, .create(name: "Ana", options()))
        let ben = stage.connect()
        stage.attach(ben, .join(name: "Ben", nil))
        #expect(stage.host.freeCapacity == 0)
        let cleo = stage.connect()
        for attach in [Attach.join(name: "C", nil), .quick(name: "C")] {
            stage.attach(cleo, attach)
            #expect(stage.heard(cleo) == ["refused overloaded"])
        }
        stage.attach(cleo, .create(name: "C", options()), to: RoomCode("ZZZZZZ")!)
        #expect(stage.heard(cleo) == ["refused overloaded"])
        #expect(stage.host.roomCount == 1)
        // Watching and coming back take no seat.
        stage.attach(cleo, .watch)
        #expect(stage.heard(cleo) == ["joined spectator at 2"])
        let again = stage.resume(stage.people[ben].token)
        #expect(stage.heard(again) == ["joined seat 1 at 2"])
        stage.input(again, .leave)
        let dora = stage.connect()
        stage.attach(dora, .join(name: "D", nil))
        #expect(stage.heard(dora) == ["joined seat 1 at 4"])
    }
}

@Suite struct QuickTests {
    @Test func `quick does not enter a room that is only for those who have its code`() {
        let stage = Stage()
        stage.attach(stage.connect(), .create(name: "Ana", options()))
        let ben = stage.connect()
        stage.attach(ben, .quick(name: "Ben"))
        #expect(stage.heard(ben) == ["refused room_full"])
    }
}
