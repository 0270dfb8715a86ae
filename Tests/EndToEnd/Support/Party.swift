import Glibc
import JSON
import NIOCore
import Random
import Referee
import Testing

/// The seed of this run's random tests: `SEED` of the environment replays one.
let seed: UInt64 =
    getenv("SEED").flatMap { UInt64(String(cString: $0)) }
    ?? UInt64.random(in: 0...UInt64(UInt32.max))

/// The people at one table, players and spectators, and the referee who sees what they see.
///
/// One task drives it: it asks, plays, and takes in what comes for any of them.
struct Party {
    /// One of the people, over all connections.
    struct Guest {
        var client: ProtocolClient
        /// The connection that counts; what an older one still brings goes to `strays`.
        var connection: Int
        var nextID = 1
        var pace = Pace()
        /// The move that waits for its reply.
        var move: Move?
        var moveID = 0
        var isOpen = true
        var closeCode: Int?
        /// What came last, by kind, for tests that look at it.
        var messages: [JSONValue] = []
    }

    let port: Int
    private(set) var referee = MatchReferee()
    private(set) var guests: [Guest] = []
    private(set) var strays: [(connection: Int, incoming: Incoming)] = []
    var generator: SplitMix64
    private let mailbox = Mailbox<ProtocolClient.Arrival>()
    private var connections = 0

    init(port: Int, seed: UInt64 = seed) {
        self.port = port
        generator = SplitMix64(seed: seed)
    }

    /// A further guest with a connection, not at the table yet.
    mutating func arrive() async throws -> Int {
        let client = try await newClient()
        guests.append(Guest(client: client, connection: connections))
        return referee.addViewer()
    }

    /// The guest's connection is replaced by a new one; the old one is left as it is.
    mutating func reconnect(_ guest: Int) async throws {
        guests[guest].client = try await newClient()
        guests[guest].connection = connections
        guests[guest].nextID = 1
        guests[guest].pace = Pace()
        guests[guest].move = nil
        guests[guest].isOpen = true
        referee.connected(guest)
    }

    private mutating func newClient() async throws -> ProtocolClient {
        connections += 1
        return try await ProtocolClient.connect(port: port, as: connections, into: mailbox)
    }

    /// Four players at a new table, the match begun.
    mutating func sitDown(options: JSONValue = [:]) async throws {
        let host = try await arrive()
        let joined = try await ask(host, ["type": "create", "name": "p0", "options": options])
        let room = try joined.text("room")
        for seat in 1..<4 {
            let guest = try await arrive()
            _ = try await ask(
                guest, ["type": "join", "room": .string(room), "name": .string("p\(seat)")])
        }
    }

    /// Sends a message with the next id, and takes in all that comes until its reply.
    @discardableResult
    mutating func ask(_ guest: Int, _ message: JSONValue) async throws -> JSONValue {
        let id = send(guest, message)
        return try await reply(to: id, of: guest)
    }

    /// Sends a message with the next id, which it returns.
    @discardableResult
    mutating func send(_ guest: Int, _ message: JSONValue) -> Int {
        var message = message
        let id = guests[guest].nextID
        guests[guest].nextID += 1
        message["id"] = .int(Int64(id))
        referee.sent(message, by: guest)
        let time = guests[guest].pace.next(now: .now())
        guests[guest].client.send(message, at: time)
        return id
    }

    /// Sends bytes as a text frame, in the same pace.
    mutating func send(_ guest: Int, text: [UInt8]) {
        referee.sent(text, by: guest)
        let time = guests[guest].pace.next(now: .now())
        guests[guest].client.send(text: text, at: time)
    }

    /// Sends bytes as a text frame, and takes in all that comes until the error that must follow;
    /// its code.
    mutating func provoke(_ guest: Int, text: [UInt8]) async throws -> String {
        send(guest, text: text)
        let error = try await wait(guest, for: "an error") { $0["type"] == "error" }
        return try error.text("code")
    }

    /// Sends a message, and takes in all that comes until its reply, which must be an error; its
    /// code.
    mutating func provoke(_ guest: Int, _ message: JSONValue) async throws -> String {
        let reply = try await ask(guest, message)
        return reply["type"] == "error" ? try reply.text("code") : "no error: \(reply)"
    }

    mutating func reply(to id: Int, of guest: Int) async throws -> JSONValue {
        while true {
            guard let (from, message) = try await takeIn("a reply to \(id)") else {
                guard guests[guest].isOpen else {
                    throw ConnectionLost(code: guests[guest].closeCode)
                }
                continue
            }
            if from == guest, message["re"]?.int == id { return message }
        }
    }

    /// Takes in what comes until the guest is sent something that `matches`.
    @discardableResult
    mutating func wait(
        _ guest: Int, for what: String, _ matches: (JSONValue) -> Bool
    ) async throws -> JSONValue {
        while true {
            guard let (from, message) = try await takeIn(what) else {
                guard guests[guest].isOpen else {
                    throw ConnectionLost(code: guests[guest].closeCode)
                }
                continue
            }
            if from == guest, matches(message) { return message }
        }
    }

    /// Takes in what comes until it makes this true.
    mutating func wait(_ what: String, until isEnough: (Party) -> Bool) async throws {
        while !isEnough(self) { _ = try await takeIn(what) }
    }

    /// Waits until the guest's connection ends, and says with which code.
    mutating func waitForClose(_ guest: Int) async throws -> Int? {
        while guests[guest].isOpen { _ = try await takeIn("a close") }
        return guests[guest].closeCode
    }

    /// Waits until a connection that was replaced ends.
    mutating func waitForStrayClose() async throws -> Int? {
        while true {
            for stray in strays {
                if case .closed(let code) = stray.incoming { return code }
            }
            _ = try await takeIn("the close of an old connection")
        }
    }

    /// Plays legal moves for these guests, or all, until the match is over or `isEnough`.
    mutating func play(
        _ players: [Int]? = nil, until isEnough: (Party) -> Bool = { _ in false }
    ) async throws {
        let players = players ?? Array(guests.indices)
        for guest in players { move(guest) }
        while !referee.isOver, !isEnough(self) {
            guard let (guest, _) = try await takeIn("the match to go on") else { continue }
            if players.contains(guest) { move(guest) }
        }
        while guests.contains(where: { $0.move != nil && $0.isOpen }) {
            _ = try await takeIn("the last replies")
        }
    }

    private mutating func move(_ guest: Int) {
        guard guests[guest].isOpen, guests[guest].move == nil,
            let move = referee.choose(for: guest, using: &generator)
        else { return }
        guests[guest].move = move
        guests[guest].moveID = send(guest, move.message(id: 0))
    }

    /// Everyone is shown what was sent before now, then the referee says what was wrong.
    mutating func faults() async throws -> [Fault] {
        for guest in guests.indices where guests[guest].isOpen {
            // Its refusal comes from the room, after all that the room said before.
            try await ask(guest, ["type": "play", "card": "AS", "hand": 1_000_000, "ply": 51])
        }
        referee.finish()
        return referee.faults
    }

    /// Everyone was shown what the protocol and the rules say.
    mutating func expectNoFaults(sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let found = try await faults()
        #expect(found == [], sourceLocation: sourceLocation)
    }

    /// Ends a guest's connection without a word.
    mutating func drop(_ guest: Int) async throws {
        guests[guest].client.drop()
        _ = try await waitForClose(guest)
    }

    /// Takes in what comes next; nil for what is no message of a guest's present connection.
    private mutating func takeIn(_ what: String) async throws -> (Int, JSONValue)? {
        let arrival = try await mailbox.next(within: patience, what)
        guard let guest = guests.firstIndex(where: { $0.connection == arrival.connection }) else {
            strays.append((arrival.connection, arrival.incoming))
            return nil
        }
        switch arrival.incoming {
        case .message(let message):
            referee.received(message, by: guest)
            guests[guest].messages.append(message)
            if let re = message["re"]?.int, re == guests[guest].moveID, guests[guest].move != nil {
                guests[guest].move = nil
            }
            return (guest, message)
        case .strange(let bytes):
            referee.received(bytes, by: guest)
        case .closed(let code):
            guests[guest].isOpen = false
            guests[guest].closeCode = code
            guests[guest].move = nil
            referee.disconnected(guest)
        }
        return nil
    }
}

/// A connection ended where a message was awaited.
struct ConnectionLost: Error {
    let code: Int?
}

/// A message without the field that a test needs.
struct FieldMissing: Error {
    let field: String
    let message: JSONValue
}

extension JSONValue {
    func text(_ field: String) throws -> String {
        guard let text = self[field]?.string else {
            throw FieldMissing(field: field, message: self)
        }
        return text
    }
}

/// When a client may send, so that it stays below 20 messages a second with bursts of 40.
struct Pace {
    private var earliest = NIODeadline.uptimeNanoseconds(0)

    mutating func next(now: NIODeadline) -> NIODeadline {
        let interval = TimeAmount.milliseconds(52)
        let base = max(earliest, now)
        earliest = base + interval
        return max(now, base - interval * 36)
    }
}
