import Random
import Testing

@testable import Game

/// The rules as pagat.com words them, against an oracle that shares no code with `Hand`.
@Suite struct RulesTests {
    @Test(arguments: [
        // led, the others in order, trump, the winner's place
        ("5H", ["7H", "2H", "AH"], "S", 3), ("5H", ["7H", "2S", "AH"], "S", 2),
        ("5H", ["3S", "2S", "AH"], "S", 1), ("2H", ["AD", "AC", "KD"], "S", 0),
        ("2S", ["AH", "AD", "AC"], "S", 0), ("TH", ["JH", "QH", "KH"], "C", 3),
        ("TH", ["9H", "2C", "3C"], "C", 3),
    ])
    func `the highest trump takes a trick, else the highest of the suit led`(
        led: String, others: [String], trump: String, place: Int
    ) throws {
        var trick = Trick()
        for (index, card) in ([led] + others).enumerated() {
            trick.add(Played(seat: Seat.all[index], card: try #require(Card(card))))
        }
        let suit = try #require(Suit(letter: trump.utf8.first!))
        #expect(trick.winner(trump: suit)?.seat == Seat.all[place])
    }

    /// Sorts by strength in plain words: no bits, no running best.
    private func slowWinner(_ cards: [(seat: Int, card: String)], trump: Character) -> Int {
        let order = Array("23456789TJQKA")
        let led = cards[0].card.last!
        let strengths = cards.map { played -> Int in
            let suit = played.card.last!
            let rank = order.firstIndex(of: played.card.first!)!
            return suit == trump ? 200 + rank : suit == led ? 100 + rank : rank
        }
        return cards[strengths.firstIndex(of: strengths.max()!)!].seat
    }

    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func `whole matches agree with a slow oracle in every trick, score and hakem`(
        seed: UInt64
    ) throws {
        var generator = SplitMix64(seed: seed)
        var table = try Table.started(target: 5, using: &generator)
        var (trick, trump): ([(seat: Int, card: String)], Character) = ([], "?")
        var (tricks, score) = ([0, 0], [0, 0])
        var hakem = table.position.hakem!.index
        while let (action, seat) = table.randomMove(using: &generator) {
            for event in try table.apply(action, by: seat, at: 0) {
                switch event {
                case .trump(let who, let suit):
                    #expect(who.index == hakem)
                    trump = Character(UnicodeScalar(suit.letter))
                case .played(let who, let card): trick.append((who.index, card.description))
                case .trick(let winner, let counts):
                    let expected = slowWinner(trick, trump: trump)
                    #expect(winner.index == expected)
                    tricks[expected % 2] += 1
                    #expect([counts.even, counts.odd] == tricks)
                    trick = []
                case .hand(let result):
                    let team = tricks[0] == 7 ? 0 : 1
                    #expect(tricks[team] == 7 && result.winner.index == team)
                    let points = tricks[1 - team] > 0 ? 1 : hakem % 2 == team ? 2 : 3
                    score[team] += points
                    #expect(result.points == points)
                    #expect([result.score.even, result.score.odd] == score)
                    if hakem % 2 != team { hakem = (hakem + 1) % 4 }
                    tricks = [0, 0]
                case .hakem(let who, let draw):
                    #expect(who.index == hakem && draw.isEmpty)
                case .match(let winner, _): #expect(score[winner.index] >= 5)
                default: break
                }
            }
        }
        #expect(score.max()! >= 5)
    }

    @Test func `a kot is two points, a hakem kot three`() {
        let rules = Rules.standard
        #expect(rules.outcome(winner: .even, hakem: Seat.all[0], losersTricks: 3) == (.none, 1))
        #expect(rules.outcome(winner: .even, hakem: Seat.all[2], losersTricks: 0) == (.kot, 2))
        #expect(rules.outcome(winner: .even, hakem: Seat.all[1], losersTricks: 0) == (.hakemKot, 3))
    }

    @Test func `the hakem keeps his office while his team wins, else it goes to the right`() {
        #expect(Rules.standard.nextHakem(after: Seat.all[3], winner: .odd) == Seat.all[3])
        #expect(Rules.standard.nextHakem(after: Seat.all[3], winner: .even) == Seat.all[0])
    }

    @Test func `what may not be done is refused and changes nothing`() throws {
        var generator = SplitMix64(seed: 5)
        var table = try Table.started(using: &generator)
        let hakem = try #require(table.position.hakem)
        func refused(_ action: Action, _ seat: Seat, _ violation: RuleViolation) {
            let before = table.snapshot(at: 0)
            #expect(throws: violation) { try table.apply(action, by: seat, at: 0) }
            #expect(table.snapshot(at: 0) == before)
        }
        refused(.trump(.hearts), hakem.next, .notTheHakem)
        refused(.play(Card(index: 0)), hakem, .notYourTurn)
        refused(.start, hakem, .stale)
        refused(.sit(name: "x"), hakem, .roomFull)
        try table.apply(.trump(.hearts), by: hakem, at: 0)
        refused(.trump(.spades), hakem, .stale)
        let hand = try #require(table.position.hand)
        let mine = hand.held[hakem.index]
        refused(.play(try #require(CardSet.full.subtracting(mine).lowest)), hakem, .cardNotInHand)
        refused(.play(try #require(hand.held[hakem.next.index].lowest)), hakem.next, .notYourTurn)
        let led = try #require(
            mine.first { lead in
                let next = hand.held[hakem.next.index]
                let following = next.of(lead.suit)
                return !following.isEmpty && following != next
            })
        try table.apply(.play(led), by: hakem, at: 0)
        let next = hand.held[hakem.next.index]
        let wrong = try #require(next.subtracting(next.of(led.suit)).lowest)
        refused(.play(wrong), hakem.next, .mustFollowSuit)
    }
}
