import Game
import Gossip
import Link
import PlayerProtocol
import Testing

@testable import Rooms

/// What `hokmd-simulate --cluster` found of rooms whose past not everybody knows, each as the
/// shortest story that shows it.
@Suite struct FoundInHistoryTests {
    private let code = RoomCode("ABC234")!

    private func agree(_ stage: ClusterStage, on servers: [View.Server], at lives: [ServerLife]) {
        stage.agree(on: servers)
        for life in lives { stage.install(at: life) }
        stage.installAtGateway()
        stage.settle(200)
    }

    private func serving(_ lives: [ServerLife]) -> [View.Server] {
        lives.map { .init(id: $0.id, instance: $0.instance) }
    }

    /// A server that will own the room beside these.
    private func owner(beside lives: [ServerLife], after number: UInt64) -> UInt64 {
        (50...).first { id in
            var map = ServerMap()
            map.learn(
                View(
                    number: number + 1, lineage: Limits.lineageMin,
                    servers: serving(lives) + [.init(id: NodeID(rawValue: id), instance: 1)],
                    voters: Voters([])))
            return map.holders(of: code).first?.id.rawValue == id
        }!
    }

    @Test func `who came after both of a room's servers had gone does not deny it`() {
        let stage = ClusterStage.hosting(code, servers: 4)
        let pair = stage.gatewayMap.holders(of: code)
        let rest = stage.lives.filter { !pair.contains($0) }
        for one in pair { for other in rest { stage.disconnect(one, other) } }
        agree(stage, on: serving(rest), at: rest)
        let late = stage.add(owner(beside: rest, after: stage.view.number))
        for one in pair { stage.disconnect(one, late) }
        agree(stage, on: serving(rest + [late]), at: rest + [late])
        #expect(stage.gatewayMap.holders(of: code).first == late)
        let attach = Attach.resume(
            SeatClaim(
                room: code, seat: south, roomInstance: 1, generation: 1, expires: .max),
            version: 3)
        #expect(
            stage.answers(to: attach, by: 90, in: code, at: late)
                == [.refused(SessionID(90), .unavailable)])
        // Nobody waits for ever.
        stage.now += RoomSettings.doubtMax
        #expect(
            stage.answers(to: attach, by: 91, in: code, at: late)
                == [.refused(SessionID(91), .badToken)])
    }

    @Test func `of a cluster's whole past a newcomer is told as much as is kept`() {
        let stage = ClusterStage(servers: 3)
        for _ in 0..<100 { agree(stage, on: serving(stage.lives), at: stage.lives) }
        let late = stage.add(50)
        agree(stage, on: serving(stage.lives), at: stage.lives)
        #expect(stage.servers[late]?.host.map.missing == nil)
        #expect(stage.servers[late]?.host.historyMissingSince == nil)
    }

    @Test func `who has missed what nobody remembers denies nothing for ten minutes`() {
        let stage = ClusterStage(servers: 2)
        for _ in 0..<3 { stage.agree(on: serving(stage.lives)) }
        agree(stage, on: serving(stage.lives), at: stage.lives)
        let owner = stage.gatewayMap.holders(of: code)[0]
        #expect(
            stage.answers(to: .watch, by: 90, in: code, at: owner)
                == [.refused(SessionID(90), .unavailable)])
        stage.now += RoomSettings.doubtMax
        #expect(
            stage.answers(to: .watch, by: 91, in: code, at: owner)
                == [.refused(SessionID(91), .noSuchRoom)])
    }

    @Test func `a server whose life others have outlived goes on as another`() {
        let stage = ClusterStage.hosting(code, servers: 3)
        let pair = stage.gatewayMap.holders(of: code)
        stage.say("one", by: SessionID(1))
        stage.settle(50)
        let next = stage.outlive(pair[0])
        #expect(stage.servers[next]?.host.roomCount == 0)
        #expect(stage.servers[next]?.host.copies[code] != nil)
        agree(stage, on: serving(stage.lives), at: stage.lives)
        // Nobody waits for the word of the life that is over.
        let other = RoomCode("XYZ234")!
        stage.player(2, in: other, .create(name: "Ben", TableOptions()))
        stage.settle(100)
        #expect(stage.sessions[SessionID(2)]?.isIn == true)
        stage.say("two", by: SessionID(1))
        stage.settle(200)
        #expect(stage.oracle.wasHeard("one") && stage.oracle.wasHeard("two"))
        stage.oracle.checkOnce()
        #expect(stage.oracle.faults == [])
    }

    @Test func `the memory of an outlived server counts where its partner dies`() {
        let stage = ClusterStage.hosting(code, servers: 4)
        let pair = stage.gatewayMap.holders(of: code)
        stage.say("one", by: SessionID(1))
        stage.settle(50)
        let next = stage.outlive(pair[0])
        agree(stage, on: serving(stage.lives.filter { $0 != next }), at: stage.lives)
        #expect(stage.servers.values.contains { $0.host.rooms[code] != nil })
        #expect(stage.servers[next]?.host.holdsNothing == true)
        stage.oracle.checkOnce()
        #expect(stage.oracle.faults == [])
    }

    @Test(arguments: [false, true])
    func `who drains need not wait for the end of a doubt`(isForgotten: Bool) throws {
        let stage = ClusterStage(servers: 3)
        let owner = stage.gatewayMap.holders(of: code)[0]
        let leaving = try #require(stage.lives.first { $0 != owner })
        // Others held the room after these, and are gone.
        let gone = ServerLife(id: NodeID(rawValue: 77), instance: 1)
        agree(stage, on: serving([gone, leaving]), at: stage.lives)
        agree(stage, on: serving([gone]), at: stage.lives)
        // A view may be one that nobody remembers.
        if isForgotten { stage.agree(on: serving([gone])) }
        let offer = RoomOffer(
            room: code, epoch: 1, revision: 5, pair: [leaving, gone], validated: 1,
            record: [1, 2, 3])
        stage.act(leaving) { $0.copies[offer.room] = HeldCopy(offer) }
        agree(
            stage,
            on: stage.lives.map {
                .init(
                    id: $0.id, instance: $0.instance,
                    state: $0 == leaving ? .draining : .serving)
            }, at: stage.lives)
        if isForgotten {
            #expect(stage.servers[leaving]?.host.holdsNothing == false)
            stage.settle(RoomSettings.historyAwaitedMax)
        }
        #expect(stage.servers[leaving]?.host.holdsNothing == true)
        let kept = try #require(stage.servers[owner]?.host.copies[code])
        #expect(kept.revision == 5 && kept.validated == 1 && kept.holders == offer.pair)
    }
}
