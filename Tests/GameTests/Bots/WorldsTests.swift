import Random
import Testing

@testable import Game

@Suite struct WorldsTests {
    /// Every moment of a few random hands, as the seat on turn sees it, with the truth beside it.
    private func moments(_ generator: inout SplitMix64) throws -> [(Situation, Hand)] {
        var moments: [(Situation, Hand)] = []
        var table = try Table.started(target: 3, using: &generator)
        while let (action, seat) = table.randomMove(using: &generator) {
            if case .playing(let hand) = table.position.phase {
                let view = table.view(for: .seat(seat))
                moments.append((try #require(Situation(view, of: seat)), hand))
            }
            try table.apply(action, by: seat, at: 0)
        }
        return moments
    }

    @Test func `a world has every card once and fits what was seen`() throws {
        var generator = SplitMix64(seed: testSeed)
        for (situation, hand) in try moments(&generator) {
            let worlds = Worlds(situation)
            for _ in 0..<5 {
                let world = worlds.sample(using: &generator)
                var all = world.gone
                for seat in Seat.all {
                    let held = world.held[seat.index]
                    #expect(held.count == hand.held[seat.index].count)
                    #expect(held.intersection(all).isEmpty)
                    all = all.union(held)
                    for suit in Suit.allCases where situation.voids.contains(suit, of: seat) {
                        #expect(held.of(suit).isEmpty)
                    }
                }
                #expect(all == .full)
                #expect(world.own == hand.held[situation.turn.index])
            }
        }
    }

    @Test func `a situation knows of the table what everybody saw, and one hand only`() throws {
        var generator = SplitMix64(seed: testSeed)
        for (situation, hand) in try moments(&generator) {
            #expect(situation.turn == hand.turn)
            #expect(situation.tricks == hand.tricks)
            #expect(situation.led == hand.trick.led)
            #expect(situation.onTable == hand.trick.count)
            #expect(situation.legalPlays == hand.legalPlays(of: hand.turn))
            if let winner = hand.trick.winner(trump: hand.trump) {
                #expect(Played(seat: situation.bestSeat, card: situation.best) == winner)
            }
            for seat in Seat.all where seat != hand.turn {
                #expect(situation.held[seat.index].isEmpty)
            }
        }
    }

    /// 2 + 2 + 2 unseen cards of two suits, where one seat lacks spades: the deals are few enough
    /// to count each. Chi-square over them, 5 standard deviations from its mean allowed.
    @Test func `worlds are drawn evenly`() throws {
        var generator = SplitMix64(seed: testSeed)
        let situation = try #require(Self.lateSituation(using: &generator))
        let worlds = Worlds(situation)
        var seen: [[UInt64]: Int] = [:]
        let draws = 20_000
        for _ in 0..<draws {
            let world = worlds.sample(using: &generator)
            seen[Seat.all.map { world.held[$0.index].bits }, default: 0] += 1
        }
        let possible = Self.countDeals(situation)
        try #require(possible > 5)
        #expect(seen.count == possible)
        let expected = Double(draws) / Double(possible)
        let chi = seen.values.reduce(0.0) {
            $0 + (Double($1) - expected) * (Double($1) - expected) / expected
        }
        let freedom = Double(possible - 1)
        #expect(chi < freedom + 5 * (2 * freedom).squareRoot())
    }

    /// The end of a random hand at which nobody has more than three cards and a void is known.
    private static func lateSituation(using generator: inout SplitMix64) -> Situation? {
        for _ in 0..<10_000 {
            var world = Situation(trump: .hearts, hakem: Seat.all[0])
            var rest = CardSet.full
            for seat in Seat.all {
                world.held[seat.index] = Worlds.draw(13, from: &rest, using: &generator)
            }
            for _ in 0..<41 {
                guard let card = world.legalPlays.random(using: &generator) else { return nil }
                world.play(card)
            }
            let open = Seat.all.filter { seat in
                seat != world.turn
                    && Suit.allCases.contains {
                        world.voids.contains($0, of: seat) && !world.unseen.of($0).isEmpty
                    }
            }
            guard open.count == 1 else { continue }
            for seat in Seat.all where seat != world.turn { world.held[seat.index] = CardSet() }
            return world
        }
        return nil
    }

    /// Counts by trying every seat for every unseen card.
    private static func countDeals(_ situation: Situation) -> Int {
        let cards = Array(situation.unseen)
        let total = 52 - situation.gone.count
        var room = Seat.all.map { seat in
            // 41 cards were played: ten tricks and the first card of the eleventh.
            (total + 3 - (seat.index + 4 - situation.turn.index) % 4) / 4
        }
        room[situation.turn.index] = 0
        func count(_ next: Int) -> Int {
            guard next < cards.count else { return 1 }
            var deals = 0
            for seat in Seat.all
            where room[seat.index] > 0 && !situation.voids.contains(cards[next].suit, of: seat) {
                room[seat.index] -= 1
                deals += count(next + 1)
                room[seat.index] += 1
            }
            return deals
        }
        return count(0)
    }
}
