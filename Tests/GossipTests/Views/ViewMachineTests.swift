import Testing
import Wire

@testable import Gossip

@Suite struct ViewMachineTests {
    /// Crashes and restarts at random, then calm.
    private func storm(count: Int, seed: UInt64, mistake: ViewSoup.Mistake = .none) -> ViewSoup {
        var soup = ViewSoup(count: count, seed: seed, mistake: mistake)
        soup.lossPercent = Int.random(in: 0...30, using: &soup.random)
        for _ in 0..<12 {
            soup.run(for: .milliseconds(Int.random(in: 10...1_500, using: &soup.random)))
            let node = Int.random(in: 0..<count, using: &soup.random)
            if Bool.random(using: &soup.random) {
                soup.crash(node)
            } else {
                let losesDisk = Int.random(in: 0..<5, using: &soup.random) == 0
                soup.restart(node, losesDisk: mistake == .none && losesDisk)
            }
        }
        return soup
    }

    @Test(arguments: [3, 4, 5])
    func `whatever is lost, repeated or crashes, a number has one document`(count: Int) {
        var reached: UInt64 = 0
        for seed: UInt64 in 0..<120 {
            let soup = storm(count: count, seed: seed)
            #expect(soup.faults.isEmpty, "seed \(seed): \(soup.faults)")
            reached = max(reached, soup.documents.keys.max() ?? 0)
        }
        #expect(reached > 3)
    }

    @Test func `in calm all come to the same view with everybody in it`() throws {
        for seed: UInt64 in 0..<20 {
            var soup = ViewSoup(count: 5, seed: seed)
            soup.run(for: .seconds(10))
            let last = try #require(soup.documents.keys.max())
            #expect(soup.numbers.allSatisfy { $0 == last })
            #expect(soup.documents[last]?.servers.count == 5)
            #expect(soup.documents[last]?.voters.members.count == 5)
        }
    }

    @Test func `a minority changes nothing`() throws {
        var soup = ViewSoup(count: 5, seed: 2)
        soup.run(for: .seconds(10))
        let before = try #require(soup.documents.keys.max())
        for node in 0..<3 { soup.crash(node) }
        soup.run(for: .seconds(30))
        #expect(soup.documents.keys.max() == before)
        for node in 0..<3 { soup.restart(node, losesDisk: false) }
        soup.run(for: .seconds(20))
        #expect(try #require(soup.documents.keys.max()) > before)
        #expect(soup.faults.isEmpty)
    }

    @Test(arguments: 3...5)
    func `voters that see a death one after the other do without the dead in 350 ms`(count: Int) {
        for seed: UInt64 in 0..<100 {
            var soup = ViewSoup(count: count, seed: seed)
            soup.run(for: .seconds(10))
            (soup.lossPercent, soup.delayMax) = (0, .milliseconds(2))
            let victim = Int(seed) % count
            // From 200 ms of silence on they may agree; some are convinced 60 ms after others.
            soup.kill(victim, noticedWithin: .milliseconds(260))
            soup.run(for: .milliseconds(350))
            #expect(!soup.servers.contains(ViewSoup.id(victim)), "seed \(seed)")
        }
    }

    @Test func `a promise that is not written down is found out`() {
        let found = (0..<3_000 as Range<UInt64>).first { seed in
            !storm(count: 3, seed: seed, mistake: .promiseNotWrittenDown).faults.isEmpty
        }
        #expect(found != nil)
    }

    @Test func `any two quorums meet, in one view and in two that may follow each other`() {
        let pool = (0..<5).map { VoterID(node: ViewSoup.id($0), disk: 1) }
        for size in 1...5 {
            for casting in [nil] + pool[..<size].map({ Optional($0.node) }) {
                let voters = Voters(Array(pool[..<size]), casting: casting)
                #expect(voters.meets(voters))
            }
        }
        // Two disjoint exact halves are never both enough.
        let pair = Voters(Array(pool[..<2]), casting: pool[0].node)
        #expect(pair.isQuorum { $0 == pool[0] } && !pair.isQuorum { $0 == pool[1] })
        #expect(!Voters([pool[0]]).meets(Voters([pool[1]])))
    }
}
