import Glibc
import JSON
import NIOCore
import NIOWebSocket
import Referee
import Testing

extension EndToEnd {
    /// The codes that a connection is closed with.
    @Suite struct ClosingTests {
        @Test(
            arguments: [
                ([0x82, 0x81, 0, 0, 0, 0, 1], 1003),  // a binary frame
                ([0x81, 0xFE, 0x10, 0x01, 0, 0, 0, 0], 1009),  // 4,097 bytes announced
                ([0x81, 0xFF, 0x7F, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 1009),  // 2^63 - 2^56 bytes
                ([0x81, 0x82, 0, 0, 0, 0, 0xC3, 0x28], 1007),  // no UTF-8
                ([0x81, 0x02, 0x7B, 0x7D], 1002),  // not masked
                ([0xC1, 0x80, 0, 0, 0, 0], 1002),  // a reserved bit
                ([0x83, 0x80, 0, 0, 0, 0], 1002),  // a reserved opcode
                ([0x80, 0x80, 0, 0, 0, 0], 1002),  // a continuation of nothing
                ([0x09, 0x80, 0, 0, 0, 0], 1002),  // a fragmented Ping
                ([0x89, 0xFE, 0x00, 0x7E, 0, 0, 0, 0], 1002),  // a Ping of 126 bytes
                ([0x88, 0x82, 0, 0, 0, 0, 0x03, 0xED], 1002),  // a Close with 1005
                ([0x88, 0x82, 0, 0, 0, 0, 0x03, 0xE8], 1000),  // a Close with 1000
            ] as [([UInt8], Int)])
        func `a frame that may not be ends the connection with its code`(
            frame: [UInt8], code: Int
        ) async throws {
            try await withServer { server in
                let connection = try await RawConnection.upgraded(port: server.port)
                connection.send(frame)
                let answer = try await connection.rest()
                #expect(closeCode(in: answer) == code, "\(answer)")
            }
        }

        @Test func `4,096 bytes are a message, one more is too large, in fragments too`()
            async throws
        {
            try await withServer { server in
                var party = Party(port: server.port)
                let guest = try await party.arrive()
                let longest = text(bytes: 4_096)
                #expect(try await party.provoke(guest, text: longest) == "unknown_type")
                let client = party.guests[guest].client
                client.send(.text, Array(longest[..<2_000]), fin: false)
                client.send(.ping, Array("are you there".utf8))
                client.send(.continuation, Array(longest[2_000...]))
                let error = try await party.wait(guest, for: "an error") { $0["type"] == "error" }
                #expect(error["code"] == "unknown_type")
                client.send(.text, Array(longest[..<2_000]), fin: false)
                client.send(.continuation, Array(longest[2_000...]) + [0x20])
                #expect(try await party.waitForClose(guest) == 1009)
            }
        }

        private func text(bytes count: Int) -> [UInt8] {
            let frame = Array(#"{"type":"?","pad":""}"#.utf8)
            let pad = [UInt8](repeating: UInt8(ascii: "x"), count: count - frame.count)
            return Array(frame.dropLast(2)) + pad + Array("\"}".utf8)
        }

        @Test(.tags(.slow)) func `who takes no seat for ten seconds is closed with 4003`()
            async throws
        {
            try await withServer { server in
                var party = Party(port: server.port)
                let guest = try await party.arrive()
                #expect(try await party.waitForClose(guest) == 4003)
            }
        }

        @Test func `SIGTERM closes everyone with 1012 and ends with 0 within five seconds`()
            async throws
        {
            let server = try await ServerProcess.start()
            var party = Party(port: server.port)
            try await party.sitDown()
            let spectator = try await party.arrive()
            try await party.ask(
                spectator, ["type": "watch", "room": .string(party.referee.room(of: 0) ?? "")])
            let fresh = try await party.arrive()
            // One that never answers a Close must not hold the server up.
            let deaf = try await RawConnection.upgraded(port: server.port)
            server.send(SIGTERM)
            for guest in 0...fresh { #expect(try await party.waitForClose(guest) == 1012) }
            #expect(try await server.ended(within: .seconds(5)) == .exit(0))
            #expect(closeCode(in: try await deaf.rest()) == 1012)
        }

        @Test func `a second SIGTERM ends the process at once`() async throws {
            let server = try await ServerProcess.start()
            // The first one waits for this to answer its Close.
            let deaf = try await RawConnection.upgraded(port: server.port)
            server.send(SIGTERM)
            while try await !server.errors.next(within: patience, "the stopping").contains(
                "stopping")
            {}
            server.send(SIGTERM)
            let ending = try await server.ended(within: .seconds(5))
            #expect(ending == .exit(128 + SIGTERM))
            deaf.drop()
        }
    }
}

/// The code of the Close frame that ends these bytes of a server, which masks nothing; nil where
/// there is none.
func closeCode(in bytes: [UInt8]) -> Int? {
    var index = 0
    while index + 1 < bytes.count {
        let opcode = bytes[index] & 0xF
        var length = Int(bytes[index + 1])
        var start = index + 2
        if length == 126, start + 2 <= bytes.count {
            length = Int(bytes[start]) << 8 | Int(bytes[start + 1])
            start += 2
        }
        if opcode == 8, length >= 2, start + 2 <= bytes.count {
            return Int(bytes[start]) << 8 | Int(bytes[start + 1])
        }
        index = start + length
    }
    return nil
}
