import Load
import NIOCore
import Testing

extension EndToEnd {
    /// Clusters of processes whose network is cut: each has a stack of its own, as on a machine of
    /// its own.
    @Suite(
        .serialized, .tags(.slow),
        .enabled("needs root and network namespaces") { await Network.isAllowed })
    struct Partitions {
        /// Cuts these ways until it shows, and a second longer; then all is whole again and everybody
        /// plays.
        private func part(
            _ ways: (Fleet) -> [(source: Node, target: Node)], until isSeen: (Fleet) -> Bool
        ) async throws {
            var options = Crowd.Options()
            options.tables = 5
            let network = try await Network()
            try await withStorm(options, network: network) { storm in
                let ways = ways(storm.fleet)
                for way in ways { try await network.cut(way.source, to: way.target) }
                try await until("somebody sees that the network is cut") { isSeen(storm.fleet) }
                try await pause(.seconds(1))
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
            try await part {
                around($0.servers[1], $0.running)
            } until: {
                $0.balancers[0].view?.servers == 2
                    && $0.servers[1].hasSaid("majority", "seen=false")
            }
        }

        @Test func `a balancer is cut off from all, and its players are held`() async throws {
            try await part {
                around($0.balancers[0], $0.running)
            } until: {
                $0.balancers[0].hasSaid("majority", "seen=false")
            }
        }

        @Test func `two halves that cannot hear each other never both go on with a room`()
            async throws
        {
            try await part { fleet in
                let half = [fleet.balancers[1], fleet.servers[2]]
                return half.flatMap { node in
                    around(node, fleet.running.filter { other in !half.contains { $0 === other } })
                }
            } until: {
                $0.balancers[0].view?.servers == 2
                    && $0.balancers[1].hasSaid("majority", "seen=false")
            }
        }

        @Test func `a server hears all and is heard by nobody`() async throws {
            try await part { fleet in
                let mute = fleet.servers[0]
                return fleet.running.filter { $0 !== mute }.map { (mute, $0) }
            } until: {
                $0.balancers[0].view?.servers == 2
            }
        }

        @Test func `a balancer is heard by all and hears nobody, and its players are held`()
            async throws
        {
            try await part { fleet in
                let deaf = fleet.balancers[0]
                return fleet.running.filter { $0 !== deaf }.map { ($0, deaf) }
            } until: {
                $0.balancers[0].hasSaid("majority", "seen=false")
            }
        }
    }
}
