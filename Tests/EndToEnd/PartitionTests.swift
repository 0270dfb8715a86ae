import Fleet
import NIOCore
import Testing

extension EndToEnd {
    /// Clusters of processes whose network is cut: each has a stack of its own, as on a machine of
    /// its own.
    @Suite(
        .serialized, .tags(.slow),
        .enabled("needs root and network namespaces") { await Network.isAllowed })
    struct Partitions {
        private var options: Crowd.Options {
            var options = Crowd.Options()
            options.tables = 5
            return options
        }

        /// Cuts these ways for a while; then all is whole again and everybody plays.
        private func part(
            for time: TimeAmount = .seconds(4),
            _ ways: (Fleet) -> [(source: Node, target: Node)]
        ) async throws {
            let network = try await Network()
            try await withStorm(options, network: network) { storm in
                let ways = ways(storm.fleet)
                for way in ways { try await network.cut(way.source, to: way.target) }
                try await pause(time)
                for way in ways { try await network.connect(way.source, to: way.target) }
                try await storm.fleet.settled(within: .seconds(60))
                try await storm.crowd.playOn()
            }
        }

        /// All ways between one node and these.
        private func around(_ node: Node, _ others: [Node]) -> [(source: Node, target: Node)] {
            others.filter { $0 !== node }.flatMap { [(node, $0), ($0, node)] }
        }

        @Test func `a server is cut off from all, and its rooms go on elsewhere`() async throws {
            try await part { fleet in around(fleet.servers[1], fleet.running) }
        }

        @Test func `a balancer is cut off from all, and its players are held`() async throws {
            try await part { fleet in around(fleet.balancers[0], fleet.running) }
        }

        @Test func `two halves that cannot hear each other never both go on with a room`()
            async throws
        {
            try await part { fleet in
                let half = [fleet.balancers[1], fleet.servers[2]]
                return half.flatMap { node in
                    around(node, fleet.running.filter { other in !half.contains { $0 === other } })
                }
            }
        }

        @Test func `a server hears all and is heard by nobody`() async throws {
            try await part { fleet in
                let mute = fleet.servers[0]
                return fleet.running.filter { $0 !== mute }.map { (mute, $0) }
            }
        }
    }
}
