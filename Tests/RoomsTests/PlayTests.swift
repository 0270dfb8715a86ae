import Game
import JSON
import Link
import PlayerProtocol
import Testing

@testable import Rooms

@Suite struct PlayTests {
    @Test func `before the match nothing can be played`() {
        let stage = Stage()
        let ana = stage.connect()
        stage.attach(ana, .create(name: "Ana", options()))
        stage.forget()
        stage.input(ana, .trump(.spades))
        stage.input(ana, .play(Card("AS")!, nil))
        stage.input(ana, .play(Card("AS")!, TurnMark(hand: 1, ply: 0)))
        #expect(stage.heard(ana) == Array(repeating: "error not_started", count: 3))
    }

    @Test func `only the hakem names the trump, once, and may say the same again`() throws {
        let stage = Stage()
        stage.seatFour()
        let hakem = try #require(stage.table.position.hakem)
        let other = hakem.next.index
        stage.input(other, .trump(.hearts))
        stage.input(hakem.index, .play(Card("AS")!, nil))
        #expect(stage.heard(other) == ["error not_the_hakem"])
        #expect(stage.heard(hakem.index) == ["error not_your_turn"])
        stage.input(hakem.index, .trump(.hearts), id: 5)
        stage.input(hakem.index, .trump(.hearts), id: 6)
        stage.input(hakem.index, .trump(.clubs), id: 7)
        stage.input(other, .trump(.hearts), id: 8)
        #expect(
            stage.heard(hakem.index) == [
                "6: trump cards turn", "ok at 6", "ok at 6", "error stale",
            ]
        )
        #expect(stage.heard(other) == ["6: trump cards turn", "error not_the_hakem"])
    }

    @Test func `each wrong card has its error and changes nothing`() throws {
        let stage = Stage()
        stage.seatFour()
        stage.play(2)
        stage.forget()
        guard case .playing(let hand) = stage.table.position.phase else {
            Issue.record("no hand")
            return
        }
        let (seat, led) = (hand.turn, try #require(hand.trick.led))
        let version = stage.table.version
        let foreign = try #require(CardSet.full.subtracting(hand.held[seat.index]).lowest)
        stage.input(seat.index, .play(foreign, nil))
        #expect(stage.heard(seat.index) == ["error card_not_in_hand"])
        let waiting = seat.next
        stage.input(waiting.index, .play(try #require(hand.held[waiting.index].lowest), nil))
        #expect(stage.heard(waiting.index) == ["error not_your_turn"])
        if !hand.held[seat.index].of(led).isEmpty,
            let revoke = hand.held[seat.index].subtracting(hand.held[seat.index].of(led)).lowest
        {
            stage.input(seat.index, .play(revoke, nil))
            #expect(stage.heard(seat.index) == ["error must_follow_suit"])
        }
        #expect(stage.table.version == version)
    }

    @Test func `after the match moves are refused with match_over`() {
        let stage = Stage()
        stage.seatFour(options(target: 1))
        stage.playMatch()
        stage.forget()
        for input in [PlayerInput.trump(.spades), .play(Card("AS")!, nil), .bots] {
            stage.input(0, input)
            #expect(stage.heard(0) == ["error match_over"])
        }
        stage.input(0, .say("well played"))
        #expect(
            stage.heard(0).map { $0.suffix(4) } == [
                "said", String("ok at \(stage.table.version)").suffix(4),
            ])
    }

    @Test func `a play with its mark may be sent again, and an outdated one is stale`() throws {
        let stage = Stage()
        stage.seatFour(options(target: 1))
        stage.playOne()
        var sent: [(Seat, PlayerInput)] = []
        while let (seat, input) = stage.move() {
            stage.input(seat.index, input)
            sent.append((seat, input))
            stage.forget()
            let version = stage.table.version
            for (seat, input) in sent {
                stage.input(seat.index, input)
                #expect(stage.heard(seat.index) == ["ok at \(version)"])
            }
            guard stage.table.position.isRunning, case .play(let card, let mark) = input else {
                continue
            }
            stage.input(seat.next.index, .play(card, mark))
            #expect(stage.heard(seat.next.index) == ["error stale"])
            let other = try #require(CardSet.full.first { $0 != card })
            stage.input(seat.index, .play(other, mark))
            stage.input(seat.index, .play(card, TurnMark(hand: 9, ply: 3)))
            #expect(stage.heard(seat.index) == ["error stale", "error stale"])
        }
        #expect(sent.count >= 28)
    }

    @Test func `a play of the hand before is stale while the trump is chosen`() throws {
        let stage = Stage()
        stage.seatFour(options(target: 2))
        stage.playOne()
        while stage.table.position.handNumber == 1 { stage.playOne() }
        stage.forget()
        let last = stage.table.position.lastPlays[20]
        let other = try #require(CardSet.full.first { $0 != last.card })
        let mark = TurnMark(hand: 1, ply: 20)
        stage.input(last.seat.index, .play(last.card, mark))
        stage.input(last.seat.index, .play(other, mark))
        // This one is too early, not too late.
        stage.input(last.seat.index, .play(other, TurnMark(hand: 2, ply: 0)))
        #expect(
            stage.heard(last.seat.index) == [
                "ok at \(stage.table.version)", "error stale", "error not_your_turn",
            ])
    }

    @Test func `after the match no play of the last hand counts for the one before`() throws {
        let stage = Stage()
        stage.seatFour(options(target: 7))
        stage.playMatch()
        stage.forget()
        let (hand, last) = (stage.table.position.handNumber, stage.table.position.lastPlays[0])
        stage.input(last.seat.index, .play(last.card, TurnMark(hand: hand, ply: 0)))
        stage.input(last.seat.index, .play(last.card, TurnMark(hand: hand - 1, ply: 0)))
        #expect(
            stage.heard(last.seat.index) == [
                "ok at \(stage.table.version)", "error match_over",
            ])
    }

    @Test func `an answer comes only to who asked for one, except errors`() {
        let stage = Stage()
        stage.seatFour()
        stage.input(0, .say("hi"), id: nil)
        #expect(stage.heard(0) == ["6: said"])
        stage.input(0, .bots, id: nil)
        let answer = stage.messages(0)
        #expect(answer.map(\.brief) == ["error stale"])
        #expect(answer.first?["re"] == nil)
        stage.input(1, .emote("👏"), id: 44)
        #expect(stage.messages(1).last?["re"] == 44)
    }

    @Test func `cards go to their own seat and to nobody else`() throws {
        let stage = Stage()
        stage.seatFour()
        let spectator = stage.watch()
        stage.forget()
        stage.playOne()
        guard case .playing(let hand) = stage.table.position.phase else {
            Issue.record("no hand")
            return
        }
        for seat in Seat.all {
            let cards = try #require(stage.messages(seat.index).first?.event("cards"))
            let expected = hand.held[seat.index].map { JSONValue.string($0.description) }
            #expect(cards == ["type": "cards", "cards": .array(expected)])
        }
        #expect(stage.heard(spectator) == ["6: trump turn"])
    }

    @Test func `what several are told alike is one frame for each gateway`() {
        let stage = Stage()
        stage.seatFour()
        _ = stage.watch()
        _ = stage.watch()
        stage.forget()
        stage.input(0, .say("hello"))
        #expect(stage.outputs.map(\.sessions.count) == [4, 2])
        #expect(Set(stage.outputs.map(\.message)).count == 1)
        stage.forget()
        stage.playOne()
        // Four private frames, and one for both spectators.
        #expect(stage.outputs.map(\.sessions.count).sorted() == [1, 1, 1, 1, 2])
    }

    @Test func `an input to a room that has ended is answered`() {
        let stage = Stage()
        let ana = stage.connect()
        stage.attach(ana, .create(name: "Ana", options()))
        stage.forget()
        stage.input(ana, .leave)
        #expect(stage.heard(ana) == ["ok at 2", "closed 1000"])
        stage.input(ana, .say("anyone?"), id: 3)
        #expect(stage.heard(ana) == ["error no_such_room"])
        #expect(stage.host.roomCount == 0)
    }
}
