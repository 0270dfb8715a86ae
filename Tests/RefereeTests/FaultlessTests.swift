import JSON
import Random
import Testing

@testable import Referee

@Suite struct FaultlessTests {
    @Test func `matches by the rules have no fault`() {
        var words: Set<String> = []
        for seed in UInt64(1)...20 {
            let steps = transcript(seed: seed)
            #expect(faults(in: steps) == [], "seed \(seed)")
            for step in steps {
                for event in step.received?["events"]?.array ?? [] {
                    if let kot = event["kot"]?.string { words.insert(kot) }
                }
            }
        }
        // Else the matches would not try what they should.
        #expect(words == ["none", "kot", "hakem_kot"])
    }

    @Test func `how the viewers' frames interleave does not matter`() {
        print("seed \(seed)")
        var generator = SplitMix64(seed: seed)
        for round in 0..<12 {
            // Each viewer's own order stays; whose turn it is to be fed is random.
            var queues = [[Step]](repeating: [], count: 5)
            for step in transcript(seed: UInt64(round)) {
                switch step {
                case .connected(let viewer), .disconnected(let viewer), .sent(let viewer, _),
                    .received(let viewer, _):
                    queues[viewer].append(step)
                }
            }
            var shuffled = Array(queues[0].prefix(2))
            queues[0].removeFirst(2)
            var heads = [0, 0, 0, 0, 0]
            while let viewer = (0..<5).filter({ heads[$0] < queues[$0].count })
                .randomElement(using: &generator)
            {
                let burst = Int.random(in: 1...20, using: &generator)
                for _ in 0..<burst where heads[viewer] < queues[viewer].count {
                    shuffled.append(queues[viewer][heads[viewer]])
                    heads[viewer] += 1
                }
            }
            #expect(faults(in: shuffled) == [], "round \(round) of seed \(seed)")
        }
    }

    @Test func `a match is over with the first who is shown it, and shown with the last`() {
        var referee = MatchReferee()
        for _ in 0..<5 { _ = referee.addViewer() }
        var wasOverTooSoon = false
        for step in transcript() {
            referee.take(step)
            if referee.isOver, !referee.isShownToAll { wasOverTooSoon = true }
        }
        #expect(wasOverTooSoon && referee.isOver && referee.isShownToAll)
    }

    @Test func `each viewer's legal moves hold the move that was made`() {
        var referee = MatchReferee()
        for _ in 0..<5 { _ = referee.addViewer() }
        var generator = SplitMix64(seed: 9)
        var chosen = 0
        for step in transcript(seed: 3) {
            if case .sent(let viewer, let message) = step, message["type"]?.string == "play",
                let text = message["card"]?.string, let card = Card(text)
            {
                // Random among the legal ones: a hundred draws miss one of 13 once in 3,000.
                let options = (0..<100).compactMap { _ in
                    referee.choose(for: viewer, using: &generator)
                }
                let cards = options.compactMap { move -> Card? in
                    guard case .play(let card, _, _) = move else { return nil }
                    return card
                }
                #expect(options.count == 100 && cards.contains(card))
                chosen += 1
                for other in 0..<5 where other != viewer {
                    #expect(referee.choose(for: other, using: &generator) == nil)
                }
            }
            referee.take(step)
        }
        #expect(chosen > 100)
        #expect(referee.isOver && referee.faults.isEmpty)
    }

    @Test func `a chosen move is a message of the protocol`() throws {
        let card = try #require(Card("TD"))
        #expect(
            Move.play(card, hand: 3, ply: 7).message(id: 5).description
                == #"{"type":"play","id":5,"card":"TD","hand":3,"ply":7}"#)
        #expect(
            Move.trump(.clubs).message(id: 6).description == #"{"type":"trump","id":6,"suit":"C"}"#)
    }
}
