package import JSON

/// A node and its cluster as this node sees them: what fits on one screen.
package struct StatusReport: AdminReport {
    package var cluster: String
    /// The node that answers.
    package var node: String
    package var version: String
    package var mode: String
    package var uptimeSeconds: Int
    /// Why the node cannot do its work; nil if it can.
    package var unreadiness: String?
    /// Whether this node sees a majority of the voters.
    package var hasQuorum: Bool
    package var view: ViewSummary?
    package var nodes: [NodeSummary] = []
    package var rooms = RoomsSummary()
    /// People with a seat, and how many there may be, over all nodes.
    package var players = 0
    package var capacity = 0
    /// Connections of players to this cluster.
    package var connections = 0
    /// Players who wait for a table.
    package var queue = 0
    package var scaler: ScalerSummary?
    /// Where this node listens, port 0 resolved.
    package var addresses: Addresses
    package var alarms: [Alarm] = []

    package init(
        cluster: String, node: String, version: String, mode: String, uptimeSeconds: Int,
        unreadiness: String?, hasQuorum: Bool, addresses: Addresses
    ) {
        self.cluster = cluster
        self.node = node
        self.version = version
        self.mode = mode
        self.uptimeSeconds = uptimeSeconds
        self.unreadiness = unreadiness
        self.hasQuorum = hasQuorum
        self.addresses = addresses
    }

    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("cluster", cluster)
        writer.member("self", node)
        writer.member("version", version)
        writer.member("mode", mode)
        writer.member("uptime_seconds", uptimeSeconds)
        writer.member("ready", flag: unreadiness == nil)
        writer.member("unready_reason", unreadiness)
        writer.member("quorum", flag: hasQuorum)
        writer.member("view", report: view)
        writer.member("nodes", reports: nodes)
        writer.member("rooms", report: rooms)
        writer.member("players", players)
        writer.member("capacity", capacity)
        writer.member("connections", connections)
        writer.member("queue", queue)
        writer.member("scaler", report: scaler)
        writer.member("addresses", report: addresses)
        writer.member("alarms", reports: alarms)
        writer.endObject()
    }
}

/// The agreed list of servers, and who decides it.
package struct ViewSummary: AdminReport {
    package var number: UInt64
    package var serving: [String]
    package var draining: [String]
    package var voters: [String]

    package init(number: UInt64, serving: [String], draining: [String] = [], voters: [String]) {
        self.number = number
        self.serving = serving
        self.draining = draining
        self.voters = voters
    }

    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("number", number)
        writer.member("serving", list: serving)
        writer.member("draining", list: draining)
        writer.member("voters", list: voters)
        writer.endObject()
    }
}

/// A node as a line of a table.
package struct NodeSummary: AdminReport {
    package var node: String
    package var status: MemberReport.Status
    package var state: MemberReport.State
    package var modes: [String]
    package var zone: String
    package var version: String
    package var rooms: Int
    package var players: Int
    package var connections: Int
    /// 0…1 of what it may use, as the figure `cpu` of a policy; nil where it is not known.
    package var cpu: Double?
    package var memoryBytes: Int?

    package init(
        node: String, status: MemberReport.Status, state: MemberReport.State, modes: [String],
        zone: String, version: String, rooms: Int, players: Int, connections: Int,
        cpu: Double? = nil, memoryBytes: Int? = nil
    ) {
        self.node = node
        self.status = status
        self.state = state
        self.modes = modes
        self.zone = zone
        self.version = version
        self.rooms = rooms
        self.players = players
        self.connections = connections
        self.cpu = cpu
        self.memoryBytes = memoryBytes
    }

    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("node", node)
        writer.member("status", status.rawValue)
        writer.member("state", state.rawValue)
        writer.member("modes", list: modes)
        writer.member("zone", zone)
        writer.member("version", version)
        writer.member("rooms", rooms)
        writer.member("players", players)
        writer.member("connections", connections)
        writer.key("cpu")
        if let cpu { writer.double(cpu) } else { writer.null() }
        writer.member("memory_bytes", memoryBytes)
        writer.endObject()
    }
}
