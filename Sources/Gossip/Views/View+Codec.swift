package import Wire

extension View {
    private static let format: UInt8 = 1

    /// Equal views have equal bytes: there is one way to write each.
    package func encode(into writer: inout WireWriter) {
        writer.byte(View.format)
        writer.varint(number)
        writer.fixed(lineage)
        let zones = Set(servers.map(\.zone)).sorted()
        writer.count(zones.count)
        for zone in zones { writer.text(zone) }
        writer.count(servers.count)
        for server in servers {
            writer.fixed(server.id.rawValue)
            writer.varint(server.instance)
            writer.byte(server.state.rawValue)
            writer.count(zones.firstIndex(of: server.zone) ?? 0)
            writer.varint(UInt64(server.weight))
        }
        writer.count(voters.members.count)
        for voter in voters.members {
            writer.fixed(voter.node.rawValue)
            writer.fixed(voter.disk)
        }
        writer.count(voters.members.firstIndex { $0.node == voters.casting }.map { $0 + 1 } ?? 0)
    }

    /// Reads what `encode` wrote and refuses everything else, so that nobody votes for a document
    /// that it understands in part only: another format is another number in the first byte.
    @_lifetime(reader: copy reader)
    package init(from reader: inout WireReader) throws(WireError) {
        guard try reader.byte() == View.format else { throw .badValue }
        let number = try reader.varint()
        let lineage: UInt64 = try reader.fixed()
        guard number > 0, lineage >= Limits.lineageMin else { throw .badValue }
        var zones: [String] = []
        for _ in 0..<(try reader.count(max: Limits.serversMax)) {
            let zone = try reader.text(maxBytes: Limits.zoneBytesMax)
            if let last = zones.last, zone <= last { throw .badValue }
            zones.append(zone)
        }
        let servers = try View.servers(zones: zones, from: &reader)
        let voters = try Voters(from: &reader)
        self.init(number: number, lineage: lineage, servers: servers, voters: voters)
    }

    @_lifetime(reader: copy reader)
    private static func servers(
        zones: [String], from reader: inout WireReader
    ) throws(WireError) -> [Server] {
        var servers: [Server] = []
        var used = Set<Int>()
        for _ in 0..<(try reader.count(max: Limits.serversMax)) {
            let id = NodeID(rawValue: try reader.fixed())
            if let last = servers.last, id <= last.id { throw .badValue }
            let instance = try reader.varint()
            guard let state = Server.State(rawValue: try reader.byte()) else { throw .badValue }
            let zone = try reader.count(max: zones.count)
            let weight = try reader.count(max: Int(Limits.weightMax))
            guard zone < zones.count, weight > 0 else { throw .badValue }
            used.insert(zone)
            servers.append(
                Server(
                    id: id, instance: instance, zone: zones[zone], weight: UInt32(weight),
                    state: state))
        }
        guard used.count == zones.count else { throw .badValue }
        return servers
    }
}

extension Voters {
    @_lifetime(reader: copy reader)
    fileprivate init(from reader: inout WireReader) throws(WireError) {
        var members: [VoterID] = []
        for _ in 0..<(try reader.count(max: Limits.votersMax)) {
            let node = NodeID(rawValue: try reader.fixed())
            if let last = members.last, node <= last.node { throw .badValue }
            let disk: UInt64 = try reader.fixed()
            guard disk != 0 else { throw .badValue }
            members.append(VoterID(node: node, disk: disk))
        }
        guard !members.isEmpty else { throw .badValue }
        let casting = try reader.count(max: members.count)
        self.init(members, casting: casting == 0 ? nil : members[casting - 1].node)
    }
}
