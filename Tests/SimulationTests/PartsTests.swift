import Gossip
import Testing

@testable import Simulation

@Suite struct PartsTests {
    @Test func `a clock that drifts and jumps reaches each of its times when it says`() {
        var clock = SimulatedClock(showing: Instant(nanoseconds: 5_000), at: .origin)
        var now = Instant.origin
        for (index, rate) in [0, 50_000, -50_000, 1, -1].enumerated() {
            now = now.advanced(by: .seconds(100))
            clock.drift(partsPerMillion: Int64(rate), at: now)
            let before = clock.time(at: now)
            clock.jump(by: .seconds(index), at: now)
            #expect(before.duration(to: clock.time(at: now)) == .seconds(index))
            let wanted = clock.time(at: now).advanced(by: .milliseconds(250))
            let moment = clock.moment(of: wanted)
            #expect(clock.time(at: moment) >= wanted)
            #expect(clock.time(at: moment.advanced(by: .nanoseconds(-3))) < wanted)
        }
        #expect(clock.moment(of: .never) == .never)
    }

    @Test func `what is under way to a disk is there after a crash or not, in its order`() {
        let views = (1...3).map {
            View(
                number: $0, lineage: 1 << 40, servers: [],
                voters: Voters([VoterID(node: NodeID(name: "n0"), disk: 7)]))
        }
        for kept in 0...2 {
            var disk = SimulatedDisk(id: 7)
            for (index, view) in views.enumerated() {
                disk.write(Promises(disk: 7, view: view), token: UInt64(index + 1))
            }
            disk.complete(1)
            #expect(disk.begin() == 3 && disk.begin() == nil)
            #expect(disk.stored?.view?.number == 1)
            disk.crash(keeping: kept)
            #expect(disk.stored?.view?.number == UInt64(1 + kept))
        }
    }

    @Test func `the agenda is in the order of time, and of two at one time of arrival`() {
        var agenda = Agenda<Int>()
        for (value, at) in [(1, 30), (2, 10), (3, 30), (4, 20), (5, 10)] as [(Int, Int64)] {
            agenda.add(value, at: Instant(nanoseconds: at))
        }
        var order: [Int] = []
        while let value = agenda.popFirst() { order.append(value) }
        #expect(order == [2, 5, 4, 1, 3])
    }

    @Test func `a partition cuts what it says and nothing else`() {
        let marked = [true, true, false]
        #expect(Partition.split(marked).blocks(0, 2) && Partition.split(marked).blocks(2, 0))
        #expect(!Partition.split(marked).blocks(0, 1) && !Partition.split(marked).blocks(2, 5))
        #expect(Partition.oneWay(marked).blocks(0, 2) && !Partition.oneWay(marked).blocks(2, 0))
        #expect(Partition.deaf(1).blocks(0, 1) && !Partition.deaf(1).blocks(1, 0))
        #expect(Partition.dumb(1).blocks(1, 0) && !Partition.dumb(1).blocks(0, 1))
        #expect(Partition.between(1, 2).blocks(2, 1) && !Partition.between(1, 2).blocks(0, 1))
        #expect(Partition.isolated(1).blocks(1, 0) && Partition.isolated(1).blocks(0, 1))
    }
}
