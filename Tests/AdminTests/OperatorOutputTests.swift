import Admin
import Glibc
import JSON
import NIOCore
import NIOPosix
import Testing

@testable import hokmd

/// What operators read, letter by letter.
@Suite struct OperatorOutputTests {
    private let plain = TerminalStyle(hasColour: false)

    private func value(_ report: some AdminReport) throws -> JSONValue {
        try JSONValue.parse(report.json)
    }

    @Test func `status fits on one screen`() throws {
        let lines = StatusScreen(status: try value(Sample.status), style: plain).lines
        #expect(
            lines.joined(separator: "\n") == """
                node     b1, mode balancer, version 0.4.0, up 3h 12m
                cluster  hokm
                ready    yes
                quorum   yes
                view     12, serving s1 s2, voters b1 s1 s2
                rooms    120, 118 with a copy, 2 without, 1 paused
                players  431 of 10000 seats, 440 connections
                queue    3 waiting for a table
                scaler   acts on b1, 2 instances, last: add 1 by busy-servers 12s ago (players 431 above 400)
                listens  players 0.0.0.0:8080, gossip 0.0.0.0:7946, link 0.0.0.0:7947, admin 127.0.0.1:7801

                NODE  STATUS   STATE     MODES            ZONE  VERSION  ROOMS  PLAYERS  CONNECTIONS  CPU  MEMORY
                b1    alive    ready     balancer+scaler  a     0.4.0        0        0          431  12%  24 MiB
                s1    alive    ready     server           a     0.4.0       80      290            0  40%  31 MiB
                s2    suspect  draining  server           -     0.3.9       40      141            0    -       -

                warning: 2 rooms have no copy
                critical: s2 is suspected
                """)
    }

    @Test func `what is wrong is said on the screen`() throws {
        var status = Sample.status
        status.unreadiness = "no quorum"
        status.hasQuorum = false
        status.view = nil
        status.scaler = nil
        status.alarms = []
        let lines = StatusScreen(status: try value(status), style: plain).lines
        #expect(lines[2] == "ready    no: no quorum")
        #expect(
            lines[3] == "quorum   no: nothing is changed until a majority of voters is back")
        #expect(lines.contains("scaler   none"))
        #expect(!lines.contains { $0.hasPrefix("view") })
        #expect(lines.last?.hasPrefix("s2 ") == true)
    }

    @Test func `a daemon of another version is shown as far as it is understood`() {
        let lines = StatusScreen(status: ["self": "s1", "new": [1]], style: plain).lines
        #expect(lines.first?.hasPrefix("node     s1,") == true)
    }

    @Test func `members line up`() throws {
        #expect(
            MembersCommand.lines(try value(Sample.members), plain).joined(separator: "\n") == """
                NODE  STATUS  STATE    MODES            ZONE  VERSION  GOSSIP         LINK           PLAYERS        ADMIN           ROOMS  CONNECTIONS
                b1 *  alive   ready    balancer+scaler  a     0.4.0    10.0.0.1:7946  10.0.0.1:7947  10.0.0.1:8080  127.0.0.1:7801      0          431
                s2    failed  joining  server           -     0.3.9    10.0.0.3:7946  10.0.0.3:7947  -              -                  40            0
                """)
    }

    @Test func `rooms line up, and say how many are not shown`() throws {
        let rooms = try #require(try value(Sample.rooms)["rooms"]?.array)
        #expect(
            RoomsCommand.lines(rooms, here: 7, plain).joined(separator: "\n") == """
                ROOM    PHASE           OWNER  COPY  EPOCH  VERSION  PLAYERS  BOTS  SPECTATORS  PAUSED
                0A1B2C  choosing_trump  s1     s2       12      345        3     1           2
                ZZZZZZ  waiting         s2     none      9        1        1     0           0  s1 is out of reach
                and 5 more; --limit shows them
                """)
        #expect(RoomsCommand.lines([], here: 0, plain) == ["no rooms"])
    }

    @Test func `rooms of other servers are counted, and one of them is where placement says`()
        throws
    {
        let report = try value(Sample.rooms)
        #expect(report["total"] == 3 && report["here"] == 2)
        let others = try #require(report["elsewhere"]?.array)
        #expect(
            RoomsCommand.lines([], here: 0, elsewhere: others, plain) == ["1 room on s3: ask there"]
        )
        let placed = try value(RoomReport(placed: "0A1B2C", owner: "s3", successors: ["s1"]))
        #expect(placed["epoch"] == .null && placed["phase"] == .null)
        #expect(
            RoomsCommand.lines([placed], here: 1, plain).last
                == "0A1B2C  ask the owner  s3     s1        -        -        -     -           -")
    }

    @Test func `keys line up`() throws {
        let report = KeysReport(keys: [
            .init(id: "01ab23cd", isPrimary: true), .init(id: "99887766", isPrimary: false),
        ])
        #expect(
            KeysCommand.lines(try value(report), plain) == [
                "KEY       USE", "01ab23cd  seals", "99887766  accepted",
            ])
    }

    @Test func `colour goes around text and changes no column`() throws {
        let colour = TerminalStyle(hasColour: true)
        let lines = MembersCommand.lines(try value(Sample.members), colour)
        #expect(lines[2].contains("\u{1B}[31mfailed\u{1B}[0m  "))
        let bare = lines.map { line in
            line.split(separator: "\u{1B}", omittingEmptySubsequences: false).enumerated()
                .map { $0 == 0 ? $1 : $1.drop { $0 != "m" }.dropFirst() }.joined()
        }
        #expect(bare == MembersCommand.lines(try value(Sample.members), plain))
    }

    @Test func `a name cannot write to the operator's terminal`() throws {
        var members = Sample.members
        members.members[0].zone = "a\u{1B}[2J\u{202E}b\nc"
        let text = MembersCommand.lines(try value(members), TerminalStyle(hasColour: true))
            .joined(separator: "|")
        #expect(text.contains("a\u{FFFD}[2J\u{FFFD}b\u{FFFD}c") && !text.contains("\u{1B}[2J"))
    }

    @Test(arguments: [
        (0, "0s"), (59, "59s"), (60, "1m"), (723, "12m 3s"), (11_525, "3h 12m"),
        (86_400, "1d"), (788_645, "9d 3h"),
    ])
    func `times have two units at most`(seconds: Int, expected: String) {
        #expect(Quantities.time(seconds: seconds) == expected)
    }

    @Test(arguments: [
        (512, "512 B"), (10_239, "10239 B"), (24 << 20, "24 MiB"), (3 << 40, "3072 GiB"),
    ])
    func `sizes are short`(bytes: Int, expected: String) {
        #expect(Quantities.bytes(bytes) == expected)
    }
}

@Suite struct AdminClientTests {
    /// The client blocks, so it has a thread of its own.
    private func ask<Result: Sendable>(
        port: Int, token: String? = nil, host: String = "127.0.0.1",
        _ body: @escaping @Sendable (AdminClient) throws -> Result
    ) async throws -> Result {
        let client = AdminClient(address: HostPort(host: host, port: port), token: token)
        return try await NIOSingletons.posixBlockingThreadPool.runIfActive { try body(client) }
    }

    @Test func `it brings what the port has`() async throws {
        try await withAdmin { _, port in
            let report = try await ask(port: port) { try $0.get("/v1/rooms/0A1B2C") }
            #expect(report.value["owner"] == "s1")
            #expect(report.text.hasPrefix("{") && report.text.hasSuffix("}"))
            let done = try await ask(port: port) { try $0.post("/v1/drain", ["node": "s2"]) }
            #expect(done.value["done"] == "drain done")
        }
    }

    @Test func `a refusal is 1 with its reason, no daemon is 69`() async throws {
        let port = try await withAdmin { source, port in
            source.set { $0.refusal = AdminRefusal(.conflict, "s2 is the only server") }
            await #expect(throws: Failure(.failed, "s2 is the only server")) {
                try await ask(port: port) { _ = try $0.post("/v1/drain", .object([])) }
            }
            await #expect(throws: Failure(.failed, "there is no room 000000")) {
                try await ask(port: port) { _ = try $0.get("/v1/rooms/000000") }
            }
            return port
        }
        await #expect(
            throws: Failure(.unavailable, "no daemon at 127.0.0.1:\(port): connection refused")
        ) { try await ask(port: port) { _ = try $0.get("/v1/status") } }
    }

    @Test func `a token is shown, and never sent in the clear over the network`() async throws {
        let folder = try TemporaryFolder()
        let file = folder.write("token", "0123456789abcdef\n")
        try await withAdmin(tokenFile: file) { _, port in
            await #expect(throws: Failure(.failed, "needs the admin port's token")) {
                try await ask(port: port) { _ = try $0.get("/v1/status") }
            }
            let report = try await ask(port: port, token: "0123456789abcdef") {
                try $0.get("/v1/status")
            }
            #expect(report.value["self"] == "b1")
            await #expect {
                try await ask(port: port, token: "x", host: "192.0.2.1") {
                    _ = try $0.get("/v1/status")
                }
            } throws: { ($0 as? Failure)?.code == .badUsage }
        }
    }

    @Test(arguments: [
        "", "HTTP/1.1", "SSH-2.0-OpenSSH\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n{}",
        "HTTP/1.1 x OK\r\n\r\n",
    ])
    func `what is no answer is none`(text: String) {
        #expect(AdminClient.answer(in: Array(text.utf8)) == nil)
    }

    @Test func `a key file's first key is the one that is added`() {
        let file = "# generation 3\n\n  abc=  \nsecond=\n"
        #expect(KeysCommand.firstKey(in: Array(file.utf8)) == "abc=")
        #expect(KeysCommand.firstKey(in: Array("# none\n".utf8)) == nil)
    }
}
