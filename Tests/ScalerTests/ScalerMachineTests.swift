import Gossip
import Policy
import Testing

@testable import Scaler

@Suite struct ScalerMachineTests {
    @Test func `the least instances are launched at once, each audited before`() throws {
        var desk = Desk(try testPolicy())
        desk.picture.servers = [
            .init(name: "all", version: "1.0", state: .ready, isInView: true, rooms: 3)
        ]
        desk.turn()
        #expect(desk.takeActions() == ["launch:auto-1", "launch:auto-2"])
        #expect(desk.phases == ["auto-1 ready", "auto-2 ready"])
        let steps = desk.takeEffects().compactMap { effect -> String? in
            switch effect {
            case .list: "list"
            case .share(let state): "share \(state.instances.count)"
            case .audit(let action): "audit \(action.id)"
            case .perform(let action): "perform \(action.id)"
            default: nil
            }
        }
        #expect(
            steps.prefix(8) == [
                "list", "share 2", "audit launch:auto-1", "audit launch:auto-2", "share 2",
                "perform launch:auto-1", "perform launch:auto-2", "share 2",
            ])
        desk.run(120)
        #expect(desk.takeActions() == [], "the one that nobody provisioned is let be")
    }

    @Test func `more players bring more servers, and fewer send the emptiest away`() throws {
        var desk = Desk(try testPolicy())
        desk.turn()
        desk.players = 150
        desk.run(3)
        #expect(desk.takeActions().suffix(2) == ["launch:auto-3", "launch:auto-4"])
        for (name, rooms) in [("auto-1", 2), ("auto-2", 9), ("auto-3", 2), ("auto-4", 7)] {
            desk.change(name) { $0.rooms = rooms }
        }
        desk.players = 100
        desk.run(60)
        #expect(
            desk.takeActions() == ["drain:auto-3", "terminate:auto-3"],
            "the newer of the two with the fewest rooms")
        #expect(desk.phases == ["auto-1 ready", "auto-2 ready", "auto-4 ready"])
    }

    @Test func `an instance is ended only without rooms and out of the view`() throws {
        var desk = Desk(try testPolicy())
        desk.players = 150
        desk.run(3)
        desk.outcome = .failed("nobody drains here")
        desk.players = 0
        desk.run(25)
        #expect(desk.takeActions().contains("drain:auto-4"))
        desk.outcome = .done
        for name in ["auto-3", "auto-4"] {
            desk.change(name) { ($0.state, $0.rooms) = (.draining, 4) }
        }
        desk.run(60)
        #expect(!desk.takeActions().contains { $0.hasPrefix("terminate") })
        desk.change("auto-4") { $0.isInView = false }
        desk.run(10)
        #expect(!desk.takeActions().contains { $0.hasPrefix("terminate") })
        desk.change("auto-4") { $0.rooms = 0 }
        desk.change("auto-3") { $0.rooms = 0 }
        desk.run(2)
        #expect(desk.takeActions() == ["terminate:auto-4"], "auto-3 is in the view")
    }

    @Test func `a launch that does not become ready is taken back, later and later`() throws {
        var desk = Desk(try testPolicy())
        desk.becomesReady = false
        desk.turn()
        #expect(desk.takeActions() == ["launch:auto-1", "launch:auto-2"])
        desk.run(19)
        #expect(desk.takeActions() == [])
        desk.turn()
        #expect(desk.takeActions() == ["terminate:auto-1", "terminate:auto-2"])
        #expect(desk.machine.engine.state.failures == 1, "those launched together count once")
        desk.run(2)
        #expect(desk.takeActions() == ["launch:auto-3", "launch:auto-4"], "after 2 s")
        desk.run(22)
        #expect(desk.takeActions() == ["terminate:auto-3", "terminate:auto-4"])
        _ = desk.takeEffects()
        desk.run(3)
        #expect(desk.takeActions() == ["launch:auto-5", "launch:auto-6"], "after 4 s")
        desk.run(20)
        #expect(desk.takeEffects().contains(.alarm(.launchesFail, isRaised: true)))
        desk.becomesReady = true
        desk.run(20)
        #expect(desk.machine.report.alarms == [] && desk.machine.readyCount == 2)
    }

    @Test func `a server that died is replaced at once`() throws {
        var desk = Desk(try testPolicy())
        desk.run(5)
        _ = desk.takeActions()
        desk.kill("auto-1")
        desk.turn()
        #expect(desk.performed.map(\.reason) == ["replaces auto-1, which died"])
        #expect(desk.takeActions() == ["launch:auto-3"])
        desk.run(5)
        #expect(desk.phases == ["auto-2 ready", "auto-3 ready"])
    }

    @Test func `a server out of reach is replaced, and not ended while it may run rooms`() throws {
        var settings = ScalerSettings()
        settings.lostFor = .seconds(100)
        var desk = Desk(try testPolicy(), settings: settings)
        desk.run(5)
        _ = desk.takeActions()
        desk.change("auto-1") { ($0.state, $0.isInView, $0.rooms) = (.failed, false, 8) }
        desk.turn()
        #expect(desk.takeActions() == ["launch:auto-3"])
        desk.run(98)
        #expect(desk.takeActions() == [])
        desk.change("auto-2") { ($0.state, $0.isInView, $0.rooms) = (.failed, false, 8) }
        desk.run(3)
        #expect(desk.takeActions() == ["launch:auto-4", "terminate:auto-1"])
        desk.serve("auto-2", rooms: 8)
        desk.run(30)
        #expect(desk.takeActions() == ["drain:auto-4", "terminate:auto-4"], "one too many again")
    }

    @Test func `without a majority, a list or an audit nothing is done`() throws {
        var desk = Desk(try testPolicy())
        desk.picture.seesMajority = false
        desk.run(60)
        #expect(desk.takeEffects().allSatisfy { if case .keep = $0 { true } else { false } })
        #expect(!desk.machine.isActing && desk.machine.report.acting == nil)
        desk.picture.seesMajority = true
        desk.answersLists = false
        desk.run(31)
        #expect(desk.takeActions() == [] && desk.machine.report.alarms == [.provisionerSilent])
        desk.answersLists = true
        desk.writesAudits = false
        desk.run(40)
        #expect(desk.takeActions() == [] && desk.machine.report.alarms == [.auditFails])
        desk.writesAudits = true
        desk.run(10)
        #expect(desk.takeActions() == ["launch:auto-1", "launch:auto-2"])
    }

    @Test(arguments: ["dry-run", "off"])
    func `another mode decides, records and does nothing`(mode: String) throws {
        var desk = Desk(try testPolicy(mode: mode))
        desk.players = 400
        desk.run(60)
        let effects = desk.takeEffects()
        #expect(desk.takeActions() == [])
        #expect(
            effects.contains {
                if case .record(let made) = $0 { !made.outcome.acts } else { false }
            })
        desk.machine.reload(try testPolicy())
        desk.run(10)
        #expect(desk.takeActions().count > 2)
    }

    @Test func `a dry run stays one whatever the policy says`() throws {
        var settings = ScalerSettings()
        settings.isDryRun = true
        var desk = Desk(try testPolicy(), settings: settings)
        desk.machine.reload(try testPolicy())
        desk.run(60)
        #expect(desk.takeActions() == [] && desk.machine.report.mode == .dryRun)
    }

    @Test func `what the provisioner has and nobody knows is taken in, or back`() throws {
        var desk = Desk(try testPolicy())
        desk.there = ["auto-4": monday, "auto-9": monday, "db": monday]
        desk.serve("auto-9")
        desk.run(3)
        #expect(desk.phases == ["auto-4 launching", "auto-9 ready"])
        #expect(desk.machine.report.alarms == [.foreignInstances])
        #expect(desk.takeActions() == [], "two are there or coming")
        desk.run(20)
        #expect(desk.takeActions() == ["terminate:auto-4", "launch:auto-10"])
        #expect(desk.machine.engine.state.failures == 0, "it was not we who launched it")
        #expect(desk.there["db"] != nil)
    }

    @Test func `an old instance that nobody sees may run rooms, and is waited for`() throws {
        var desk = Desk(try testPolicy())
        desk.there = ["auto-4": monday - .seconds(3600)]
        desk.run(600)
        #expect(!desk.takeActions().contains("terminate:auto-4"))
        #expect(desk.phases.first == "auto-4 lost")
        desk.run(90)
        #expect(desk.takeActions() == ["terminate:auto-4"])
    }

    @Test func `inputs that mean nothing are counted and change nothing`() throws {
        var desk = Desk(try testPolicy())
        desk.run(5)
        let before = desk.phases
        desk.machine.receive(
            [.cpu: .nan, .players: -1, .rooms: .infinity], from: "x", at: desk.now)
        desk.machine.noteOutcome(of: .init(.launch, "auto-1"), .done)
        desk.machine.noteOutcome(of: .init(.terminate, "auto-2"), .done)
        desk.machine.noteAudited(.init(.launch, "auto-99"), true)
        desk.machine.noteListed([], request: 12_345)
        desk.machine.noteListFailed("late", request: 1)
        desk.turn()
        #expect(desk.phases == before)
        let counters = desk.machine.report.counters
        #expect(counters.figuresRefused == 3 && counters.inputsIgnored == 5)
    }

    @Test func `a clock that goes back makes no wait longer`() throws {
        var desk = Desk(try testPolicy())
        desk.becomesReady = false
        desk.run(5)
        desk.now = desk.now - .seconds(86_400)
        desk.run(24)
        #expect(desk.takeActions().contains("terminate:auto-1"))
        #expect(desk.machine.report.counters.clockSteps == 1)
    }

    @Test func `what is surplus and was not asked for yet is done without`() throws {
        var desk = Desk(try testPolicy())
        desk.writesAudits = false
        desk.players = 300
        desk.run(5)
        desk.machine.reload(try testPolicy(limits: "{min: 1, max: 2, maxUp: 3, maxDown: 2}"))
        desk.writesAudits = true
        desk.run(10)
        #expect(desk.takeActions().count == 2)
    }
}
