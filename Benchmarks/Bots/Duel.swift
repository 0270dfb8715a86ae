import Game
import Glibc
import Random

/// Two kinds of player against each other on the same deals, each deal twice with the seats
/// swapped, so that good cards favour nobody.
struct Duel {
    typealias Player = (TableView, inout SplitMix64) -> Action?

    let first: Player
    let second: Player

    /// What came out of a number of duplicate deals.
    struct Outcome {
        var deals = 0
        /// Hands won by the first kind, of `2 * deals`.
        var wins = 0
        /// Sum of squares of a deal's share of wins, for the standard error.
        var squares = 0.0
        var points = 0

        var share: Double { Double(wins) / Double(2 * deals) }
        /// Standard error of `share`; a deal is one observation.
        var standardError: Double {
            ((squares / Double(deals) - share * share) / Double(deals - 1)).squareRoot()
        }
    }

    func run(deals: Int, seed: UInt64) -> Outcome {
        var outcome = Outcome()
        for deal in 0..<deals {
            var wins = 0
            for firstTeam in Team.allCases {
                let result = hand(seed: seed &+ UInt64(deal) &* 0x1_0000_0001, firstTeam: firstTeam)
                if result.winner == firstTeam { wins += 1 }
                outcome.points += result.winner == firstTeam ? result.points : -result.points
            }
            outcome.deals += 1
            outcome.wins += wins
            outcome.squares += Double(wins * wins) / 4
        }
        return outcome
    }

    /// One hand; the deal follows from the seed alone.
    private func hand(seed: UInt64, firstTeam: Team) -> (winner: Team, points: Int) {
        var generator = SplitMix64(seed: seed)
        var table = Self.table(using: &generator)
        while let turn = table.turn {
            let view = table.view(for: .seat(turn.seat))
            let player = turn.seat.team == firstTeam ? first : second
            guard let action = player(view, &generator),
                let events = try? table.apply(action, by: turn.seat, at: 0)
            else { preconditionFailure("a bot made no legal move") }
            for case .hand(let result) in events { return (result.winner, result.points) }
        }
        preconditionFailure("a match ends with a hand")
    }

    private static func table(using generator: inout SplitMix64) -> Table {
        let bytes = (0..<Seed.byteCount).map { _ in
            UInt8.random(in: .min ... .max, using: &generator)
        }
        var options = TableOptions()
        options.turnSeconds = 0
        guard let secret = Seed(bytes: bytes) else { preconditionFailure("a seed has 32 bytes") }
        var table = Table(
            identity: TableIdentity(
                room: .random(using: &generator), options: options, secret: secret))
        do {
            for seat in Seat.all { try table.apply(.sitBot, by: seat, at: 0) }
            try table.apply(.start, by: Seat.all[0], at: 0)
        } catch { preconditionFailure("an empty table takes four bots: \(error)") }
        return table
    }
}
