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
        let stage = ClusterStage.hosting(code, servers: count)
        stage.player(2, in: code, .join(name: "Ben", nil))
        stage.settle(50)
        return stage
    }

    private func agree(
        _ stage: ClusterStage, on lives: [ServerLife], at others: [ServerLife],
        except sleeper: ServerLife? = nil
    ) {
        stage.agree(on: lives.map { .init(id: $0.id, instance: $0.instance) })
        for life in lives + others where life != sleeper { stage.install(at: life) }
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

    @Test func `a successor that missed a view does not stop the room for ever`() {
        let stage = stage(servers: 3)
        let pair = stage.gatewayMap.holders(of: code)
        let rest = stage.lives.filter { $0 != pair[1] }
        for _ in 0..<3 { agree(stage, on: rest + [pair[1]], at: [], except: pair[1]) }
        stage.install(at: pair[1])
        stage.settle(100)
        stage.say("one", by: SessionID(1))
        stage.settle(200)
        #expect(stage.oracle.wasHeard("one"))
        stage.kill(pair[0])
        agree(stage, on: stage.lives, at: [])
        stage.settle(300)
        #expect(stage.servers[pair[1]]?.host.rooms[code] != nil)
        stage.oracle.checkOnce()
        #expect(stage.oracle.faults == [])
    }

    // MARK: Refusals

    private var strangersToken: Attach {
        .resume(
            SeatClaim(
                room: code, seat: south, roomInstance: 1, generation: 1, expires: .max),
            version: 3)
    }

    @Test func `a room may come back with two who are out of the view, and nobody denies it`() {
        let stage = stage(servers: 4)
        let pair = stage.gatewayMap.holders(of: code)
        let rest = stage.lives.filter { !pair.contains($0) }
        for one in pair { for other in rest { stage.disconnect(one, other) } }
        agree(stage, on: rest, at: [])
        let owner = stage.gatewayMap.holders(of: code)[0]
        for attach in [.watch, .join(name: "Eve", nil), strangersToken] as [Attach] {
            let heard = stage.answers(to: attach, by: 90, in: code, at: owner)
            #expect(heard == [.refused(SessionID(90), .unavailable)], "\(attach)")
        }
        // Nobody waits for ever.
        stage.now += RoomSettings.doubtMax
        #expect(
            stage.answers(to: strangersToken, by: 91, in: code, at: owner)
                == [.refused(SessionID(91), .badToken)])
    }

    @Test func `an owner that slept through its own removal refuses nobody`() {
        let stage = stage(servers: 3)
        let pair = stage.gatewayMap.holders(of: code)
        let rest = stage.lives.filter { $0 != pair[0] }
        for other in rest { stage.disconnect(pair[0], other) }
        agree(stage, on: rest, at: [])
        #expect(stage.answers(to: strangersToken, by: 90, in: code, at: pair[0]) == [])
        // It learns of the view: whoever asked is sent to the room.
        stage.queues[.init(source: pair[0], target: nil)] = nil
        stage.install(at: pair[0])
        let told = stage.queues[.init(source: pair[0], target: nil)] ?? []
        #expect(
            told.contains { parcel in
                if case .toGateway(.moved(SessionID(90))) = parcel { true } else { false }
            })
    }

    @Test func `an owner that slept through its own removal shows its state to nobody`() {
        let stage = stage(servers: 3)
        let pair = stage.gatewayMap.holders(of: code)
        let rest = stage.lives.filter { $0 != pair[0] }
        for other in rest { stage.disconnect(pair[0], other) }
        agree(stage, on: rest, at: [])
        #expect(stage.answers(to: .watch, by: 90, in: code, at: pair[0]) == [])
    }

    // MARK: Pauses and vacancies

    @Test func `a room that stood still and goes on alone tells its players`() throws {
        let stage = stage(servers: 2)
        let pair = stage.gatewayMap.holders(of: code)
        stage.disconnect(pair[0], pair[1])
        stage.say("one", by: SessionID(1))
        stage.settle(1_500)
        #expect(stage.sessions[SessionID(1)]?.pausesTold == [true])
        let since = try #require(
            stage.servers[pair[0]]?.host.rooms[code]?.replication.pendingSince)
        // The pause is one, whoever is to hold the room.
        stage.agree(on: stage.lives.map { .init(id: $0.id, instance: $0.instance) })
        stage.install(at: pair[0])
        #expect(stage.servers[pair[0]]?.host.rooms[code]?.replication.pendingSince == since)
        agree(stage, on: [pair[0]], at: [])
        #expect(stage.oracle.wasHeard("one"))
        #expect(stage.sessions[SessionID(1)]?.pausesTold == [true, false])
    }

    @Test func `who takes up a full room says to the lobby that it is full`() throws {
        let stage = ClusterStage(servers: 3)
        for number in 1...4 {
            stage.player(number, in: code, .quick(name: "p\(number)"))
            stage.settle(50)
        }
        let pair = stage.gatewayMap.holders(of: code)
        stage.vacancies = []
        stage.kill(pair[0])
        agree(stage, on: stage.lives, at: [])
        #expect(stage.vacancies.map(\.room) == [code])
        #expect(stage.vacancies.map(\.freeSeats) == [0])
    }

    @Test func `what a gateway with a newer view says waits for that view`() {
        let stage = stage(servers: 2)
        let owner = stage.gatewayMap.holders(of: code)[0]
        stage.agree(on: stage.lives.map { .init(id: $0.id, instance: $0.instance) })
        let number = stage.view.number
        stage.queues[.init(source: owner, target: nil)] = nil
        stage.act(owner) {
            $0.receive(
                .attach(SessionID(90), id: 1, code, .watch), from: stage.gateway, view: number,
                now: stage.now, wallClock: 1)
        }
        #expect(stage.servers[owner]?.host.rooms[code]?.room.members.count == 2)
        for life in stage.lives { stage.install(at: life) }
        #expect(stage.servers[owner]?.host.rooms[code]?.room.members.count == 3)
    }

    private func record(of code: RoomCode) -> [UInt8] {
        let secret = Seed(bytes: [UInt8](repeating: 3, count: 32))!
        let identity = TableIdentity(room: code, options: TableOptions(), secret: secret)
        return Room(identity, settings: RoomSettings(), now: 0).record(at: 0)
    }
}
