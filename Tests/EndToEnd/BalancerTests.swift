import JSON
import Load
import NIOCore
import Referee
import Testing

extension EndToEnd {
    /// A balancer in front of servers that die or sleep.
    @Suite(.tags(.slow)) struct BalancerTests {
        private func withFleet(
            servers: Int, _ flags: [String], _ body: (Fleet, _ port: Int) async throws -> Void
        ) async throws {
            let fleet = try await Fleet(binary: ServerProcess.binary, flags: flags)
            do {
                try await fleet.start(balancers: 1, servers: servers)
                try await body(fleet, try #require(fleet.balancers.first?.playersPort))
            } catch {
                Issue.record("\(error)\n\(fleet.tail(20))")
                try await fleet.end()
                throw error
            }
            try await fleet.end()
        }

        @Test func `an echo goes to its room's server and back, and to the next one after a kill`()
            async throws
        {
            try await withFleet(servers: 2, ["--echo"]) { fleet, port in
                // As many as make it certain that both servers have some.
                var connections: [(room: String, connection: RawConnection)] = []
                for number in 0..<16 {
                    let room = "ECH\(100 + number)"
                    connections.append(
                        (
                            room,
                            try await RawConnection.upgraded(
                                port: port, path: "/v1/echo?room=\(room)", subprotocol: nil)
                        ))
                }
                try await expectEchoes(connections, "before")
                let victim = try #require(fleet.servers.first)
                victim.kill()
                _ = try await victim.ended()
                try await expectEchoes(connections, "after")
                for (_, connection) in connections { connection.drop() }
            }
        }

        private func expectEchoes(
            _ connections: [(room: String, connection: RawConnection)], _ word: String
        ) async throws {
            for (room, connection) in connections { connection.send(frame("\(word) \(room)")) }
            for (room, connection) in connections {
                #expect(try await connection.wait(for: "\(word) \(room)"))
            }
        }

        /// A text frame with a mask of zeros.
        private func frame(_ text: String) -> [UInt8] {
            [0x81, 0x80 | UInt8(text.utf8.count), 0, 0, 0, 0] + Array(text.utf8)
        }

        @Test func `who was held too long is sent away with 1013, and his token is still good`()
            async throws
        {
            try await withFleet(servers: 1, ["--hold", "3s"]) { fleet, port in
                var party = Party(port: port)
                try await party.sitDown(options: ["turn_seconds": 0])
                try await party.play(until: { $0.referee.version > 12 })
                let server = try #require(fleet.servers.first)
                server.suspend()
                for guest in 0..<4 {
                    #expect(try await party.waitForClose(guest) == 1013)
                    #expect(party.guests[guest].messages.contains { $0["type"] == "waiting" })
                }
                server.wake()
                for guest in 0..<4 {
                    let joined = try await comeBack(&party, guest)
                    #expect(joined["seat"] == .int(Int64(guest)))
                    #expect(joined["resumed"] == true)
                }
                try await party.play(until: { $0.referee.version > 24 })
                #expect(party.referee.faults == [])
            }
        }

        /// As a client does that was told to try later.
        private func comeBack(_ party: inout Party, _ guest: Int) async throws -> JSONValue {
            while true {
                do {
                    let joined = try await party.resume(guest)
                    if joined["type"] == "joined" { return joined }
                } catch is ConnectionLost {}
                try await pause(.milliseconds(200))
            }
        }
    }
}
