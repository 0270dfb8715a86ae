import Glibc
import JSON
import Load
import NIOCore
import Testing

extension EndToEnd {
    /// Clusters of processes, of which some die, sleep, go and come while people play.
    @Suite(.serialized, .tags(.slow)) struct Failover {
        /// `KILLS` of the environment asks for more.
        private static let kills = getenv("KILLS").flatMap { Int(String(cString: $0)) } ?? 3

        @Test func `servers die under their players one after the other, and nothing is lost`()
            async throws
        {
            var options = Crowd.Options()
            options.tables = 8
            var stalls: [TimeAmount] = []
            try await withStorm(options) { storm in
                for _ in 0..<Self.kills { stalls += try await storm.killServer().stalls }
            }
            // One machine, a debug build, and whatever else runs there: a bound, not a measurement.
            #expect(Spread(stalls).max < .seconds(5), "\(Spread(stalls))")
        }

        /// `HAVOC` of the environment asks for more.
        private static let blows = getenv("HAVOC").flatMap { Int(String(cString: $0)) } ?? 4

        @Test func `nodes die while others come, go and doze, and nothing is lost`() async throws {
            try await withStorm(Crowd.Options()) { storm in
                for _ in 0..<Self.blows { _ = try await storm.havoc() }
            }
        }

        @Test func `nodes that do everything die with rooms and sockets, and players come back`()
            async throws
        {
            let figures = try await withStorm(Crowd.Options(), all: 3) { storm in
                for _ in 0..<2 { _ = try await storm.killWhole() }
            }
            let spread = Spread(figures.resumeTimes)
            #expect(spread.times.count > 0 && spread.max < .seconds(5), "\(spread)")
        }

        @Test func `an owner that sleeps and wakes finds its rooms elsewhere and says nothing`()
            async throws
        {
            try await withStorm(Crowd.Options(), timeScale: 0.5) { storm in
                _ = try await storm.suspendServer(for: .seconds(10))
            }
        }

        @Test func `a server comes and another goes, and no player notices`() async throws {
            var options = Crowd.Options()
            (options.tables, options.players) = (60, 1)
            options.think = .milliseconds(200)...(.milliseconds(600))
            var stalls: [TimeAmount] = []
            let figures = try await withStorm(options) { storm in
                stalls += try await storm.addServer().stalls
                try await expectFairShares(storm.fleet)
                let drain = try await storm.drainServer()
                #expect(drain.time < .seconds(5))
                stalls += drain.stalls
            }
            #expect(figures.waitingNotices == 0)
            #expect(Spread(stalls).max < .seconds(1), "\(Spread(stalls))")
        }

        /// Each of four servers has some of the 60 rooms: 15, with a deviation of 3.4.
        private func expectFairShares(_ fleet: Fleet) async throws {
            var counts: [Int] = []
            for server in fleet.servers {
                // Rooms arrive a moment after the view.
                var count = 0
                try await until("\(server.name) has its share") {
                    count = try await AdminPort.ask("/v1/rooms", server)["here"]?.int ?? 0
                    return count > 0
                }
                counts.append(count)
            }
            #expect(counts.allSatisfy { (2...30).contains($0) }, "\(counts)")
        }

        @Test func `when both of a pair die their rooms end openly and all others go on`()
            async throws
        {
            var options = Crowd.Options()
            (options.tables, options.players) = (24, 1)
            let flags = ["--hold", "3s"]
            let figures = try await withStorm(options, flags: flags, roomsMayEnd: true) { storm in
                let victims = storm.fleet.servers.prefix(2)
                for victim in victims { victim.kill() }
                for victim in victims { _ = try await victim.ended() }
                try await storm.fleet.settled()
                // Every table plays on, or is told that it cannot.
                try await storm.crowd.playOn()
            }
            // One in three has this pair, by the hash.
            #expect(figures.forgiven.count > 0 && figures.forgiven.count < 20)
            for (table, words) in figures.forgiven {
                #expect(words.allSatisfy { $0.hasPrefix("close 1013") || $0.hasPrefix("notice") })
                #expect(!words.isEmpty, "table \(table)")
            }
        }

        @Test func `every node is restarted, one after another, and play goes on`() async throws {
            let figures = try await withStorm(Crowd.Options()) { storm in
                try await storm.restartAll()
            }
            let spread = Spread(figures.resumeTimes)
            #expect(spread.times.count >= 32, "each balancer had half of the players")
            #expect(spread.max < .seconds(2), "\(spread)")
        }
    }
}
