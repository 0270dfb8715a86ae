import Glibc
import Testing

@testable import Game

/// What random tests start from; `SEED=n` in the environment replays a failure.
let testSeed: UInt64 = {
    let seed =
        getenv("SEED").flatMap { UInt64(String(cString: $0)) } ?? .random(in: 0..<1_000_000)
    print("GameTests SEED=\(seed)")
    return seed
}()

extension Seed {
    static func of(_ generator: inout some RandomNumberGenerator) -> Seed {
        let bytes = (0..<byteCount).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        return Seed(bytes: bytes)!
    }
}

extension Table {
    /// A table with four players whose match has begun.
    static func started(
        target: Int = 7, using generator: inout some RandomNumberGenerator
    ) throws -> Table {
        var options = TableOptions()
        options.target = target
        var table = Table(
            identity: TableIdentity(
                room: .random(using: &generator), options: options, secret: .of(&generator)))
        for seat in Seat.all {
            try table.apply(.sit(name: "player \(seat.index)"), by: seat, at: 0)
        }
        try table.apply(.start, by: Seat.all[0], at: 0)
        return table
    }

    /// Any legal action of the seat on turn; `nil` when the match is over or has not begun.
    func randomMove(using generator: inout some RandomNumberGenerator) -> (Action, Seat)? {
        switch position.phase {
        case .waiting, .over: nil
        case .choosingTrump(let hand):
            (.trump(Suit.allCases.randomElement(using: &generator)!), hand.hakem)
        case .playing(let hand):
            (
                .play(Array(hand.legalPlays(of: hand.turn)).randomElement(using: &generator)!),
                hand.turn
            )
        }
    }
}
