package import JSON

/// Rooms of the whole cluster, by how safe they are.
package struct RoomsSummary: AdminReport {
    package var total = 0
    /// With a copy on another server.
    package var replicated = 0
    package var unreplicated = 0
    /// They cannot go on: a partner is out of reach.
    package var paused = 0

    package init(total: Int = 0, replicated: Int = 0, unreplicated: Int = 0, paused: Int = 0) {
        self.total = total
        self.replicated = replicated
        self.unreplicated = unreplicated
        self.paused = paused
    }

    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("total", total)
        writer.member("replicated", replicated)
        writer.member("unreplicated", unreplicated)
        writer.member("paused", paused)
        writer.endObject()
    }
}

/// What the scaler did last, and why.
package struct ScalerSummary: AdminReport {
    /// The node whose scaler acts; nil where none does.
    package var acting: String?
    package var instances: Int
    package var lastDecision: DecisionReport?

    package init(acting: String?, instances: Int, lastDecision: DecisionReport?) {
        self.acting = acting
        self.instances = instances
        self.lastDecision = lastDecision
    }

    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("acting", acting)
        writer.member("instances", instances)
        writer.member("last_decision", report: lastDecision)
        writer.endObject()
    }
}

/// Where a node listens; nil where it does not.
package struct Addresses: AdminReport {
    package var players: String?
    package var gossip: String?
    package var link: String?
    package var admin: String?

    package init(
        players: String? = nil, gossip: String? = nil, link: String? = nil, admin: String? = nil
    ) {
        self.players = players
        self.gossip = gossip
        self.link = link
        self.admin = admin
    }

    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("players", players)
        writer.member("gossip", gossip)
        writer.member("link", link)
        writer.member("admin", admin)
        writer.endObject()
    }
}

/// Something that an operator should look at.
package struct Alarm: AdminReport {
    package enum Severity: String, Equatable, Sendable, CaseIterable {
        case warning, critical
    }

    /// Lower-case words: `no_quorum`.
    package var name: String
    package var severity: Severity
    /// One line for people: what is wrong, and what to do.
    package var text: String

    package init(_ name: String, _ severity: Severity, _ text: String) {
        self.name = name
        self.severity = severity
        self.text = text
    }

    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("name", name)
        writer.member("severity", severity.rawValue)
        writer.member("text", text)
        writer.endObject()
    }
}
