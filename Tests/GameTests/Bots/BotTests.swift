import Random
import Testing

@testable import Game

@Suite struct BotTests {
    @Test(arguments: BotStrength.allCases)
    func `a bot plays whole matches with legal moves only`(_ strength: BotStrength) throws {
        var generator = SplitMix64(seed: testSeed)
        let bot = Bot(strength)
        for _ in 0..<(strength == .strong ? 1 : 10) {
            var table = try Table.started(
                target: strength == .strong ? 1 : 7, using: &generator)
            while let turn = table.turn {
                let view = table.view(for: .seat(turn.seat))
                let action = try #require(bot.choose(view, using: &generator))
                try table.apply(action, by: turn.seat, at: 0)
            }
            guard case .over = table.position.phase else {
                Issue.record("nobody is on turn and the match is not over")
                return
            }
        }
    }

    @Test func `a bot has nothing to do when it is not its turn, and a spectator never has`() throws
    {
        var generator = SplitMix64(seed: testSeed)
        var table = try Table.started(using: &generator)
        let normal = Bot(.normal)
        for _ in 0..<30 {
            let turn = try #require(table.turn)
            for seat in Seat.all where seat != turn.seat {
                #expect(normal.choose(table.view(for: .seat(seat)), using: &generator) == nil)
            }
            #expect(normal.choose(table.view(for: .spectator), using: &generator) == nil)
            let view = table.view(for: .seat(turn.seat))
            let action = try #require(normal.choose(view, using: &generator))
            try table.apply(action, by: turn.seat, at: 0)
        }
    }

    @Test func `a bot does not stir at a table that waits`() {
        var generator = SplitMix64(seed: testSeed)
        let table = Table(
            identity: TableIdentity(
                room: .random(using: &generator), options: TableOptions(), secret: .of(&generator)))
        for strength in BotStrength.allCases {
            #expect(
                Bot(strength).choose(table.view(for: .seat(Seat.all[0])), using: &generator) == nil)
        }
    }

    /// The share that `bench-bots` measures is 87 %; 200 deals have a standard error of 1.7 %, so
    /// 78 % is five of them away.
    @Test func `normal beats random on duplicate deals`() throws {
        var generator = SplitMix64(seed: testSeed)
        var wins = 0
        let deals = 200
        for _ in 0..<deals {
            let start = try Table.started(target: 1, using: &generator)
            for team in Team.allCases {
                var table = start
                while let turn = table.turn {
                    let view = table.view(for: .seat(turn.seat))
                    let chosen =
                        turn.seat.team == team
                        ? Bot(.normal).choose(view, using: &generator)
                        : table.randomMove(using: &generator)?.0
                    try table.apply(try #require(chosen), by: turn.seat, at: 0)
                }
                if case .over(winner: team) = table.position.phase { wins += 1 }
            }
        }
        #expect(Double(wins) / Double(2 * deals) > 0.78)
    }
}
