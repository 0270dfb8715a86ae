import Random
import Testing

@testable import Game

@Suite struct TableTests {
    @Test func `a random match ends with a winner at the target`() throws {
        var generator = SplitMix64(seed: 1)
        for _ in 0..<20 {
            var table = try Table.started(using: &generator)
            while let (action, seat) = table.randomMove(using: &generator) {
                try table.apply(action, by: seat, at: 0)
            }
            guard case .over(let winner) = table.position.phase else {
                Issue.record("no move is left and the match is not over")
                return
            }
            #expect(table.position.score[winner] >= 7)
            #expect(table.position.score[winner.other] < 7)
        }
    }

    @Test
    func `a snapshot at any moment gives the same table, and the same commits after any version`()
        throws
    {
        var generator = SplitMix64(seed: 2)
        var table = try Table.started(using: &generator)
        while let (action, seat) = table.randomMove(using: &generator) {
            try table.apply(action, by: seat, at: 5)
            let bytes = table.snapshot(at: 5)
            #expect(bytes.count <= 400)
            let copy = try Table(snapshot: bytes, at: 5)
            #expect(copy.version == table.version)
            #expect(copy.snapshot(at: 5) == bytes)
            let from = table.history.baseVersion
            let expected = try #require(table.commits(after: from)).map(\.events)
            #expect(try #require(copy.commits(after: from)).map(\.events) == expected)
        }
    }
}
