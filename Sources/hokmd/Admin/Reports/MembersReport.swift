package import JSON

/// The members as gossip knows them; the shape is part of the protocol.
package struct MembersReport: AdminReport {
    package var cluster: String
    /// The node that answers.
    package var node: String
    package var hasQuorum: Bool
    package var members: [MemberReport]

    package init(cluster: String, node: String, hasQuorum: Bool, members: [MemberReport]) {
        self.cluster = cluster
        self.node = node
        self.hasQuorum = hasQuorum
        self.members = members
    }

    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("cluster", cluster)
        writer.member("self", node)
        writer.member("quorum", flag: hasQuorum)
        writer.member("members", reports: members)
        writer.endObject()
    }
}

package struct MemberReport: AdminReport {
    package enum Status: String, Equatable, Sendable, CaseIterable {
        case alive, suspect, failed, left
    }

    package enum State: String, Equatable, Sendable, CaseIterable {
        case joining, warming, ready, draining
    }

    package var node: String
    package var status: Status
    package var modes: [String]
    package var state: State
    package var zone: String
    package var version: String
    /// `HOST:PORT`, like the others.
    package var gossip: String?
    package var link: String?
    package var players: String?
    package var admin: String?
    package var rooms: Int
    package var connections: Int

    package init(
        node: String, status: Status, modes: [String], state: State, zone: String, version: String,
        gossip: String? = nil, link: String? = nil, players: String? = nil, admin: String? = nil,
        rooms: Int, connections: Int
    ) {
        self.node = node
        self.status = status
        self.modes = modes
        self.state = state
        self.zone = zone
        self.version = version
        self.gossip = gossip
        self.link = link
        self.players = players
        self.admin = admin
        self.rooms = rooms
        self.connections = connections
    }

    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("node", node)
        writer.member("status", status.rawValue)
        writer.member("modes", list: modes)
        // To the protocol a warming node is one that joins.
        writer.member("state", state == .warming ? State.joining.rawValue : state.rawValue)
        writer.member("zone", zone)
        writer.member("version", version)
        writer.member("gossip", gossip)
        writer.member("link", link)
        writer.member("players", players)
        writer.member("admin", admin)
        writer.member("rooms", rooms)
        writer.member("connections", connections)
        writer.endObject()
    }
}
