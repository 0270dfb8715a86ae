import Gossip
import JSON
import Policy
import Random
import Testing

@testable import Scaler

@Suite struct TakeOverTests {
    /// The newest state that a scaler shared.
    private func shared(_ desk: inout Desk) throws -> ScalerState {
        let states = desk.takeEffects().compactMap { effect -> ScalerState? in
            if case .share(let state) = effect { state } else { nil }
        }
        return try #require(states.last)
    }

    @Test func `only the lowest of the scalers acts`() throws {
        var desk = Desk(try testPolicy(), number: 2)
        desk.picture.scalers = [scaler(1), scaler(2), scaler(3)]
        desk.run(30)
        #expect(desk.takeActions() == [] && !desk.machine.isActing)
        #expect(desk.machine.report.acting == "scaler-1")
        desk.picture.scalers = [scaler(2), scaler(3)]
        desk.run(2)
        #expect(desk.takeActions() == [], "the one before may still have something to say")
        desk.run(4)
        #expect(desk.takeActions() == ["launch:auto-1", "launch:auto-2"])
    }

    @Test func `who takes over repeats nothing and goes on with what is open`() throws {
        var first = Desk(try testPolicy())
        first.players = 150
        first.run(4)
        first.players = 0
        first.run(22)
        #expect(first.takeActions().filter { $0.hasPrefix("drain") }.count == 2)
        first.becomesReady = false
        first.kill("auto-1")
        first.turn()
        #expect(first.takeActions() == ["launch:auto-5"])
        let state = try shared(&first)

        var second = Desk(try testPolicy(), number: 2)
        second.now = first.now
        second.there = first.there
        second.picture.servers = first.picture.servers
        second.machine.note(second.picture)
        second.machine.noteShared(state, from: scaler(1).id)
        second.run(10)
        #expect(second.takeActions() == [], "auto-5 was asked for, and is there")
        #expect(second.machine.engine.state.target == first.machine.engine.state.target)
        second.run(20)
        #expect(second.takeActions().prefix(2) == ["terminate:auto-5", "launch:auto-6"])
    }

    @Test func `a launch that is asked for again has the same id`() throws {
        var first = Desk(try testPolicy())
        first.turn()
        var state = try shared(&first)
        for index in state.instances.indices {
            state.instances[index].hasJoined = false
            state.instances[index].enter(.launching, at: monday, "")
        }
        var second = Desk(try testPolicy(), number: 2)
        second.machine.note(second.picture)
        second.machine.noteShared(state, from: scaler(1).id)
        second.run(6)
        #expect(second.takeActions() == ["launch:auto-1", "launch:auto-2"])
    }

    @Test func `a scaler that hears a lower one holds back, also if it does not see it`() throws {
        var desk = Desk(try testPolicy(), number: 2)
        desk.machine.note(desk.picture)
        var state = ScalerState(at: monday, engine: desk.machine.engine.state)
        for revision in 1...20 {
            state.revision = UInt64(revision)
            desk.machine.noteShared(state, from: scaler(1).id)
            desk.turn()
            #expect(!desk.machine.isActing)
        }
        state.revision = 30
        desk.machine.noteShared(state, from: scaler(3).id)
        desk.run(7)
        #expect(desk.machine.isActing)
    }

    @Test func `older states and one's own change nothing`() throws {
        var desk = Desk(try testPolicy())
        desk.run(10)
        let before = desk.machine.state
        var state = ScalerState(at: desk.now, engine: desk.machine.engine.state)
        state.revision = 1
        desk.machine.noteShared(state, from: scaler(2).id)
        state.revision = 99_999
        desk.machine.noteShared(state, from: scaler(1).id)
        #expect(desk.machine.state == before && desk.machine.isActing)
        #expect(desk.machine.report.counters.statesIgnored == 1)
    }

    @Test func `who was taken over from unawares goes on with what the other knows`() throws {
        var desk = Desk(try testPolicy())
        desk.run(10)
        var state = desk.machine.state
        state.revision += 5
        state.serial = 70
        desk.machine.noteShared(state, from: scaler(2).id)
        #expect(!desk.machine.isActing)
        desk.run(5)
        desk.kill("auto-1")
        desk.turn()
        #expect(desk.takeActions().last == "launch:auto-71")
    }

    @Test func `a sleep, or a clock put ahead, makes no wait shorter`() throws {
        var settings = ScalerSettings()
        settings.lostFor = .seconds(100)
        var desk = Desk(try testPolicy(), settings: settings)
        desk.run(5)
        desk.change("auto-1") { ($0.state, $0.isInView, $0.rooms) = (.failed, false, 8) }
        desk.run(5)
        desk.now = desk.now + .seconds(5_000)
        desk.run(80)
        #expect(!desk.takeActions().contains("terminate:auto-1"))
        desk.run(20)
        #expect(desk.takeActions() == ["terminate:auto-1"])
        #expect(desk.machine.report.counters.takeOvers == 2)
    }

    @Test func `a restarted scaler finds what it launched`() throws {
        var first = Desk(try testPolicy())
        first.players = 150
        first.run(5)
        let bytes = try shared(&first).encode()
        var second = Desk(try testPolicy())
        second.now = first.now
        second.there = first.there
        second.machine.restore(try #require(ScalerState(decoding: bytes)))
        second.run(3)
        second.picture.servers = first.picture.servers
        second.players = 150
        second.run(30)
        #expect(second.takeActions() == [])
        #expect(second.machine.report.instances.map(\.state) == [.ready, .ready, .ready, .ready])
    }

    @Test func `who is only remembered is nobody to rely on`() throws {
        let policy = try testPolicy("buffer: {of: players, free: 20, hold: 0s}")
        var first = Desk(policy)
        first.players = 150
        first.run(5)
        let bytes = try shared(&first).encode()
        var second = Desk(policy)
        second.now = first.now
        second.machine.restore(try #require(ScalerState(decoding: bytes)))
        // Two have died since, and nobody knows them any more; two would be enough now.
        second.there = first.there.filter { $0.key < "auto-3" }
        second.picture.servers = first.picture.servers.filter { $0.name < "auto-3" }
        second.run(30)
        #expect(second.takeActions() == [])
        #expect(second.machine.report.instances.map(\.state) == [.ready, .ready])
    }

    // MARK: The state as bytes

    @Test func `a state comes back from its bytes`() throws {
        var desk = Desk(try testPolicy())
        desk.players = 150
        desk.run(30)
        desk.kill("auto-1")
        desk.becomesReady = false
        desk.run(40)
        let state = try shared(&desk)
        #expect(state.starts.count == 4 && state.versions.count == 1)
        #expect(ScalerState(decoding: state.encode()) == state)
    }

    @Test func `the form of a state does not change unnoticed`() throws {
        var state = ScalerState(
            at: Moment(seconds: 1000), engine: PolicyEngine(try testPolicy()).state)
        (state.revision, state.serial, state.starts) = (7, 3, [.milliseconds(1500)])
        var instance = Instance(
            id: InstanceID("auto-3"), launchedAt: Moment(seconds: 900), version: "1.2",
            reason: "more")
        (instance.isAsked, instance.hasJoined) = (true, true)
        instance.enter(.ready, at: Moment(seconds: 901), "ready")
        state.instances = [instance]
        var version = VersionRecord(
            version: "1.2", standing: .trusted, since: Moment(seconds: 900))
        version.readySince = Moment(seconds: 901)
        version.successes = 1
        state.versions = [version]
        let text = String(decoding: state.encode(), as: UTF8.self)
        #expect(text == Self.golden)
    }

    private static let golden =
        #"{"format":1,"revision":"7","at":1000000,"serial":"3","#
        + #""engine":{"timers":[],"highs":[],"lows":[],"players":[],"reversals":[],"collapses":[],"failures":0,"day":0,"spent":0.0},"#
        + #""instances":[{"id":"auto-3","phase":"ready","since":901000,"reason":"ready","launchedAt":900000,"version":"1.2","isAsked":true,"hasJoined":true,"wasInView":false,"isTold":false,"isOrphan":false}],"#
        + #""starts":[1500],"failedAt":null,"#
        + #""versions":[{"version":"1.2","standing":"trusted","since":900000,"readySince":901000,"successes":1,"failures":0,"erringSince":null,"reason":""}]}"#

    @Test func `bytes that are no state are refused`() throws {
        var desk = Desk(try testPolicy())
        desk.run(5)
        let bytes = try shared(&desk).encode()
        var generator = SplitMix64(seed: testSeed)
        for _ in 0..<300 {
            var changed = bytes
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let place = Int.random(in: 0..<changed.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: changed[place] = .random(in: 0...255, using: &generator)
                case 1: changed.removeSubrange(place..<min(changed.count, place + 9))
                default: changed.insert(contentsOf: "-99999999999".utf8, at: place)
                }
            }
            guard let state = ScalerState(decoding: changed) else { continue }
            var other = Desk(try testPolicy(), number: 2)
            other.machine.note(other.picture)
            other.machine.noteShared(state, from: scaler(1).id)
            other.run(8)
        }
        #expect(ScalerState(decoding: []) == nil)
        #expect(ScalerState(decoding: Array("{\"format\":2}".utf8)) == nil)
    }
}
