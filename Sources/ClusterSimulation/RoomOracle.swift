internal import Game
internal import Gossip
internal import JSON
internal import Link
internal import Rooms
internal import Simulation

/// Sees everything that leaves the servers, and judges it by the design's invariants R1 to R3.
final class RoomOracle {
    private struct Place: Hashable {
        var instance: UInt64
        var version: UInt64
    }

    private struct Layout {
        let placement: Rendezvous
        let lives: [NodeID: ServerLife]
        /// Who has it in force, or had.
        var knownBy: Set<ServerLife>
    }

    /// What is known of one room.
    struct Chronicle {
        let code: RoomCode
        /// The newest version that anybody was told of.
        var acknowledged: UInt64 = 0
        /// The pair that had something committed last.
        var safe: (epoch: UInt64, holders: [ServerLife])?
    }

    private(set) var fault: (Violation.Invariant, String)?
    /// What every commit told everybody.
    private var told: [Place: UInt64] = [:]
    private var rooms: [SessionID: UInt64] = [:]
    private(set) var chronicles: [UInt64: Chronicle] = [:]
    /// The version at which each text was said, by its room.
    private var said: [String: Place] = [:]
    private var layouts: [UInt64: Layout] = [:]
    private(set) var deck = DeckOracle()
    private var alive: [Int: ServerLife] = [:]
    private let replicas: Int

    init(replicas: Int) { self.replicas = replicas }

    func expect(
        _ isSo: Bool, _ invariant: Violation.Invariant, _ text: @autoclosure () -> String
    ) {
        if !isSo, fault == nil { fault = (invariant, text()) }
    }

    // MARK: What happens

    func began(_ life: ServerLife, at node: Int) { alive[node] = life }
    func ended(node: Int) { alive[node] = nil }

    func learned(_ view: View, by life: ServerLife) {
        if layouts[view.number] == nil {
            layouts[view.number] = Layout(
                placement: Rendezvous(view, replicas: replicas),
                lives: Dictionary(uniqueKeysWithValues: view.servers.map { ($0.id, $0.life) }),
                knownBy: [])
        }
        layouts[view.number]?.knownBy.insert(life)
    }

    /// A server lets something out.
    ///
    /// - Parameters:
    ///   - takeups: how many rooms that server has taken up.
    ///   - table: the true one with this code, as that server has it.
    func released(
        _ frame: RoomFrame, by server: ServerLife, takeups: Int = 0,
        table: (RoomCode) -> Table?
    ) {
        let runner = DeckOracle.Runner(life: server, takeups: takeups)
        switch frame {
        case .attached(let session, let attached, let message):
            rooms[session] = attached.roomInstance
            deck.attached(session, as: attached.seat)
            watch(
                message ?? [], to: [session], attached.version, of: attached.roomInstance,
                attached.room, at: runner, table)
            note(attached.version, in: attached.roomInstance, attached.room)
        case .output(let audience, let version?, let message):
            guard let instance = audience.first.flatMap({ rooms[$0] }) else { return }
            note(version, in: instance, nil)
            if let code = chronicles[instance]?.code {
                watch(message, to: audience, version, of: instance, code, at: runner, table)
            }
            let place = Place(instance: instance, version: version)
            let digest = EventDigest.of(message)
            if let before = told[place] {
                expect(
                    before == digest, .oneHistory,
                    """
                    version \(version) of \(name(of: instance)) was told in two ways, the second \
                    time by \(server.id): \(String(decoding: message, as: UTF8.self))
                    """)
                return
            }
            told[place] = digest
            hear(message, at: place)
        case .acknowledged(let session, _, let message?):
            guard let instance = rooms[session], EventDigest.contains(#""type":"ok""#, in: message),
                let version = (try? JSONValue.parse(message))?["version"]?.int
            else { return }
            note(UInt64(version), in: instance, nil)
        default: return
        }
    }

    /// R5, by the true deck.
    private func watch(
        _ message: [UInt8], to audience: [SessionID], _ version: UInt64, of instance: UInt64,
        _ code: RoomCode, at runner: DeckOracle.Runner, _ table: (RoomCode) -> Table?
    ) {
        if deck.lacks(version, of: instance, at: runner), let table = table(code),
            table.identity.instance == instance
        {
            deck.learn(table, instance, at: runner)
        }
        if let leak = deck.leak(in: message, to: audience, version: version, of: instance) {
            expect(
                false, .secrets,
                "\(code) at version \(version): \(leak), in \(String(decoding: message, as: UTF8.self))"
            )
        }
    }

    private func note(_ version: UInt64, in instance: UInt64, _ code: RoomCode?) {
        if let code, chronicles[instance] == nil { chronicles[instance] = Chronicle(code: code) }
        guard let before = chronicles[instance]?.acknowledged, version > before else { return }
        chronicles[instance]?.acknowledged = version
    }

    /// R3: what is said once is said once.
    private func hear(_ message: [UInt8], at place: Place) {
        guard EventDigest.contains(#""type":"said""#, in: message),
            let frame = try? JSONValue.parse(message)
        else { return }
        for event in frame["events"]?.array ?? [] where event["type"]?.string == "said" {
            guard let text = event["text"]?.string else { continue }
            if let before = said[text] {
                expect(
                    false, .inputOnce,
                    "'\(text)' was said at \(before.version) and at \(place.version)")
            }
            said[text] = place
        }
    }

    func wasSaid(_ text: String) -> Bool { said[text] != nil }

    /// R2, where a server has taken a room up: nothing that anybody was told of is missing.
    func note(_ standings: [RoomStanding], at life: ServerLife, hasTakenUp: Bool) {
        for standing in standings {
            if chronicles[standing.instance] == nil {
                chronicles[standing.instance] = Chronicle(code: standing.code)
            }
            let chronicle = chronicles[standing.instance]
            if hasTakenUp, let chronicle {
                expect(
                    standing.version >= chronicle.acknowledged, .acknowledgedStays,
                    """
                    \(life.id) goes on with \(standing.code) at version \(standing.version), and \
                    \(chronicle.acknowledged) was acknowledged
                    """)
            }
            guard standing.isSafe, standing.epoch >= chronicle?.safe?.epoch ?? 0 else { continue }
            chronicles[standing.instance]?.safe = (standing.epoch, standing.holders)
        }
    }

    // MARK: Questions

    private func name(of instance: UInt64) -> String {
        chronicles[instance].map { "\($0.code)" } ?? "a room"
    }

    /// The same message, with a card that whoever is told it may not know.
    func betray(_ message: [UInt8], to session: SessionID, _ version: UInt64) -> [UInt8] {
        guard let instance = rooms[session], message.last == UInt8(ascii: "}"),
            let card = deck.stranger(to: session, version: version, of: instance)
        else { return message }
        return message.dropLast() + Array(#","hint":"\#(card)"}"#.utf8)
    }

    /// All that are told what this session is.
    func company(of session: SessionID) -> [SessionID] {
        guard let instance = rooms[session] else { return [session] }
        return rooms.filter { $0.value == instance }.keys
            .sorted { $0.rawValue < $1.rawValue }
    }

    /// The newest version of a room with this code that anybody was told of.
    func newest(of code: RoomCode) -> UInt64 {
        instances(of: code).compactMap { chronicles[$0]?.acknowledged }.max() ?? 0
    }

    /// The rooms with this code, the newest state of each.
    func instances(of code: RoomCode) -> [UInt64] {
        chronicles.filter { $0.value.code == code }.keys.sorted()
    }

    /// Whether a room may be gone: both servers that held its newest state are, or both that a later
    /// view named, since nobody can know then whether they had taken it up; or nobody is left who
    /// knows whom that view named.
    func mayBeLost(_ instance: UInt64) -> Bool {
        guard let safe = chronicles[instance]?.safe, let code = chronicles[instance]?.code else {
            return true
        }
        let present = Set(alive.values)
        if safe.holders.allSatisfy({ !present.contains($0) }) { return true }
        for (number, layout) in layouts where number >= safe.epoch {
            let place = layout.placement.place(PlacementKey(code: code.number))
            let pair = [place?.owner, place?.successor, place?.third].compactMap { id in
                id.flatMap { layout.lives[$0] }
            }
            if pair.allSatisfy({ !present.contains($0) }) { return true }
            if layout.knownBy.isDisjoint(with: present) { return true }
        }
        return false
    }

    func mayBeLost(_ code: RoomCode) -> Bool {
        let instances = instances(of: code)
        return instances.isEmpty || instances.contains { mayBeLost($0) }
    }
}
