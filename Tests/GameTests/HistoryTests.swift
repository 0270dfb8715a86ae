import Random
import Testing

@testable import Game

@Suite struct HistoryTests {
    @Test func `what happened after any version at hand is told again as it was told`() throws {
        var generator = SplitMix64(seed: 21)
        var table = try Table.started(target: 7, using: &generator)
        var told: [UInt64: [Event]] = [:]
        var hands = 0
        while let (action, seat) = table.randomMove(using: &generator) {
            let events = try table.apply(action, by: seat, at: 0)
            told[table.version] = events
            if Bool.random(using: &generator) {
                let talk = try table.apply(.say("round \(table.version)"), by: seat, at: 0)
                told[table.version] = talk
            }
            if events.contains(where: { if case .deal = $0 { true } else { false } }) {
                hands += 1
                // The hand before is at hand, the one before that is not.
                if hands > 1 { #expect(table.commits(after: table.history.baseVersion - 1) == nil) }
            }
            let from = UInt64.random(
                in: table.history.baseVersion...table.version, using: &generator)
            let commits = try #require(table.commits(after: from))
            #expect(commits.map(\.version) == Array(from + 1..<table.version + 1))
            for commit in commits where told[commit.version] != nil {
                #expect(commit.events == told[commit.version])
            }
        }
        #expect(table.commits(after: table.version + 1) == nil)
        #expect(hands > 2)
    }

    @Test func `endless talk is forgotten, and the table stays whole`() throws {
        var generator = SplitMix64(seed: 22)
        var table = try Table.started(using: &generator)
        let text = String(repeating: "😀", count: 200)
        for _ in 0..<50 {
            try table.apply(.say(text), by: Seat.all[0], at: 0)
            #expect(table.snapshot(at: 0).count < Table.snapshotBytesMax)
        }
        for _ in 0..<2_000 {
            let isOnline = try #require(table.position.seats[0]).isOnline
            try table.apply(.presence(online: !isOnline), by: Seat.all[0], at: 0)
        }
        let (version, floor) = (table.version, table.history.baseVersion)
        #expect(floor > 1_000 && version - floor <= UInt64(History.Limits.entriesMax))
        let copy = try Table(snapshot: table.snapshot(at: 0), at: 0)
        #expect(copy.version == version)
        while let (action, seat) = table.randomMove(using: &generator) {
            try table.apply(action, by: seat, at: 0)
        }
    }

    @Test func `a move that was made is known again, in its hand and in the next`() throws {
        var generator = SplitMix64(seed: 23)
        var table = try Table.started(using: &generator)
        var made: [(card: Card, seat: Seat, mark: TurnMark)] = []
        while table.position.handNumber < 3,
            let (action, seat) = table.randomMove(using: &generator)
        {
            let mark = try #require(table.turn).mark
            if case .play(let card) = action {
                #expect(table.wasPlayed(card, by: seat, at: mark) == nil)
                made.append((card, seat, mark))
            }
            try table.apply(action, by: seat, at: 0)
            for past in made.suffix(20) where past.mark.hand >= table.position.handNumber - 1 {
                #expect(table.wasPlayed(past.card, by: past.seat, at: past.mark) == true)
                #expect(table.wasPlayed(past.card, by: past.seat.next, at: past.mark) == false)
            }
        }
        let first = made[0]
        #expect(table.wasPlayed(first.card, by: first.seat, at: first.mark) == false)
    }
}
