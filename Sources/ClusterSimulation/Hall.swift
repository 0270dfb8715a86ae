internal import Game
package import Gossip
internal import JSON
internal import Link
internal import PlayerProtocol
internal import Referee
internal import Rooms
package import Simulation

/// Where the players sit, and whoever judges what they and the servers see. Outside of the cluster.
package final class Hall: Outside {
    let oracle: RoomOracle
    let mistake: ClusterMistake
    let capacity = 200
    /// How many servers hold each room.
    let replicas: Int
    let botThinkMilliseconds: ClosedRange<Milliseconds>
    /// How players of this run are: how long they think, in milliseconds.
    let think: ClosedRange<Int>
    /// Between a player's dropping his connection for no reason; never where it is nil.
    let whims: ClosedRange<Int>?
    var generator: Randomness
    private var tables: [PlayerTable] = []
    private var playerOf: [SocketID: PlayerActor] = [:]
    private var nodes: [Int: NodeActor] = [:]
    /// Nodes that have, or had, a door for players.
    private(set) var doors: [Int] = []
    /// What each node has of the cluster's keys, through all its lives.
    private var keys: [Int: (keyring: Keyring, tokens: SeatTokens)] = [:]
    private var areKeysRemoved = false
    private var socketCount = 0
    private var tableCount = 0
    private var indexCount: UInt64 = 0
    private(set) var now = Instant.origin
    /// When faults ended, and no new match was begun any more.
    private(set) var calmSince: Instant?
    package private(set) var fault: (Violation.Invariant, String)?
    /// Is told each step in words, where somebody reads along.
    let reader: ((String) -> Void)?
    package private(set) var figures = HallFigures()

    /// Until a room that may be lost has ended: what a server waits for its pair, and a bit.
    static let doubtMax = Duration.seconds(640)

    package init(
        seed: UInt64, tables count: Int, mistake: ClusterMistake = .none,
        reader: ((String) -> Void)? = nil
    ) {
        generator = Randomness(seed: seed)
        self.mistake = mistake
        self.reader = reader
        replicas = generator.chance(0.2) ? 3 : 2
        oracle = RoomOracle(replicas: replicas)
        let pace = generator.pick(0...3)
        think = [50...800, 200...2_000, 500...6_000, 2_000...15_000][pace]
        botThinkMilliseconds = generator.chance(0.5) ? 50...300 : 500...1_400
        whims = generator.chance(0.3) ? 1_000...20_000 : nil
        for _ in 0..<count { addTable() }
    }

    // MARK: Nodes

    func began(_ actor: NodeActor, at index: Int, life: ServerLife) {
        nodes[index] = actor
        if actor.rooms != nil { oracle.began(life, at: index) }
        if actor.gateway != nil, !doors.contains(index) { doors.append(index) }
    }

    package func ended(node: Int) {
        nodes[node] = nil
        oracle.ended(node: node)
    }

    /// Whether a node's gateway is in use: one that is on its way out closes its sockets.
    func isOpen(_ node: Int) -> Bool { nodes[node]?.gateway.map { !$0.isDraining } ?? false }

    /// Where a player may knock: who has been gone for long is not found any more.
    var knownDoors: [Int] { calmSince == nil ? doors : doors.filter { isOpen($0) } }

    /// The keys of a node's cluster, as the node has them.
    func learned(_ keyring: Keyring, _ tokens: SeatTokens, at node: Int) {
        if let before = keys[node]?.keyring {
            areKeysRemoved = areKeysRemoved || before.keys.contains { keyring.key($0.id) == nil }
        }
        keys[node] = (keyring, tokens)
    }

    /// Whether a token is of no use at a node since its key was removed on purpose.
    func isVoid(_ token: String, at node: Int) -> Bool {
        areKeysRemoved && keys[node]?.tokens.open(token) == nil
    }

    /// How many rooms run on a node.
    func roomCount(at node: Int) -> Int { nodes[node]?.rooms?.host.roomCount ?? 0 }

    /// Seconds since 1970.
    var wallClock: UInt64 { 1_700_000_000 + UInt64(now.nanoseconds / 1_000_000_000) }

    func nextIndex() -> UInt64 {
        indexCount += 1
        return indexCount
    }

    // MARK: Players

    private func addTable() {
        tableCount += 1
        tables.append(PlayerTable(tableCount, hall: self, now: now))
    }

    package var nextDeadline: Instant {
        var next = Instant.never
        for table in tables { next = min(next, table.nextDeadline) }
        return next
    }

    package func wake(now: Instant) -> [OutsideEffect] {
        self.now = now
        for table in tables { table.wake(now: now) }
        return takeEffects()
    }

    package func opened(_ socket: SocketID, now: Instant) -> [OutsideEffect] {
        self.now = now
        playerOf[socket]?.opened(now: now)
        return takeEffects()
    }

    package func received(_ bytes: [UInt8], on socket: SocketID, now: Instant) -> [OutsideEffect] {
        self.now = now
        playerOf[socket]?.received(bytes, now: now)
        return takeEffects()
    }

    package func closed(_ socket: SocketID, code: UInt16?, now: Instant) -> [OutsideEffect] {
        self.now = now
        playerOf.removeValue(forKey: socket)?.closed(code, now: now)
        return takeEffects()
    }

    private var effects: [OutsideEffect] = []

    private func takeEffects() -> [OutsideEffect] {
        for index in tables.indices.reversed() where tables[index].isConcluded {
            figures.matches += 1
            tables.remove(at: index)
            if calmSince == nil { addTable() }
        }
        if fault == nil { fault = oracle.fault }
        defer { effects.removeAll(keepingCapacity: true) }
        return effects
    }

    func connect(_ player: PlayerActor, to node: Int) -> SocketID {
        socketCount += 1
        let socket = SocketID(number: socketCount)
        playerOf[socket] = player
        effects.append(.connect(socket, node: node))
        return socket
    }

    func send(_ bytes: [UInt8], on socket: SocketID) {
        figures.messages += 1
        effects.append(.send(socket, bytes))
    }

    func close(_ socket: SocketID) {
        playerOf[socket] = nil
        effects.append(.close(socket))
    }

    func expect(
        _ isSo: Bool, _ invariant: Violation.Invariant, _ text: @autoclosure () -> String
    ) {
        if !isSo, fault == nil { fault = (invariant, text()) }
    }

    func note(_ event: HallFigures.Event) { figures.note(event) }

    // MARK: The end

    package func calmBegan(now: Instant) -> [OutsideEffect] {
        self.now = now
        calmSince = now
        return []
    }

    /// Without a server nobody plays, and without a gateway nobody gets in.
    private var canServe: Bool {
        nodes.values.contains { $0.rooms != nil } && nodes.keys.contains { isOpen($0) }
    }

    package var doubt: Duration? {
        guard canServe else { return nil }
        return tables.contains { $0.isInDoubt || $0.waitsForDoubt } ? Self.doubtMax : nil
    }

    package func unfinished(in world: World) -> String? {
        guard canServe else { return nil }
        let hasWaited = calmSince.map { $0.advanced(by: Self.doubtMax) <= now } ?? false
        for table in tables {
            guard let text = table.unfinished(isEndAwaited: hasWaited) else { continue }
            for (index, node) in nodes.sorted(by: { $0.key < $1.key }) {
                reader?("n\(index) \(node.holdings)")
            }
            return text
        }
        return homelessness(in: world)
    }

    /// R6 for rooms: each runs at its one owner, and its successor holds the copy.
    private func homelessness(in world: World) -> String? {
        guard let view = world.viewCheck.latest else { return "there is no view" }
        let placement = Rendezvous(view, replicas: replicas)
        let servers = nodes.filter { world.nodes[$0.key].isUp && $0.value.rooms != nil }
        var homes: [UInt64: Int] = [:]
        for (index, actor) in servers.sorted(by: { $0.key < $1.key }) {
            for standing in actor.rooms?.host.standings ?? [] {
                if let other = homes[standing.instance] {
                    return "\(standing.code) runs at n\(other) and at n\(index)"
                }
                homes[standing.instance] = index
                let place = placement.place(PlacementKey(code: standing.code.number))
                guard place?.owner == world.nodes[index].id else {
                    return "\(standing.code) runs at n\(index), which does not own it"
                }
                guard standing.isSafe else { return "\(standing.code) is not safe at n\(index)" }
                for successor in [place?.successor, place?.third] {
                    guard let successor else { continue }
                    guard let other = world.index(of: successor),
                        nodes[other]?.rooms?.host.holdsCopy(of: standing.code) == true
                    else { return "a successor of \(standing.code) has no copy" }
                }
            }
        }
        return nil
    }

    /// Whether any server that is there runs a room with this code.
    func isRun(_ code: RoomCode) -> Bool {
        nodes.values.contains { actor in
            actor.rooms?.host.standings.contains { $0.code == code } ?? false
        }
    }
}

/// What a run's players did and went through.
package struct HallFigures: Equatable, Sendable {
    enum Event { case acknowledged, resumed, held, lost, dropped }

    package var messages = 0
    package var matches = 0
    package private(set) var acknowledged = 0
    package private(set) var resumed = 0
    /// Closed since the room was out of reach for too long.
    package private(set) var held = 0
    /// Rooms that were lost, both servers gone.
    package private(set) var lost = 0
    /// Connections that went with their gateways.
    package private(set) var dropped = 0

    mutating func note(_ event: Event) {
        switch event {
        case .acknowledged: acknowledged += 1
        case .resumed: resumed += 1
        case .held: held += 1
        case .lost: lost += 1
        case .dropped: dropped += 1
        }
    }
}
