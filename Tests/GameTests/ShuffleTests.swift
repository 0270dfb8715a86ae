import Random
import Testing

@testable import Game

@Suite struct ShuffleTests {
    /// Wilson–Hilferty: how many standard deviations a chi-square value is from what is usual.
    private func deviation(chiSquare: Double, degrees: Double) -> Double {
        func root(_ x: Double) -> Double {
            var guess = 1.0
            for _ in 0..<60 { guess -= (guess * guess * guess - x) / (3 * guess * guess) }
            return guess
        }
        let spread = 2 / (9 * degrees)
        return (root(chiSquare / degrees) - (1 - spread)) / spread.squareRoot()
    }

    @Test func `every card is equally likely at every position`() {
        var generator = SplitMix64(seed: 11)
        let decks = 20_000
        var counts = [Int](repeating: 0, count: 52 * 52)
        for _ in 0..<decks {
            for (position, card) in Shuffle.deck(from: .of(&generator)).enumerated() {
                counts[position * 52 + card.index] += 1
            }
        }
        let expected = Double(decks) / 52
        let chiSquare = counts.reduce(0.0) {
            $0 + (Double($1) - expected) * (Double($1) - expected) / expected
        }
        let off = deviation(chiSquare: chiSquare, degrees: 51 * 51)
        #expect(abs(off) < 4, "chi-square \(chiSquare)")
    }

    @Test func `a deck holds each card once, and a seed gives the same deck again`() {
        var generator = SplitMix64(seed: 12)
        let seed = Seed.of(&generator)
        let deck = Shuffle.deck(from: seed)
        #expect(CardSet(deck) == .full && deck.count == 52)
        #expect(Shuffle.deck(from: seed) == deck)
        #expect(Shuffle.deck(from: seed.subkey(1)) != deck)
    }

    @Test func `the first ace comes to each seat as often as theory says`() {
        var generator = SplitMix64(seed: 13)
        let draws = 40_000
        var (first, byDistance) = ([0, 0, 0, 0], [0, 0, 0, 0])
        for _ in 0..<draws {
            let draw = Shuffle.hakemDraw(from: .of(&generator))
            first[draw[0].seat.index] += 1
            byDistance[(draw.count - 1) % 4] += 1
            #expect(draw.last?.card.rank == Card.aceRank)
        }
        // Four standard deviations of a share of 0.25 in 40,000 draws are 0.0087.
        for (count, share) in zip(byDistance, [0.2803, 0.2593, 0.2395, 0.2209]) {
            #expect(abs(Double(count) / Double(draws) - share) < 0.0087)
        }
        for count in first { #expect(abs(Double(count) / Double(draws) - 0.25) < 0.0087) }
    }

    @Test func `14.5 percent of the first five cards are without court card and ace`() {
        var generator = SplitMix64(seed: 14)
        let deals = 30_000
        let plain = (0..<deals).count { _ in
            Shuffle.deck(from: .of(&generator)).prefix(5).allSatisfy { $0.rank < 9 }
        }
        // C(36,5) / C(52,5) = 0.14505; four standard deviations are 0.0081.
        #expect(abs(Double(plain) / Double(deals) - 0.14505) < 0.0081)
    }

    @Test func `cards are dealt five, four, four from the hakem to the right`() throws {
        var generator = SplitMix64(seed: 15)
        let (seed, room) = (Seed.of(&generator), RoomCode("ABC123")!)
        let hand = Hand(number: 3, hakem: Seat.all[2], seed: seed, room: room, rules: .standard)
        let deck = Shuffle.deck(from: seed)
        #expect(hand.firstPacket == CardSet(deck[0..<5]))
        #expect(hand.held[2] == CardSet(deck[0..<5] + deck[20..<24] + deck[36..<40]))
        #expect(hand.held[1] == CardSet(deck[15..<20] + deck[32..<36] + deck[48..<52]))
        #expect(hand.commitment == Commitment(seed: seed, room: room, hand: 3))
        #expect(hand.commitment != Commitment(seed: seed, room: room, hand: 4))
    }
}
