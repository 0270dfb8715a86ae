import Game
import JSON
import Link
import PlayerProtocol
import Testing

@testable import Rooms

@Suite struct ClockTests {
    @Test func `a turn that runs out is played by a bot and the seat stays the player's`() throws {
        let stage = Stage()
        stage.seatFour(options(turnSeconds: 15))
        stage.play(3)
        stage.forget()
        let seat = try #require(stage.table.turn?.seat)
        let version = stage.table.version
        stage.wait(14_999)
        #expect(stage.table.version == version)
        stage.wait(1)
        let told = stage.messages(seat.index)
        #expect(told.map(\.brief).first?.hasPrefix("\(version + 1): played") == true)
        #expect(told[0].event("played")?["seat"] == .int(Int64(seat.index)))
        #expect(stage.table.position.seats[seat.index]?.isBot == false)
        #expect(stage.host.counters.players == 4)
        stage.wait(15_000)
        #expect(stage.table.version == version + 2)
    }

    @Test func `a trump that is not named in time is named by a bot`() throws {
        let stage = Stage()
        stage.seatFour(options(turnSeconds: 1))
        stage.wait(1_000)
        #expect(stage.heard(0).last == "6: trump cards turn")
    }

    @Test func `without a limit nobody is played for`() {
        let stage = Stage()
        stage.seatFour(options(turnSeconds: 0))
        #expect(stage.host.nextDeadline == nil)
        stage.wait(24 * 3_600_000)
        #expect(stage.table.version == 5)
    }

    @Test func `a bot takes its time`() throws {
        let stage = Stage(seed: testSeed, thinking: 500...1_400)
        stage.seatWithBots(options(turnSeconds: 0))
        var waits: [Milliseconds] = []
        while waits.count < 60, stage.table.position.isRunning {
            if stage.table.turn?.seat == south {
                stage.playOne()
                continue
            }
            let (start, version) = (stage.now, stage.table.version)
            let due = try #require(stage.host.nextDeadline)
            stage.wait(due - start)
            #expect(stage.table.version == version + 1)
            waits.append(stage.now - start)
        }
        #expect(waits.allSatisfy { (500...1_400).contains($0) }, "seed \(testSeed)")
        #expect(Set(waits).count > 10)
    }

    @Test func `a strong bot is asked for its move and its answer is played when it is due`() throws
    {
        let stage = Stage(bots: .strong, thinking: 500...500)
        stage.seatWithBots(options(turnSeconds: 10))
        while stage.thoughts.isEmpty { stage.playOne() }
        let thought = stage.thoughts.removeFirst()
        let (seat, move) = try #require(stage.move())
        #expect(thought.view.viewer == .seat(seat))
        let version = stage.table.version
        stage.botMoved(action(move), for: thought)
        #expect(stage.table.version == version)
        stage.wait(499)
        #expect(stage.table.version == version)
        stage.wait(1)
        #expect(stage.table.version == version + 1)
        #expect(stage.stopped == [])
    }

    @Test func `a strong bot whose turn ran out is stopped and its late answer is ignored`() throws
    {
        let stage = Stage(bots: .strong)
        stage.seatWithBots(options(turnSeconds: 1))
        while stage.thoughts.isEmpty { stage.playOne() }
        let thought = stage.thoughts[0]
        let (_, move) = try #require(stage.move())
        let version = stage.table.version
        stage.wait(1_000)
        #expect(stage.table.version == version + 1)
        #expect(stage.stopped == [stage.code])
        stage.botMoved(action(move), for: thought)
        stage.wait(0)
        #expect(stage.table.version == version + 1)
    }

    /// The trump and the first card of a hand carry the same mark.
    @Test(arguments: 0..<12)
    func `a late trump of a strong bot is not taken for its first card`(seed: Int) throws {
        let stage = Stage(seed: UInt64(seed), bots: .strong)
        stage.seatWithBots(options(turnSeconds: 1))
        guard stage.table.turn?.seat != south else { return }
        let thought = try #require(stage.thoughts.first)
        stage.wait(1_000)
        #expect(stage.thoughts.count == 2)
        let version = stage.table.version
        stage.botMoved(.trump(.spades), for: thought)
        stage.wait(0)
        #expect(stage.table.version == version)
    }

    @Test func `a strong bot's turn that ends with its room is stopped`() {
        let stage = Stage(bots: .strong)
        stage.seatWithBots(options(turnSeconds: 0))
        while stage.thoughts.isEmpty { stage.playOne() }
        stage.input(0, .leave)
        #expect(stage.stopped == [stage.code])
        #expect(stage.host.roomCount == 0)
    }

    private func action(_ input: PlayerInput) -> Action {
        switch input {
        case .trump(let suit): .trump(suit)
        case .play(let card, _): .play(card)
        default: preconditionFailure("not a move")
        }
    }
}

@Suite struct RoomEndTests {
    @Test func `a room that nobody comes back to ends after four hours`() {
        let stage = Stage()
        stage.seatFour(options(turnSeconds: 0))
        for person in 0..<4 { stage.detach(person) }
        stage.wait(4 * 3_600_000 - 1)
        #expect(stage.host.roomCount == 1)
        // Somebody looks in: the time begins anew.
        let person = stage.resume(stage.people[0].token)
        stage.detach(person)
        stage.wait(4 * 3_600_000 - 1)
        #expect(stage.host.roomCount == 1)
        stage.wait(1)
        #expect(stage.host.roomCount == 0)
        #expect(stage.host.counters.players == 0)
        #expect(stage.heard(stage.resume(stage.people[0].token)) == ["refused bad_token"])
    }

    @Test func `a room that never began ends ten minutes after the last one went away`() {
        let stage = Stage()
        let ana = stage.connect()
        stage.attach(ana, .create(name: "Ana", options(isPublic: true)))
        stage.wait(3_600_000)
        stage.detach(ana)
        stage.wait(599_999)
        #expect(stage.host.roomCount == 1)
        stage.wait(1)
        #expect(stage.host.roomCount == 0)
        #expect(stage.vacancies == [3, 0])
    }

    @Test func `ten minutes after the match the room ends with a notice`() {
        let stage = Stage()
        stage.seatFour(options(target: 1))
        stage.playMatch()
        let spectator = stage.watch()
        stage.forget()
        stage.wait(600_000 - 1)
        #expect(stage.heard(0) == [])
        stage.wait(1)
        #expect(stage.heard(0) == ["notice", "closed 1000"])
        #expect(stage.heard(spectator) == ["notice", "closed 1000"])
        #expect(stage.host.roomCount == 0)
        #expect(stage.host.nextDeadline == nil || stage.host.roomCount == 0)
    }

    @Test func `a room ends at once when nobody holds a token and nobody looks`() {
        let stage = Stage()
        stage.seatWithBots()
        let spectator = stage.watch()
        stage.input(0, .leave)
        #expect(stage.host.roomCount == 1)
        stage.detach(spectator)
        #expect(stage.host.roomCount == 0)
    }

    @Test func `a code can be used again, and old tokens stay shut out`() {
        let stage = Stage()
        let ana = stage.connect()
        stage.attach(ana, .create(name: "Ana", options()))
        let token = stage.people[ana].token
        stage.input(ana, .leave)
        let ben = stage.connect()
        stage.attach(ben, .create(name: "Ben", options()))
        #expect(stage.heard(ben) == ["joined seat 0 at 1"])
        #expect(stage.heard(stage.resume(token)) == ["refused bad_token"])
        // Timers of the former life do not end the new one.
        stage.wait(5 * 3_600_000)
        #expect(stage.host.roomCount == 1)
    }
}

@Suite struct TimerQueueTests {
    private let rooms = (0..<3).map { RoomCode(number: $0)! }

    @Test func `rooms come up in the order of their deadlines`() {
        var queue = TimerQueue()
        queue.schedule(rooms[0], at: 30)
        queue.schedule(rooms[1], at: 10)
        queue.schedule(rooms[2], at: nil)
        #expect(queue.nextDeadline == 10)
        #expect(queue.popDue(at: 9) == nil)
        #expect(queue.popDue(at: 40) == rooms[1])
        #expect(queue.popDue(at: 40) == rooms[0])
        #expect(queue.popDue(at: 40) == nil)
        #expect(queue.nextDeadline == nil)
    }

    @Test func `a room is looked at by its earliest deadline, whatever was said before or after`() {
        var queue = TimerQueue()
        queue.schedule(rooms[0], at: 30)
        queue.schedule(rooms[0], at: 10)
        queue.schedule(rooms[0], at: 20)
        #expect(queue.popDue(at: 10) == rooms[0])
        queue.schedule(rooms[0], at: 20)
        #expect(queue.popDue(at: 20) == rooms[0])
    }

    @Test func `a room that is forgotten and comes anew has its own deadline`() {
        var queue = TimerQueue()
        queue.schedule(rooms[0], at: 10)
        queue.forget(rooms[0])
        queue.schedule(rooms[0], at: 50)
        #expect(queue.popDue(at: 10) == rooms[0])
        #expect(queue.popDue(at: 49) == nil)
        #expect(queue.popDue(at: 50) == rooms[0])
    }
}
