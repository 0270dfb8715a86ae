import Gossip
import Testing

@testable import Simulation

/// What actors are promised of their links.
@Suite struct LinkTests {
    /// Counts upwards over each of its links, and notes what comes out of order.
    struct Counter: SimulatedActor {
        private var keeper = LinkKeeper()
        private var sent: [LinkID: UInt32] = [:]
        private(set) var got: [LinkID: UInt32] = [:]
        private(set) var faults = 0
        private(set) var closings = 0
        private var tick = Instant.origin

        var nextDeadline: Instant { min(keeper.nextDeadline, tick) }

        mutating func handle(
            _ input: ActorInput, now: Instant, using generator: inout Randomness
        ) -> [ActorEffect] {
            var effects: [ActorEffect] = []
            switch input {
            case .opened(let link, _, _): sent[link] = 0
            case .closed(let link):
                if sent[link] == nil { faults += 1 }
                sent[link] = nil
                closings += 1
            case .frame(let link, let bytes):
                let number = UInt32(bytes.count)
                if sent[link] == nil || number != got[link, default: 0] + 1 { faults += 1 }
                got[link] = number
            case .wake where now >= tick:
                tick = now.advanced(by: .milliseconds(50))
                for link in sent.keys.sorted(by: { $0.number < $1.number }) {
                    let next = (sent[link] ?? 0) + 1
                    sent[link] = next
                    effects.append(.send(link, [UInt8](repeating: 1, count: Int(next))))
                }
            default: break
            }
            return effects + keeper.handle(input, now: now, using: &generator)
        }
    }

    private func counters(_ world: World) -> [Counter] {
        world.nodes.flatMap(\.actors).compactMap { $0 as? Counter }
    }

    @Test(arguments: 1...3 as ClosedRange<UInt64>)
    func `frames keep their order whatever the network does, until a link breaks`(seed: UInt64) {
        var world = Scenario.cluster(of: 4, seed: seed) { _ in [Counter()] }
        world.network.conditions.loss = 0.2
        world.network.conditions.reordering = 0.5
        world.run(for: .seconds(3))
        let cut = world.network.cut(.isolated(1))
        world.run(for: .seconds(1))
        world.network.mend(cut)
        world.run(for: .seconds(2))
        _ = world.breakLink()
        world.pause(2, for: .seconds(1))
        world.run(for: .seconds(4))
        let all = counters(world)
        #expect(all.map(\.faults) == [0, 0, 0, 0])
        #expect(all.flatMap(\.got.values).contains { $0 > 20 })
        #expect(world.violation == nil)
    }

    @Test func `a long cut closes the links, and new ones are opened after it`() {
        var world = Scenario.cluster(of: 3, seed: 4) { _ in [Counter()] }
        world.run(for: .seconds(1))
        let cut = world.network.cut(.isolated(0))
        world.run(for: .seconds(10))
        #expect(counters(world)[0].closings == 2)
        world.network.mend(cut)
        world.run(for: .seconds(10))
        let before = counters(world)[0].got.values.reduce(0, +)
        world.run(for: .seconds(1))
        #expect(counters(world)[0].got.values.reduce(0, +) > before)
    }

    @Test func `a crash is told to the partners at once, a dead machine is noticed in time`() {
        for isHostUp in [true, false] {
            var world = Scenario.cluster(of: 3, seed: 5) { _ in [Counter()] }
            world.run(for: .seconds(1))
            world.crash(2, isHostUp: isHostUp)
            world.run(for: .milliseconds(100))
            #expect(counters(world).map(\.closings) == (isHostUp ? [1, 1] : [0, 0]))
            world.run(for: .seconds(4))
            #expect(counters(world).map(\.closings) == [1, 1])
        }
    }
}
