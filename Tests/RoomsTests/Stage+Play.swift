import Game
import JSON
import Link
import PlayerProtocol
import Testing

@testable import Rooms

/// Options of a room in the tests' words.
func options(
    target: Int = 7, turnSeconds: Int = 30, botsAfter: Int? = nil, isPublic: Bool = false
) -> TableOptions {
    var options = TableOptions()
    options.target = target
    options.turnSeconds = turnSeconds
    options.botsAfterSeconds = botsAfter
    options.isPublic = isPublic
    return options
}

extension Stage {
    /// Four people at a table whose match has begun; person n sits on seat n.
    func seatFour(_ options: TableOptions = TableOptions()) {
        let first = connect()
        attach(first, .create(name: "P0", options))
        for number in 1..<4 {
            attach(connect(gateway: number % 2 + 1), .join(name: "P\(number)", nil))
        }
        forget()
    }

    /// One person on seat 0, and three bots.
    func seatWithBots(_ options: TableOptions = TableOptions()) {
        let first = connect()
        attach(first, .create(name: "P0", options))
        input(first, .bots)
        forget()
    }

    /// Who sits on a seat and is here.
    func person(on seat: Seat) -> Int? {
        people.indices.first { people[$0].isIn && people[$0].seat == seat }
    }

    /// A legal action of the seat on turn, as its player would send it; `nil` when nobody is.
    func move() -> (Seat, PlayerInput)? {
        switch table.position.phase {
        case .waiting, .over: nil
        case .choosingTrump(let hand): (hand.hakem, .trump(hand.firstPacket.lowest!.suit))
        case .playing(let hand):
            (
                hand.turn,
                .play(hand.legalPlays(of: hand.turn).lowest!, table.turn!.mark)
            )
        }
    }

    /// The seat on turn moves, whoever it is that sits there.
    func playOne() {
        guard let (seat, input) = move() else { return }
        if let person = person(on: seat) { self.input(person, input) } else { wait(1) }
    }

    func play(_ count: Int) {
        for _ in 0..<count { playOne() }
    }

    func playMatch() {
        while table.position.isRunning { playOne() }
    }

    /// Who comes back with a token, on a new connection.
    func resume(_ token: String?, version: UInt64 = 0, gateway: Int = 1) -> Int {
        let person = connect(gateway: gateway)
        guard let token, let claim = tokens.open(token) else {
            Issue.record("not a token")
            return person
        }
        attach(person, .resume(claim, version: version))
        return person
    }

    func watch() -> Int {
        let person = connect()
        attach(person, .watch)
        return person
    }
}
