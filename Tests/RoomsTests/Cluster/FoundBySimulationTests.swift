import Game
import Gossip
import Link
import PlayerProtocol
import Testing

@testable import Rooms

/// What `hokmd-simulate --cluster` found, each as the shortest story that shows it.
@Suite struct FoundBySimulationTests {
    private let code = RoomCode("ABC234")!

    private func stage(servers count: Int) -> ClusterStage {
        let stage = ClusterStage(servers: count)
        var options = TableOptions()
        options.turnSeconds = 0
        stage.player(1, in: code, .create(name: "Ana", options))
        stage.settle(50)
        stage.player(2, in: code, .join(name: "Ben", nil))
        stage.settle(50)
        return stage
    }

    private func agree(_ stage: ClusterStage, on lives: [ServerLife], at others: [ServerLife]) {
        stage.agree(on: lives.map { .init(id: $0.id, instance: $0.instance) })
        for life in lives + others { stage.install(at: life) }
        stage.installAtGateway()
        stage.settle(200)
    }

    @Test func `a server out of the view is rid of its copies once they are safe elsewhere`() {
        let stage = stage(servers: 3)
        let pair = stage.gatewayMap.holders(of: code)
        let rest = stage.lives.filter { $0 != pair[1] }
        // It cannot be told that another has taken its place.
        for other in rest { stage.disconnect(pair[1], other) }
        agree(stage, on: rest, at: [])
        for other in rest { stage.connect(pair[1], other) }
        stage.install(at: pair[1])
        stage.settle(200)
        #expect(stage.servers[pair[1]]?.host.holdsNothing == true)
        #expect(stage.servers[pair[0]]?.host.rooms[code] != nil)
    }

    @Test func `a room goes on from a server that is out of the view and has its newest state`() {
        let stage = stage(servers: 4)
        let pair = stage.gatewayMap.holders(of: code)
        stage.say("one", by: SessionID(1))
        stage.settle(50)
        stage.kill(pair[0])
        let rest = stage.lives.filter { $0 != pair[1] }
        agree(stage, on: rest, at: [pair[1]])
        #expect(rest.contains { stage.servers[$0]?.host.rooms[code] != nil })
        #expect(stage.servers[pair[1]]?.host.holdsNothing == true)
        stage.oracle.checkOnce()
        #expect(stage.oracle.faults == [])
    }

    @Test func `of two copies alike the one counts that is known to be the newest`() {
        let stage = ClusterStage(servers: 5)
        // Views in which nobody who is there later held the room.
        let (stale, fresh) = (stage.view.number, stage.view.number + 3)
        let gone = ServerLife(id: NodeID(rawValue: 77), instance: 1)
        stage.agree(on: [.init(id: gone.id, instance: 1)])
        for life in stage.lives { stage.install(at: life) }
        for _ in 0..<3 { agree(stage, on: stage.lives, at: []) }
        for number in 0..<40 {
            let code = RoomCode(number: UInt32(number * 7_919_111) % RoomCode.bound)!
            let owner = stage.gatewayMap.holders(of: code)[0]
            let donors = stage.lives.filter { $0 != owner }
            let record = record(of: code)
            // Which of them has which goes round, as a dictionary has an order of its own.
            for (index, donor) in donors.enumerated() {
                let offer = RoomOffer(
                    room: code, epoch: stale, revision: 5, pair: [donor, gone],
                    validated: index == number % donors.count ? fresh : stale, record: record)
                stage.act(owner) {
                    $0.takeups[code, default: Takeup()].offers[donor] = offer
                }
            }
            let before = stage.servers[owner]?.host.counters.roomsTakenUp ?? 0
            stage.act(owner) { $0.settleTakeup(code) }
            // Nobody sits in it, so that it ends at once.
            #expect(stage.servers[owner]?.host.counters.roomsTakenUp == before + 1, "\(code)")
        }
    }

    private func record(of code: RoomCode) -> [UInt8] {
        let secret = Seed(bytes: [UInt8](repeating: 3, count: 32))!
        let identity = TableIdentity(room: code, options: TableOptions(), secret: secret)
        return Room(identity, settings: RoomSettings(), now: 0).record(at: 0)
    }
}
