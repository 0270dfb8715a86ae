import Policy
import Testing

@testable import Scaler

@Suite struct RolloutTests {
    private func desk(choosesVersion: Bool = true) throws -> Desk {
        var settings = ScalerSettings()
        settings.choosesVersion = choosesVersion
        var desk = Desk(try testPolicy(), settings: settings)
        desk.run(5)
        _ = desk.takeActions()
        return desk
    }

    /// So many requests a second at each server, and so many of them failed at these.
    private func run(_ desk: inout Desk, _ seconds: Int, failing: [String: Double]) {
        for _ in 0..<seconds {
            let total = desk.now.seconds - monday.seconds
            for server in desk.picture.servers where server.state == .ready {
                let errors = Double(total) * 10 * (failing[server.version] ?? 0)
                desk.machine.receive(
                    [.requests: Double(total) * 10, .errors: errors], from: server.name,
                    at: desk.now)
            }
            desk.turn()
        }
    }

    @Test func `a version whose requests fail is rolled back`() throws {
        var desk = try desk()
        desk.version = "2.0"
        desk.kill("auto-1")
        desk.turn()
        #expect(desk.takeActions() == ["launch:auto-3"])
        _ = desk.takeEffects()
        run(&desk, 30, failing: ["2.0": 0.2])
        #expect(desk.takeActions() == [], "it may pass")
        run(&desk, 10, failing: ["2.0": 0.2])
        let effects = desk.takeEffects()
        let launch = try #require(desk.performed.first)
        #expect(launch.version == "1.0")
        #expect(desk.takeActions() == ["launch:auto-4", "drain:auto-3", "terminate:auto-3"])
        #expect(effects.contains(.weigh(node: "auto-3", weight: 0)))
        #expect(effects.contains(.alarm(.badRelease, isRaised: true)))
        let reasons = effects.compactMap { effect -> String? in
            guard case .audit(let action) = effect, action.id == .init(.rollBack, "2.0") else {
                return nil
            }
            return action.reason
        }
        #expect(reasons == ["20 % of its requests fail"])
    }

    @Test func `errors that all versions have are no fault of the new one`() throws {
        var desk = try desk()
        desk.version = "2.0"
        desk.kill("auto-1")
        desk.turn()
        run(&desk, 80, failing: ["2.0": 0.2, "1.0": 0.15])
        #expect(desk.takeActions() == ["launch:auto-3"])
    }

    @Test func `a version that was watched to the end is trusted`() throws {
        var desk = try desk()
        desk.version = "2.0"
        desk.kill("auto-1")
        desk.turn()
        run(&desk, 65, failing: [:])
        run(&desk, 65, failing: ["2.0": 0.5])
        #expect(desk.takeActions() == ["launch:auto-3"])
        #expect(desk.machine.state.versions.map(\.standing) == [.trusted, .trusted])
    }

    @Test func `a version whose servers do not become ready is rolled back`() throws {
        var desk = try desk()
        desk.becomesReady = false
        desk.kill("auto-1")
        for number in 3...4 {
            for _ in 0..<60
            where !desk.performed.contains(where: { $0.id.subject == "auto-\(number)" }) {
                desk.turn()
            }
            desk.picture.servers.append(
                .init(name: "auto-\(number)", version: "2.0", state: .joining, isInView: false))
            desk.run(22)
        }
        #expect(desk.machine.state.versions.map(\.standing) == [.trusted, .bad])
        desk.becomesReady = true
        desk.run(20)
        #expect(desk.performed.last { $0.id.kind == .launch }?.version == "1.0")
        #expect(desk.machine.readyCount == 2)
    }

    @Test func `a version of which no server ever joins is known by the provisioner's list`() throws
    {
        var desk = try desk()
        (desk.becomesReady, desk.listsVersions, desk.version) = (false, true, "2.0")
        desk.kill("auto-1")
        desk.run(70)
        #expect(desk.machine.state.versions.map(\.version) == ["1.0", "2.0"])
        #expect(desk.machine.state.versions.last?.standing == .bad)
        let reasons = desk.takeEffects().compactMap { effect -> String? in
            guard case .audit(let action) = effect, action.id.kind == .rollBack else { return nil }
            return action.reason
        }
        #expect(reasons == ["2 of its servers did not become ready"])
        #expect(desk.performed.last { $0.id.kind == .launch }?.version == "1.0")
    }

    @Test func `after launches that fail in a row the former version is asked for`() throws {
        var desk = try desk()
        desk.outcome = .failed("it ended at once")
        desk.kill("auto-1")
        desk.run(30)
        let versions = desk.performed.filter { $0.id.kind == .launch }.map(\.version)
        #expect(versions.count >= 3, "\(versions)")
        #expect(versions.prefix(2) == [nil, nil])
        #expect(versions.dropFirst(2).allSatisfy { $0 == "1.0" }, "\(versions)")
        desk.outcome = .done
        desk.run(40)
        #expect(desk.machine.readyCount == 2)
        desk.kill("auto-2")
        desk.turn()
        #expect(desk.performed.last { $0.id.kind == .launch }?.version == nil, "newest again")
    }

    @Test func `a bad version serves on as long as there is nothing else`() throws {
        var desk = try desk(choosesVersion: false)
        desk.version = "2.0"
        desk.kill("auto-1")
        desk.kill("auto-2")
        desk.turn()
        run(&desk, 50, failing: ["2.0": 0.9])
        let actions = desk.takeActions()
        #expect(desk.machine.state.versions.last?.standing == .bad)
        #expect(!actions.contains("drain:auto-3") && !actions.contains("drain:auto-4"))
        #expect(!desk.takeEffects().contains { if case .weigh = $0 { true } else { false } })
    }

    @Test func `an hour after a roll-back what is newest gets one chance`() throws {
        var desk = try desk()
        desk.version = "2.0"
        desk.kill("auto-1")
        desk.turn()
        run(&desk, 45, failing: ["2.0": 0.2])
        _ = desk.takeActions()
        for (seconds, version) in [(3_000, "1.0"), (700, nil), (10, "1.0")] {
            desk.run(seconds)
            desk.performed.removeAll()
            desk.kill(desk.there.keys.sorted()[0])
            desk.turn()
            #expect(desk.performed.first { $0.id.kind == .launch }?.version == version)
        }
        desk.version = "3.0"
        desk.run(3_700)
        desk.kill(desk.there.keys.sorted()[0])
        desk.run(100)
        #expect(desk.machine.state.versions.map(\.version) == ["1.0", "2.0", "3.0"])
        #expect(desk.machine.state.versions.last?.standing == .trusted)
    }
}
