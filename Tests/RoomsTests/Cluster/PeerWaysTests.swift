import Game
import Gossip
import Testing

@testable import Link
@testable import Rooms

@Suite struct PeerWaysTests {
    private let life = ServerLife(id: NodeID(name: "s2"), instance: 1)

    private func batch(_ view: UInt64) -> FrameBatch<PeerFrame> {
        FrameBatch(view: view, frames: [.offered])
    }

    @Test func `what comes before there is a way for the answer is heard when there is one`() {
        var ways = PeerWays(life: life)
        ways.comes(LinkID(1), .accepted)
        let hearings = [ways.hear(batch(7)), ways.hear(batch(8))]
        #expect(hearings == [.later, .later])
        ways.comes(LinkID(2), .dialled)
        let early = [ways.takeEarly(), ways.takeEarly()]
        #expect(early == [[batch(7), batch(8)], []])
        let hearing = ways.hear(batch(9))
        #expect(hearing == .now)
    }

    @Test func `what came on a link that broke is said again on the next`() {
        var ways = PeerWays(life: life)
        ways.comes(LinkID(1), .accepted)
        _ = ways.hear(batch(7))
        let wasOurs = ways.goes(LinkID(1))
        #expect(wasOurs && ways.areGone)
        ways.comes(LinkID(3), .accepted)
        ways.comes(LinkID(4), .dialled)
        let early = ways.takeEarly()
        #expect(ways.areUp && early == [])
        let isOurs = ways.goes(LinkID(1))
        #expect(!isOurs)
    }

    @Test func `what is kept is bounded`() {
        var ways = PeerWays(life: life)
        ways.comes(LinkID(1), .accepted)
        for _ in 0..<PeerWays.earlyMax { _ = ways.hear(batch(7)) }
        let hearing = ways.hear(batch(7))
        #expect(hearing == .tooMuch)
    }
}
