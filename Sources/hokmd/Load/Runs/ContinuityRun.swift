internal import NIOCore

/// Players in a cluster of this machine's own, whose servers are killed, drained, added and scaled under
/// them.
package struct ContinuityRun: Sendable {
    /// The program that its nodes run.
    package var binary: String
    package var options: Crowd.Options
    /// How often all of it is done.
    package var rounds = 3
    /// Whether servers are cut off the network as well: needs root.
    package var cuts = false
    package var title: String

    private static let flags = ["--bot-think", "50ms..150ms", "--drain-spread", "500ms"]
    /// How long a server is cut off: longer than the others take to go on without it.
    private static let cutTime = TimeAmount.seconds(6)

    package init(binary: String, options: Crowd.Options, title: String) {
        self.binary = binary
        self.options = options
        self.title = title
    }

    /// - Parameters:
    ///   - isStopped: asked between two blows; `true` ends the run early.
    ///   - onSample: told of each second, on a loop of its own.
    ///   - onBlow: told what was done, in a line.
    package func run(
        isStopped: () -> Bool, onSample: @escaping @Sendable (CrowdSample) -> Void,
        onBlow: (String) -> Void
    ) async throws -> LoadReport {
        let (start, processor) = (NIODeadline.now(), ProcessorTime.now)
        let network = cuts ? try await Network() : nil
        let fleet: Fleet
        do {
            fleet = try await Fleet(binary: binary, network: network, flags: Self.flags)
        } catch {
            try? await network?.end()
            throw error
        }
        var ledger = Ledger()
        var trouble: String?
        let crowd = try await Crowd(options, onSample: onSample)
        do {
            try await fleet.start(balancers: 2, servers: 3)
            try await fleet.startScaler()
            onBlow("2 balancers, 3 servers and a scaler with another one run")
            try await crowd.meet(fleet.balancers)
            try await crowd.sitDown()
            let storm = Storm(fleet, crowd, seed: options.seed)
            for _ in 0..<rounds where !isStopped() {
                try await round(storm, &ledger, onBlow)
            }
        } catch let overdue as Overdue { trouble = "\(overdue)" }
        let (figures, late) = try await LoadRun.conclude(crowd)
        var report = LoadReport(
            title: title, figures: figures, players: options.tables * options.players,
            time: .now() - start, processorTime: ProcessorTime.now - processor)
        report.blows = ledger.reports
        report.troubles = [trouble, late].compactMap { $0 } + fleet.complaints
        try await fleet.end()
        return report
    }

    /// Kills one, drains one, adds one, and lets the scaler add and take some, so that there are as many
    /// as before.
    private func round(
        _ storm: Storm, _ ledger: inout Ledger, _ onBlow: (String) -> Void
    ) async throws {
        let blow = try await storm.killServer()
        ledger.add("kill -9", blow.stalls)
        onBlow("killed a server: agreed after \(blow.view.inMilliseconds), \(wait(blow.stalls))")
        let drain = try await storm.drainServer()
        ledger.add("drain", drain.stalls)
        onBlow("drained a server in \(drain.time.inMilliseconds): \(wait(drain.stalls))")
        let join = try await storm.addServer()
        ledger.add("join", join.stalls)
        onBlow("a server joined within \(join.time.inMilliseconds): \(wait(join.stalls))")
        for (name, scale) in [("scale out", Fleet.Scale.many), ("scale in", .few)] {
            let change = try await storm.scale(scale)
            ledger.add(name, change.stalls)
            onBlow(
                "\(name): the scaler has \(scale.servers) after \(change.time.inMilliseconds), "
                    + wait(change.stalls))
        }
        guard let network = storm.fleet.network else { return }
        let cut = try await storm.cutServer(network, for: Self.cutTime)
        ledger.add("cut", cut.stalls)
        onBlow("cut a server off: agreed after \(cut.view.inMilliseconds), \(wait(cut.stalls))")
    }

    private func wait(_ stalls: [TimeAmount]) -> String {
        stalls.isEmpty ? "no room waited" : "rooms that waited: \(Spread(stalls))"
    }

    /// Blows of each kind, in the order of their first.
    private struct Ledger {
        private var kinds: [(name: String, count: Int, stalls: [TimeAmount])] = []

        mutating func add(_ name: String, _ stalls: [TimeAmount]) {
            let place = kinds.firstIndex { $0.name == name }
            guard let place else { return kinds.append((name, 1, stalls)) }
            kinds[place].count += 1
            kinds[place].stalls += stalls
        }

        var reports: [LoadReport.BlowReport] {
            kinds.map {
                LoadReport.BlowReport(name: $0.name, count: $0.count, stalls: Spread($0.stalls))
            }
        }
    }
}
