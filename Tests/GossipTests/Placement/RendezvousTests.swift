import Testing

@testable import Gossip

@Suite struct RendezvousTests {
    /// Servers `s0`, `s1`, … with these weights, in the zones in turn.
    static func servers(weights: [UInt32], zones: [String] = [""]) -> [View.Server] {
        weights.enumerated().map { index, weight in
            View.Server(
                id: NodeID(name: "s\(index)"), instance: 1, zone: zones[index % zones.count],
                weight: weight)
        }
    }

    static func servers(_ count: Int, zones: [String] = [""]) -> [View.Server] {
        servers(weights: Array(repeating: 1_000, count: count), zones: zones)
    }

    let keys = (0..<20_000).map { PlacementKey(code: UInt32($0) &* 2_654_435_761 >> 2) }

    @Test func `nobody owns a room where nobody serves`() {
        #expect(Rendezvous([]).place(keys[0]) == nil)
        #expect(Rendezvous([]).owner(of: keys[0]) == nil)
    }

    @Test func `a single server has no successor, and two have each other`() throws {
        let one = try #require(Rendezvous(Self.servers(1), replicas: 3).place(keys[0]))
        #expect(one == Placement(owner: NodeID(name: "s0"), successor: nil, third: nil))
        for key in keys.prefix(100) {
            let two = try #require(Rendezvous(Self.servers(2), replicas: 3).place(key))
            #expect(two.successor != nil && two.successor != two.owner && two.third == nil)
        }
    }

    @Test func `a place is the same on every machine`() {
        let rendezvous = Rendezvous(
            Self.servers(weights: [5, 4, 3, 2, 1], zones: ["a", "b"]), replicas: 3)
        let names = Dictionary(uniqueKeysWithValues: (0..<5).map { (NodeID(name: "s\($0)"), $0) })
        let places = [
            PlacementKey(name: "lobby"), PlacementKey(code: 0), PlacementKey(code: 1),
            PlacementKey(code: 0x3FFF_FFFF),
        ].map { key in
            rendezvous.place(key).map { place in
                [place.owner, place.successor, place.third].compactMap { $0.flatMap { names[$0] } }
            }
        }
        #expect(places == [[2, 3, 0], [0, 1, 2], [0, 1, 2], [0, 3, 4]])
    }

    @Test func `a server that comes takes only what it will own`() {
        let before = Rendezvous(Self.servers(9))
        let after = Rendezvous(Self.servers(10))
        let moved = keys.filter { before.owner(of: $0) != after.owner(of: $0) }
        #expect(moved.allSatisfy { after.owner(of: $0) == NodeID(name: "s9") })
        #expect(abs(moved.count - keys.count / 10) < keys.count / 100)
    }

    @Test func `a server that goes leaves its rooms to their successors and moves no other`() {
        let before = Rendezvous(Self.servers(10))
        let gone = NodeID(name: "s3")
        let after = Rendezvous(Self.servers(10).filter { $0.id != gone })
        for key in keys {
            guard let old = before.place(key) else { continue }
            let owner = after.owner(of: key)
            #expect(owner == (old.owner == gone ? old.successor : old.owner))
            if old.owner != gone, old.successor != gone {
                #expect(after.place(key) == old)
            }
        }
    }

    @Test func `a change of one weight moves rooms only from or to that server`() {
        var weights: [UInt32] = [300, 700, 1_000, 1_000]
        let before = Rendezvous(Self.servers(weights: weights))
        weights[1] = 400
        let after = Rendezvous(Self.servers(weights: weights))
        let moved = keys.filter { before.owner(of: $0) != after.owner(of: $0) }
        #expect(!moved.isEmpty)
        #expect(moved.allSatisfy { before.owner(of: $0) == NodeID(name: "s1") })
    }

    @Test(arguments: [2, 5, 20]) func `1,000 rooms a server spread within 5 %`(count: Int) {
        let rendezvous = Rendezvous(Self.servers(count))
        // Chance alone gives a standard deviation of 1 / √1000 = 3.2 %.
        for (role, rooms) in shares(of: rendezvous, keys: UInt32(count * 1_000)) {
            #expect(rooms.count == count)
            let squares = rooms.values.map { (Double($0) - 1_000) * (Double($0) - 1_000) }
            let deviation = (squares.reduce(0, +) / Double(count)).squareRoot()
            #expect(deviation < 50, "\(role) among \(count)")
        }
    }

    @Test func `rooms are shared in proportion to the weights`() {
        let weights: [UInt32] = [1, 10, 100, 889]
        let rooms = shares(of: Rendezvous(Self.servers(weights: weights)), keys: 400_000)[0].1
        for (index, weight) in weights.enumerated() {
            let expected = Double(weight) * 400
            let found = Double(rooms[NodeID(name: "s\(index)")] ?? 0)
            #expect(abs(found - expected) < 4 * expected.squareRoot() + expected * 0.005)
        }
    }

    @Test(arguments: [
        ["a", "b"], ["a", "b", "c"], ["a", "a", "a", "a", "b"], ["a", "b", "c", "d"],
    ])
    func `the successor is the best in another zone`(zones: [String]) throws {
        let servers = Self.servers(weights: [1, 3, 2, 1, 5, 4, 1, 1, 9, 2], zones: zones)
        let zone = Dictionary(uniqueKeysWithValues: servers.map { ($0.id, $0.zone) })
        let rendezvous = Rendezvous(servers, replicas: 3)
        for key in keys.prefix(2_000) {
            let place = try #require(rendezvous.place(key))
            let ranked = Self.ranked(servers, key)
            #expect(place.owner == ranked[0])
            let second = ranked.first { zone[$0] != zone[ranked[0]] }
            #expect(place.successor == second)
            let taken = [zone[ranked[0]], second.flatMap { zone[$0] }]
            let third =
                ranked.first { !taken.contains(zone[$0]) }
                ?? ranked.first { $0 != ranked[0] && $0 != second }
            #expect(place.third == third)
        }
    }

    @Test func `draining and warming servers own nothing while another serves`() throws {
        var servers = Self.servers(4)
        servers[0].state = .draining
        servers[1].state = .warming
        let voters = Voters([VoterID(node: servers[0].id, disk: 1)])
        let rendezvous = Rendezvous(
            View(number: 1, lineage: 1, servers: servers, voters: voters), replicas: 3)
        for key in keys.prefix(200) {
            let place = try #require(rendezvous.place(key))
            #expect(Set([place.owner, place.successor]) == [servers[2].id, servers[3].id])
            #expect(place.third == nil)
        }
        let last = Rendezvous(
            View(number: 2, lineage: 1, servers: Array(servers[...1]), voters: voters))
        #expect(last.place(keys[0])?.owner == servers[0].id)
    }

    @Test func `codes are drawn for the server that is wanted`() throws {
        var generator = SystemRandomNumberGenerator()
        let rendezvous = Rendezvous(Self.servers(20))
        for index in 0..<20 {
            let wanted = NodeID(name: "s\(index)")
            let code = try #require(rendezvous.code(ownedBy: wanted, using: &generator))
            #expect(code < 1 << 30)
            #expect(rendezvous.owner(of: PlacementKey(code: code)) == wanted)
        }
        let stranger = NodeID(name: "x")
        #expect(rendezvous.code(ownedBy: stranger, triesMax: 50, using: &generator) == nil)
    }

    /// The servers by their bids, worked out one by one in floating point.
    static func ranked(_ servers: [View.Server], _ key: PlacementKey) -> [NodeID] {
        servers.map { server in
            let hash = PlacementKey.mix(key.hash ^ PlacementKey.mix(server.id.rawValue))
            let scarcity = BinaryLogarithm.scarcity(of: hash, table: BinaryLogarithm.table)
            return (Double(scarcity) / Double(server.weight), server.id)
        }.sorted { $0.0 < $1.0 }.map(\.1)
    }

    func shares(of rendezvous: Rendezvous, keys: UInt32) -> [(String, [NodeID: Int])] {
        var owners: [NodeID: Int] = [:]
        var successors: [NodeID: Int] = [:]
        for code in 0..<keys {
            guard let place = rendezvous.place(PlacementKey(code: code)) else { continue }
            owners[place.owner, default: 0] += 1
            if let successor = place.successor { successors[successor, default: 0] += 1 }
        }
        return [("owners", owners), ("successors", successors)]
    }
}
