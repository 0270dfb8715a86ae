import Game
import Glibc
import JSON
import Link
import PlayerProtocol
import Random
import Synchronization
import Testing

@testable import Rooms

/// What random tests start from; `SEED=n` in the environment replays a failure.
let testSeed: UInt64 = {
    let seed =
        getenv("SEED").flatMap { UInt64(String(cString: $0)) } ?? .random(in: 0..<1_000_000)
    print("RoomsTests SEED=\(seed)")
    return seed
}()

let south = Seat.all[0]
let east = Seat.all[1]
let north = Seat.all[2]
let west = Seat.all[3]

/// What a session was told, in order.
enum Heard: Equatable {
    case message(JSONValue)
    case closed(CloseCode)
    case refused(ErrorCode)
    case codeTaken
}

/// A connection as its gateway sees it.
struct Person {
    let gateway: GatewayID
    let session: SessionID
    var room: RoomCode
    var seat: Seat?
    var token: String?
    /// The version of the last frame, or of `joined`.
    var version: UInt64 = 0
    /// No frame may come that is not above it: an `ok` speaks of what was told already.
    var floor: UInt64 = 0
    var isIn = false
    var inputs: UInt64 = 0
    var heard: [Heard] = []
    /// Every frame of events as it was sent, by its version.
    var frames: [UInt64: [UInt8]] = [:]
}

/// A host of rooms without a loop: tests put frames and time in, and read what everyone was told.
final class Stage {
    private(set) var host: RoomHost
    let tokens = SeatTokens(key: [UInt8](repeating: 7, count: 32))
    let code = RoomCode("ABC234")!
    var now: Milliseconds = 5_000
    var wallClock: UInt64 = 1_700_000_000
    private(set) var people: [Person] = []
    var thoughts: [ThinkRequest] = []
    var stopped: [RoomCode] = []
    var vacancies: [Int] = []
    /// Frames of several sessions, as they left.
    var outputs: [(gateway: GatewayID, sessions: [SessionID], message: [UInt8])] = []
    /// What each commit told: to a seat by itself, or to all.
    private var told: [Told: [JSONValue]] = [:]
    private var nextID: Int64 = 0

    init(
        seed: UInt64 = 1, capacity: Int = 5_000, bots: BotStrength = .normal,
        thinking: ClosedRange<Milliseconds> = 0...0
    ) {
        var settings = RoomSettings()
        settings.capacity = capacity
        settings.botStrength = bots
        settings.botThinkMilliseconds = thinking
        let secrets = Mutex(SplitMix64(seed: seed))
        host = RoomHost(settings: settings, tokens: tokens, seed: seed) {
            secrets.withLock { generator in
                Seed(bytes: (0..<32).map { _ in .random(in: 0...255, using: &generator) })!
            }
        }
    }

    var table: Table { host.rooms[code]!.room.table }

    // MARK: What people do

    func connect(gateway: Int = 1) -> Int {
        people.append(
            Person(
                gateway: GatewayID(gateway), session: SessionID(UInt64(people.count + 1)),
                room: code))
        return people.count - 1
    }

    func attach(_ person: Int, _ attach: Attach, to room: RoomCode? = nil) {
        nextID += 1
        people[person].room = room ?? code
        let who = people[person]
        put(.attach(who.session, id: nextID, who.room, attach), from: who.gateway)
    }

    func detach(_ person: Int) {
        people[person].isIn = false
        let who = people[person]
        put(.detach(who.session, who.room), from: who.gateway)
    }

    /// The way to a gateway breaks.
    func lose(gateway: Int) {
        for index in people.indices where people[index].gateway == GatewayID(gateway) {
            people[index].isIn = false
        }
        host.lost(GatewayID(gateway), now: now)
        deliver()
    }

    /// Says by a gateway's way that this person was never told of a seat.
    func withdraw(_ person: Int, by gateway: Int) {
        people[person].isIn = false
        let who = people[person]
        put(.withdraw(who.session, who.room), from: GatewayID(gateway))
    }

    func input(_ person: Int, _ input: PlayerInput, id: Int64? = 1) {
        people[person].inputs += 1
        let who = people[person]
        put(
            .input(who.session, id: id, who.room, index: who.inputs, input), from: who.gateway)
    }

    func put(_ frame: GatewayFrame, from gateway: GatewayID) {
        host.receive(frame, from: gateway, now: now, wallClock: wallClock)
        deliver()
    }

    func announce(_ text: String) {
        host.announce(text, now: now)
        deliver()
    }

    func botMoved(_ action: Action, for thought: ThinkRequest) {
        host.botMoved(action, in: thought.room, at: thought.mark, now: now)
        deliver()
    }

    /// Lets time pass, stopping at each deadline on the way.
    func wait(_ milliseconds: Milliseconds) {
        let end = now + milliseconds
        while let next = host.nextDeadline, next <= end {
            now = max(now, next)
            host.advance(to: now)
            deliver()
        }
        now = end
    }

    // MARK: What they were told

    /// What a person was told since this was asked last, each in a few words.
    func heard(_ person: Int) -> [String] {
        defer { people[person].heard = [] }
        return people[person].heard.map(\.brief)
    }

    func messages(_ person: Int) -> [JSONValue] {
        defer { people[person].heard = [] }
        return people[person].heard.compactMap {
            if case .message(let message) = $0 { message } else { nil }
        }
    }

    func forget() {
        for person in people.indices { people[person].heard = [] }
        outputs = []
    }

    private func deliver() {
        for effect in host.takeEffects() {
            switch effect {
            case .send(let gateway, let frame): tell(frame, through: gateway)
            case .think(let request): thoughts.append(request)
            case .stopThinking(let room): stopped.append(room)
            case .vacancy(_, let free): vacancies.append(free)
            case .peer, .breakLink, .committed: Issue.record("there is no other server")
            }
        }
        // The counter is what the rooms really hold, whatever happened.
        let players = host.rooms.values.reduce(0) { $0 + $1.room.playerCount }
        #expect(host.counters.players == players)
    }

    private func tell(_ frame: RoomFrame, through gateway: GatewayID) {
        switch frame {
        case .attached(let session, let attached, let message):
            let person = index(session, gateway)
            people[person].isIn = true
            people[person].room = attached.room
            people[person].seat = attached.seat
            if let message { hear(message, person) }
        case .output(let sessions, _, let message):
            outputs.append((gateway, sessions, message))
            for session in sessions { hear(message, index(session, gateway)) }
        case .acknowledged(let session, let index, let message):
            let person = self.index(session, gateway)
            #expect(index <= people[person].inputs)
            if let message { hear(message, person) }
        case .close(let session, let code):
            let person = index(session, gateway)
            people[person].isIn = false
            people[person].heard.append(.closed(code))
        case .refused(let session, let code):
            people[index(session, gateway)].heard.append(.refused(code))
        case .codeTaken(let session):
            people[index(session, gateway)].heard.append(.codeTaken)
        case .queued, .matched, .echoed: Issue.record("rooms have no queue and no echo")
        case .moved, .lost, .paused: Issue.record("one server has all rooms, and no partner")
        }
    }

    private func index(_ session: SessionID, _ gateway: GatewayID) -> Int {
        let index = Int(session.rawValue) - 1
        #expect(people[index].gateway == gateway)
        return index
    }

    private func hear(_ bytes: [UInt8], _ person: Int) {
        guard let message = try? JSONValue.parse(bytes), let type = message["type"]?.string else {
            Issue.record("not a message: \(String(decoding: bytes, as: UTF8.self))")
            return
        }
        let version = message["version"]?.int.map { UInt64($0) }
        switch type {
        case "joined":
            people[person].token = message["token"]?.string ?? people[person].token
            people[person].version = version!
            people[person].floor = version!
        case "events":
            // Each commit has something for everybody, so no version is left out either.
            #expect(version == people[person].version + 1, "\(message)")
            #expect(version! > people[person].floor, "an ok came before its own frame")
            #expect(people[person].isIn, "told after it was gone: \(message)")
            people[person].version = version!
            people[person].frames[version!] = bytes
            compare(message, version!, of: people[person])
        case "ok":
            #expect(version! >= people[person].version, "an ok for less than was told")
            people[person].floor = max(people[person].floor, version!)
        default: break
        }
        people[person].heard.append(.message(message))
    }
}

extension Stage {
    private struct Told: Hashable {
        var instance: UInt64
        var version: UInt64
        /// `nil` for what everybody is told.
        var seat: Seat?
    }

    /// Whoever is told of a commit, at once or when he comes back, is told the same.
    private func compare(_ frame: JSONValue, _ version: UInt64, of person: Person) {
        guard let instance = host.rooms[person.room]?.room.instance else { return }
        let events = frame.eventsWithoutClock
        let (own, all) = (events.filter(\.isCards), events.filter { !$0.isCards })
        var parts = [(nil as Seat?, all)]
        if let seat = person.seat { parts.append((seat, own)) } else { #expect(own == []) }
        for (seat, events) in parts {
            let key = Told(instance: instance, version: version, seat: seat)
            if let before = told[key] { #expect(before == events) }
            told[key] = events
        }
    }
}

extension Heard {
    var brief: String {
        switch self {
        case .message(let message): message.brief
        case .closed(let code): "closed \(code.rawValue)"
        case .refused(let code): "refused \(code.rawValue)"
        case .codeTaken: "code taken"
        }
    }
}

extension JSONValue {
    /// A message in a few words: what it is, of what version, and which events it has.
    var brief: String {
        let version = self["version"]?.int ?? -1
        switch self["type"]?.string {
        case "joined":
            let seat = self["seat"]?.int.map { "seat \($0)" } ?? "spectator"
            return "joined \(seat) at \(version)" + (self["resumed"] == true ? " resumed" : "")
        case "events": return "\(version): " + eventTypes.joined(separator: " ")
        case "ok": return "ok at \(version)"
        case "error": return "error \(self["code"]?.string ?? "?")"
        case let type: return type ?? "?"
        }
    }

    var events: [JSONValue] { self["events"]?.array ?? [] }
    var eventTypes: [String] { events.map { $0["type"]?.string ?? "?" } }

    func event(_ type: String) -> JSONValue? { events.first { $0["type"]?.string == type } }
}

extension JSONValue {
    var isCards: Bool { self["type"] == "cards" }

    /// The events of a frame, but for what is left of a turn.
    var eventsWithoutClock: [JSONValue] {
        events.map { event in
            var event = event
            if event["deadline_ms"] != nil { event["deadline_ms"] = .null }
            return event
        }
    }
}
