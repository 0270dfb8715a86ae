import Game
import Gossip
import JSON
import Link
import PlayerProtocol
import Testing

@testable import Rooms

/// What happens to a room when servers come and go, step by step.
@Suite struct FailoverTests {
    private let code = RoomCode("ABC234")!

    private func table(on stage: ClusterStage, botsAfter: Int? = nil) -> [SessionID] {
        var options = TableOptions()
        options.turnSeconds = 0
        options.botsAfterSeconds = botsAfter
        let ana = stage.player(1, in: code, .create(name: "Ana", options))
        stage.settle(50)
        let ben = stage.player(2, in: code, .join(name: "Ben", nil))
        stage.settle(50)
        return [ana, ben]
    }

    private func pair(on stage: ClusterStage) -> [ServerLife] {
        stage.gatewayMap.holders(of: code)
    }

    @Test func `nobody hears of a move before the successor holds it`() {
        let stage = ClusterStage(servers: 3)
        let people = table(on: stage)
        let pair = pair(on: stage)
        let before = stage.sessions[people[0]]!.version
        stage.say("one", by: people[0])
        stage.deliver(on: .init(source: nil, target: pair[0]))
        #expect(stage.queues[.init(source: pair[0], target: nil)] ?? [] == [])
        stage.deliver(on: .init(source: pair[0], target: pair[1]))
        #expect(stage.sessions[people[0]]?.version == before)
        stage.deliver(on: .init(source: pair[1], target: pair[0]))
        stage.settle(0)
        #expect(stage.sessions[people[0]]?.version == before + 1)
        #expect(stage.sessions[people[0]]?.unanswered.isEmpty == true)
    }

    @Test func `when the owner dies its successor goes on from every move that was acknowledged`() {
        let stage = ClusterStage(servers: 3)
        let people = table(on: stage)
        let pair = pair(on: stage)
        stage.say("one", by: people[0])
        stage.settle(50)
        stage.say("two", by: people[1])
        stage.deliver(on: .init(source: nil, target: pair[0]))
        stage.kill(pair[0])
        stage.agree(on: stage.lives.map { .init(id: $0.id, instance: $0.instance) })
        for life in stage.lives { stage.install(at: life) }
        stage.installAtGateway()
        stage.settle(200)
        #expect(self.pair(on: stage)[0] == pair[1])
        #expect(stage.oracle.wasHeard("two"))
        stage.oracle.checkOnce()
        #expect(stage.oracle.faults == [])
        for id in people {
            #expect(stage.sessions[id]?.unanswered.isEmpty == true)
            #expect(stage.sessions[id]?.isClosed == false)
            #expect(stage.sessions[id]?.answers.values.allSatisfy { $0["type"] == "ok" } == true)
        }
    }

    @Test func `a failover is measured from the owner's loss to the first commit after it`() {
        let stage = ClusterStage(servers: 3)
        let people = table(on: stage)
        stage.say("one", by: people[0])
        stage.settle(50)
        #expect(stage.failovers == [])
        let owner = pair(on: stage)[0]
        stage.kill(owner)
        let lost = stage.now
        stage.settle(150)
        stage.agree(on: stage.lives.map { .init(id: $0.id, instance: $0.instance) })
        for life in stage.lives { stage.install(at: life) }
        stage.installAtGateway()
        stage.settle(200)
        #expect(stage.failovers.count == 1)
        let length = stage.failovers.first ?? 0
        #expect((150...stage.now - lost).contains(length), "\(length)")

        // Who leaves in good order hands over, and that is no failover.
        let next = pair(on: stage)[0]
        let rest = stage.lives.filter { $0 != next }
        stage.agree(
            on: rest.map { .init(id: $0.id, instance: $0.instance) } + [
                .init(id: next.id, instance: next.instance, state: .draining)
            ])
        for life in stage.lives { stage.install(at: life) }
        stage.installAtGateway()
        stage.settle(200)
        #expect(pair(on: stage)[0] != next)
        #expect(stage.failovers.count == 1)
    }

    @Test func `an owner that slept through its own removal is not believed`() {
        let stage = ClusterStage(servers: 3)
        let people = table(on: stage)
        let sleeper = pair(on: stage)[0]
        stage.servers[sleeper]?.isPaused = true
        stage.say("while it sleeps", by: people[0])
        let rest = stage.lives.filter { $0 != sleeper }
        stage.agree(on: rest.map { .init(id: $0.id, instance: $0.instance) })
        for life in rest { stage.install(at: life) }
        stage.installAtGateway()
        stage.settle(300)
        #expect(stage.oracle.wasHeard("while it sleeps"))
        stage.servers[sleeper]?.isPaused = false
        stage.settle(300)
        stage.agree(
            on: (rest + [sleeper]).map { .init(id: $0.id, instance: $0.instance) })
        for life in stage.lives { stage.install(at: life) }
        stage.installAtGateway()
        stage.say("it is back", by: people[1])
        stage.settle(300)
        #expect(stage.oracle.wasHeard("it is back"))
        stage.oracle.checkOnce()
        #expect(stage.oracle.faults == [])
        #expect(stage.servers.values.count { $0.host.rooms[code] != nil } == 1)
    }

    @Test func `a room whose both servers died is nowhere, and the gateway is told`() {
        let stage = ClusterStage(servers: 4)
        let people = table(on: stage)
        for life in pair(on: stage) { stage.kill(life) }
        stage.agree(on: stage.lives.map { .init(id: $0.id, instance: $0.instance) })
        for life in stage.lives { stage.install(at: life) }
        stage.installAtGateway()
        stage.settle(600)
        #expect(people.allSatisfy { stage.sessions[$0]!.isLost })
    }

    @Test func `with three who hold a room it survives two that fail at once`() {
        let stage = ClusterStage(servers: 4, replicas: 3)
        let people = table(on: stage)
        let holders = pair(on: stage)
        #expect(holders.count == 3)
        stage.say("one", by: people[0])
        stage.settle(50)
        #expect(stage.oracle.wasHeard("one"))
        stage.say("two", by: people[1])
        for life in holders.prefix(2) { stage.kill(life) }
        stage.agree(on: stage.lives.map { .init(id: $0.id, instance: $0.instance) })
        for life in stage.lives { stage.install(at: life) }
        stage.installAtGateway()
        stage.settle(200)
        #expect(stage.servers[holders[2]]?.host.rooms[code] != nil)
        #expect(stage.oracle.wasHeard("two"))
        stage.oracle.checkOnce()
        #expect(stage.oracle.faults == [])
    }

    @Test func `clocks stand still while a room is paused, and go on with what was left`() {
        let stage = ClusterStage(servers: 3)
        let people = table(on: stage, botsAfter: 20)
        let pair = pair(on: stage)
        func bots() -> Int? { stage.servers[pair[0]]?.host.listing(of: code)?.bots }
        stage.disconnect(pair[0], pair[1])
        stage.say("held", by: people[0])
        stage.settle(60_000, step: 500)
        #expect(bots() == 0)
        stage.connect(pair[0], pair[1])
        stage.settle(18_000, step: 500)
        #expect(stage.oracle.wasHeard("held"))
        #expect(bots() == 0, "of the 20 s hardly one had passed before the pause")
        stage.settle(3_000, step: 500)
        #expect(bots() == 2)
    }

    @Test func `without a way to the successor the room stands still and says so, then goes on`() {
        let stage = ClusterStage(servers: 3)
        let people = table(on: stage)
        let pair = pair(on: stage)
        stage.disconnect(pair[0], pair[1])
        stage.say("held", by: people[0])
        stage.settle(1_200)
        #expect(!stage.oracle.wasHeard("held"))
        #expect(stage.sessions[people[0]]?.pausesTold == [true])
        stage.connect(pair[0], pair[1])
        stage.settle(200)
        #expect(stage.oracle.wasHeard("held"))
        #expect(stage.sessions[people[0]]?.pausesTold == [true, false])
    }

    @Test func `rooms follow a server that joins and leave one that drains, and nothing is lost`() {
        let stage = ClusterStage(servers: 2)
        var rooms: [RoomCode: [SessionID]] = [:]
        var options = TableOptions()
        options.turnSeconds = 0
        for number in 0..<40 {
            let code = RoomCode(number: UInt32(number * 7_919_111) % RoomCode.bound)!
            rooms[code] = [
                stage.player(number + 1, in: code, .create(name: "P", options))
            ]
        }
        stage.settle(100)
        let joined = stage.add(9)
        stage.agree(on: stage.lives.map { .init(id: $0.id, instance: $0.instance) })
        for life in stage.lives { stage.install(at: life) }
        stage.installAtGateway()
        stage.settle(100)
        let share = stage.servers[joined]!.host.roomCount
        #expect((5...25).contains(share), "\(share) of 40 rooms moved to one server of three")
        stage.agree(
            on: stage.lives.map {
                .init(
                    id: $0.id, instance: $0.instance, state: $0 == joined ? .draining : .serving)
            })
        for life in stage.lives { stage.install(at: life) }
        stage.installAtGateway()
        for (_, people) in rooms { stage.say("after \(people[0].rawValue)", by: people[0]) }
        stage.settle(100)
        #expect(stage.servers[joined]!.host.roomCount == 0)
        #expect(stage.servers[joined]!.host.copies.isEmpty)
        #expect(stage.servers.values.reduce(0) { $0 + $1.host.roomCount } == 40)
        #expect(stage.sessions.values.allSatisfy { $0.unanswered.isEmpty && $0.isIn })
        stage.oracle.checkOnce()
        #expect(stage.oracle.faults == [])
    }
}

extension ClusterStage.Parcel: Equatable {
    static func == (one: ClusterStage.Parcel, other: ClusterStage.Parcel) -> Bool {
        switch (one, other) {
        case (.peer(let one, let a), .peer(let other, let b)): one == other && a == b
        case (.toRoom(let one), .toRoom(let other)): one == other
        case (.toGateway(let one), .toGateway(let other)): one == other
        default: false
        }
    }
}
