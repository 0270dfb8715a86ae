import Testing

@testable import Gossip

/// Changes of keys on virtual time.
@Suite struct KeyTests {
    private func change(_ network: inout Network, _ order: KeyOrder) throws -> KeyReport {
        network.nodes[0].events = []
        try network.nodes[0].machine.change(order, now: network.now)
        network.run(for: .seconds(1))
        let reports = network.nodes[0].events.compactMap { event -> KeyReport? in
            if case .keyOperation(let report) = event { report } else { nil }
        }
        return try #require(reports.first)
    }

    @Test func `a key is removed when nobody has used it for a minute, and no sooner`() throws {
        var network = Network(seed: 6)
        for index in 0..<3 { network.start(index) }
        network.run(for: .seconds(2))
        let old = Network.key
        let new = try #require(Key(bytes: [UInt8](repeating: 9, count: 32)))
        for order in [
            KeyOrder.install(new.bytes),
            .use(new.id, generation: network.nodes[0].machine.nextKeyGeneration),
        ] {
            let report = try change(&network, order)
            #expect(report.missing.isEmpty && report.answers.count == 3)
            #expect(report.answers.values.allSatisfy { $0.outcome == .done })
        }
        network.run(for: .seconds(50))
        #expect(throws: KeyRefusal.refused(.inUse)) {
            try network.nodes[0].machine.change(.remove(old.id), now: network.now)
        }
        network.run(for: .seconds(12))
        let report = try change(&network, .remove(old.id))
        #expect(report.missing.isEmpty && report.answers.count == 3)
        for node in network.nodes { #expect(node.machine.keyring.keys == [new]) }
        network.run(for: .seconds(5))
        for index in 0..<3 { #expect(network.all(0..<3, see: index, as: .alive)) }
    }
}
