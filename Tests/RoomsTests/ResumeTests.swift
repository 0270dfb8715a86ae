import Game
import JSON
import Link
import PlayerProtocol
import Testing

@testable import Rooms

@Suite struct ResumeTests {
    @Test func `who comes back at any version of a match gets exactly what was sent after it`()
        throws
    {
        let stage = Stage(seed: testSeed)
        stage.seatFour(options(target: 4))
        stage.input(1, .say("سلام ☺︎"))
        stage.playMatch()
        // A seat whose frames are all known: nobody of it was ever away.
        let shown = stage.people[2].frames
        let end = stage.table.version
        // No hand gives four points.
        #expect(end >= 2 * 29)
        var (resumed, token) = (0, stage.people[2].token)
        for version in 0...end + 3 {
            let person = stage.resume(token, version: version)
            token = stage.people[person].token
            #expect(stage.people[person].seat == north)
            let heard = stage.messages(person)
            if heard.first?["resumed"] == true {
                resumed += 1
                #expect(heard[0]["state"] == .null)
                #expect(heard[0]["version"] == .int(Int64(version)))
                #expect(heard.count == Int(end - version) + 1)
                for frame in heard.dropFirst() {
                    let version = UInt64(try #require(frame["version"]?.int))
                    let sent = try #require(shown[version])
                    let original = try JSONValue.parse(sent)
                    #expect(frame.eventsWithoutClock == original.eventsWithoutClock)
                }
            } else {
                #expect(heard.map(\.brief) == ["joined seat 2 at \(end)"])
                #expect(heard[0]["state"]?["phase"] == "over")
                #expect(version == 0 || version > end || version < stage.table.history.baseVersion)
            }
        }
        // At least the last hand and the one before.
        #expect(resumed >= 2 * 29 - 4)
    }

    @Test func `a turn that still runs is told with what is left of it`() throws {
        let stage = Stage()
        stage.seatFour(options(turnSeconds: 20))
        stage.play(3)
        let seat = try #require(stage.table.turn?.seat)
        let version = stage.people[seat.index].version
        stage.now += 7_000
        let person = stage.resume(stage.people[seat.index].token, version: version - 2)
        let turns = stage.messages(person).compactMap { $0.event("turn")?["deadline_ms"]?.int }
        #expect(turns == [20_000, 13_000])
        let other = stage.resume(stage.people[person].token)
        #expect(stage.messages(other).first?["state"]?["deadline_ms"] == 13_000)
    }

    @Test func `a version that was never reached gets the state`() {
        let stage = Stage()
        stage.seatFour()
        stage.detach(1)
        #expect(stage.table.version == 6)
        let token = stage.people[1].token
        // The return itself is version 7; who says to have seen it did not.
        let person = stage.resume(token, version: 7)
        #expect(stage.heard(person) == ["joined seat 1 at 7"])
        let far = stage.resume(token, version: .max)
        #expect(stage.heard(far) == ["joined seat 1 at 7"])
        let zero = stage.resume(token, version: 0)
        #expect(stage.heard(zero) == ["joined seat 1 at 7"])
        let exact = stage.resume(token, version: 7)
        #expect(stage.heard(exact) == ["joined seat 1 at 7 resumed"])
    }

    @Test func `who goes and comes back is seen to, and sees it himself`() {
        let stage = Stage()
        stage.seatFour()
        stage.detach(2)
        #expect(stage.heard(0) == ["6: presence"])
        let person = stage.resume(stage.people[2].token, version: 5)
        #expect(
            stage.heard(person) == ["joined seat 2 at 5 resumed", "6: presence", "7: presence"])
        let last = stage.messages(0).last?.event("presence")
        #expect(last == ["type": "presence", "seat": 2, "online": true])
        // Going twice is going once.
        stage.detach(2)
        #expect(stage.heard(0) == [])
    }

    @Test func `a newer connection takes the seat over and the others see nothing`() {
        let stage = Stage()
        stage.seatFour()
        let person = stage.resume(stage.people[1].token, version: 5, gateway: 3)
        #expect(stage.heard(1) == ["closed 4001"])
        #expect(stage.heard(person) == ["joined seat 1 at 5 resumed"])
        #expect(stage.heard(0) == [])
        // The old socket's end says nothing about the seat.
        stage.detach(1)
        #expect(stage.heard(0) == [])
        stage.input(1, .say("ghost"), id: 3)
        #expect(stage.heard(1) == ["error no_such_room"])
        stage.input(person, .say("me"))
        #expect(stage.heard(person) == ["6: said", "ok at 6"])
    }

    @Test func `a token is good until the one after the next was given`() {
        let stage = Stage()
        stage.seatFour()
        let first = stage.people[0].token
        let a = stage.resume(first)
        let second = stage.people[a].token
        #expect(second != first)
        // The newer one may not have arrived: the older one still opens.
        let b = stage.resume(first)
        #expect(stage.heard(b) == ["joined seat 0 at 5"])
        let c = stage.resume(second)
        let third = stage.people[c].token
        #expect(stage.heard(c) == ["joined seat 0 at 5"])
        for old in [first] {
            #expect(stage.heard(stage.resume(old)) == ["refused bad_token"])
        }
        #expect(stage.heard(stage.resume(second)) == ["joined seat 0 at 5"])
        #expect(stage.heard(stage.resume(third)) == ["joined seat 0 at 5"])
        #expect(stage.heard(stage.resume(second)) == ["refused bad_token"])
    }

    @Test func `an expired token, or one of another room with this code, opens nothing`() throws {
        let stage = Stage()
        stage.seatFour()
        let token = stage.people[0].token
        stage.wallClock += 86_399
        #expect(stage.heard(stage.resume(token)) == ["joined seat 0 at 5"])
        stage.wallClock += 1
        #expect(stage.heard(stage.resume(token)) == ["refused bad_token"])
        let other = Stage(seed: 2)
        other.seatFour()
        #expect(other.heard(other.resume(token)) == ["refused bad_token"])
        let empty = Stage()
        #expect(empty.heard(empty.resume(token)) == ["refused bad_token"])
        let sealed = try #require(token)
        var claim = try #require(stage.tokens.open(sealed))
        claim.expires = .max
        claim.seat = west
        claim.generation = 9
        let forger = stage.connect()
        stage.attach(forger, .resume(claim, version: 0))
        #expect(stage.heard(forger) == ["refused bad_token"])
    }
}
