import Game
import JSON
import Link
import PlayerProtocol
import Testing

@testable import Rooms

@Suite struct LeaveTests {
    @Test func `a seat that is given up before the match is free again`() {
        let stage = Stage()
        let ana = stage.connect()
        stage.attach(ana, .create(name: "Ana", options(isPublic: true)))
        let ben = stage.connect()
        stage.attach(ben, .join(name: "Ben", nil))
        let token = stage.people[ben].token
        stage.forget()
        stage.input(ben, .leave)
        #expect(stage.heard(ben) == ["ok at 3", "closed 1000"])
        #expect(stage.heard(ana) == ["3: left"])
        stage.detach(ben)
        #expect(stage.heard(ana) == [])
        #expect(stage.heard(stage.resume(token)) == ["refused bad_token"])
        let cleo = stage.connect()
        stage.attach(cleo, .join(name: "Cleo", nil))
        #expect(stage.heard(cleo) == ["joined seat 1 at 4"])
        #expect(stage.heard(stage.resume(token)) == ["refused bad_token"])
        #expect(stage.vacancies == [3, 2, 3, 2])
    }

    @Test func `a seat that nobody was told of is free again, and no token opens it`() {
        let stage = Stage()
        let ana = stage.connect()
        stage.attach(ana, .create(name: "Ana", options(isPublic: true)))
        let ben = stage.connect(gateway: 2)
        stage.attach(ben, .join(name: "Ben", nil))
        let token = stage.people[ben].token
        stage.forget()
        // The way to the gateway was lost in between: the seat waits for nobody.
        stage.lose(gateway: 2)
        stage.withdraw(ben, by: 3)
        #expect(stage.heard(ana) == ["3: left"])
        #expect(stage.heard(stage.resume(token)) == ["refused bad_token"])
        stage.wait(RoomSettings.absenceMax + 1)
        #expect(stage.heard(ana) == [])
        stage.withdraw(ben, by: 3)
        #expect(stage.heard(ana) == [])
        let cleo = stage.connect()
        stage.attach(cleo, .join(name: "Cleo", nil))
        #expect(stage.heard(cleo) == ["joined seat 1 at 4"])
        #expect(stage.vacancies == [3, 2, 3, 2])
    }

    @Test func `in a running match a bot takes the seat`() {
        let stage = Stage()
        stage.seatFour()
        stage.play(6)
        let seat = stage.table.turn!.seat
        let (leaver, other) = (seat.index, seat.next.index)
        let (token, version) = (stage.people[leaver].token, stage.table.version)
        stage.forget()
        stage.input(leaver, .leave)
        #expect(stage.heard(leaver) == ["ok at \(version + 1)", "closed 1000"])
        let told = stage.messages(other)
        #expect(told.map(\.brief) == ["\(version + 1): left seated"])
        #expect(told[0].event("seated")?["bot"] == true)
        #expect(stage.heard(stage.resume(token)) == ["refused bad_token"])
        // It was this seat's turn: the bot moves.
        stage.wait(0)
        #expect(stage.heard(other).first?.hasPrefix("\(version + 2): played") == true)
        let late = stage.connect()
        stage.attach(late, .join(name: "L", seat))
        #expect(stage.heard(late) == ["refused room_full"])
        #expect(stage.host.counters.players == 3)
    }

    @Test func `after the match a seat stays free and the room ends with its last player`() {
        let stage = Stage()
        stage.seatFour(options(target: 1))
        stage.playMatch()
        let version = stage.table.version
        let token = stage.people[3].token
        stage.forget()
        stage.input(3, .leave)
        #expect(stage.heard(0) == ["\(version + 1): left"])
        #expect(stage.heard(stage.resume(token)) == ["refused bad_token"])
        for person in 0..<3 { stage.input(person, .leave) }
        #expect(stage.host.roomCount == 0)
        #expect(stage.host.counters.players == 0)
        #expect(stage.host.counters.roomsEnded == 1)
        #expect(stage.heard(2).suffix(2) == ["ok at \(version + 4)", "closed 1000"])
    }

    @Test func `spectators see the table, act on nothing, and go unseen`() {
        let stage = Stage()
        stage.seatFour()
        let spectator = stage.watch()
        let joined = stage.messages(spectator)[0]
        #expect(joined["token"] == .null && joined["seat"] == .null)
        #expect(joined["state"]?["cards"] == [])
        #expect(joined["state"]?["phase"] == "choosing_trump")
        let inputs: [PlayerInput] = [
            .bots, .trump(.spades), .play(Card("AS")!, nil), .say("x"), .emote("x"),
        ]
        for input in inputs {
            stage.input(spectator, input)
            #expect(stage.heard(spectator) == ["error not_joined"])
        }
        stage.input(spectator, .leave)
        #expect(stage.heard(spectator) == ["ok at 5", "closed 1000"])
        #expect(stage.heard(0) == [])
        stage.input(0, .say("still here"))
        #expect(stage.heard(spectator) == [])
    }

    @Test func `a room has 64 spectators at most`() {
        let stage = Stage()
        stage.seatFour()
        let spectators = (0..<64).map { _ in stage.watch() }
        #expect(stage.heard(spectators[63]) == ["joined spectator at 5"])
        #expect(stage.heard(stage.watch()) == ["refused overloaded"])
        stage.detach(spectators[0])
        #expect(stage.heard(stage.watch()) == ["joined spectator at 5"])
    }
}
