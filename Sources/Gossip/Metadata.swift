package import Wire

/// What a member tells the cluster about itself, carried with its membership: at most
/// `Limits.metadataBytesMax` bytes. Load figures are not here: they change too often for gossip.
package struct Metadata: Equatable, Sendable {
    /// The modes that a node runs in.
    package struct Modes: OptionSet, Sendable, Hashable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }
        package static let server = Modes(rawValue: 1)
        package static let balancer = Modes(rawValue: 2)
        package static let scaler = Modes(rawValue: 4)
        package static let all: Modes = [.server, .balancer, .scaler]
    }

    /// How far a node is on its way into, or out of, the cluster.
    package enum State: UInt8, Sendable, CaseIterable {
        case joining = 0
        case warming = 1
        case ready = 2
        case draining = 3
    }

    package var modes: Modes
    package var state: State
    /// How many rooms the node means to host; also its weight in placement. 0 where it hosts none.
    package var capacity: UInt32
    /// Port of node-to-node links at the member's address; 0 where there is none.
    package var linkPort: UInt16
    /// Port for players at the member's address; 0 where there is none.
    package var playerPort: UInt16
    /// The failure domain, as the operator names it; empty where there is one only.
    package var zone: String
    /// The program's version.
    package var version: String
    /// Names the state directory that the node keeps its promises in as a voter (`VoterID`); 0 for
    /// a node that does not vote.
    package var disk: UInt64
    /// Port of the admin API at the member's address; 0 where others cannot reach it.
    package var adminPort: UInt16

    package init(
        modes: Modes = [], state: State = .joining, capacity: UInt32 = 0, linkPort: UInt16 = 0,
        playerPort: UInt16 = 0, zone: String = "", version: String = "",
        disk: UInt64 = 0, adminPort: UInt16 = 0
    ) {
        self.modes = modes
        self.state = state
        self.capacity = capacity
        self.linkPort = linkPort
        self.playerPort = playerPort
        self.zone = zone
        self.version = version
        self.disk = disk
        self.adminPort = adminPort
    }

    package func encode(into writer: inout WireWriter) {
        var body = WireWriter(reserving: 96)
        body.byte(modes.rawValue)
        body.byte(state.rawValue)
        body.varint(UInt64(capacity))
        body.fixed(linkPort)
        body.fixed(playerPort)
        body.text(zone)
        body.text(version)
        body.fixed(disk)
        body.fixed(adminPort)
        writer.bytes(body.bytes)
    }

    /// Reads what `encode` wrote. What a newer node added at the end is skipped.
    @_lifetime(reader: copy reader)
    package init(from reader: inout WireReader) throws(WireError) {
        let bytes = try reader.bytes(max: Limits.metadataBytesMax)
        var body = WireReader(bytes.span.bytes)
        modes = Modes(rawValue: try body.byte())
        guard let state = State(rawValue: try body.byte()) else { throw .badValue }
        self.state = state
        guard let capacity = UInt32(exactly: try body.varint()) else { throw .tooLong }
        self.capacity = capacity
        linkPort = try body.fixed()
        playerPort = try body.fixed()
        zone = try body.text(maxBytes: Limits.zoneBytesMax)
        version = try body.text(maxBytes: Limits.versionBytesMax)
        disk = try body.fixed()
        // From here on: fields that nodes of an older version do not send.
        adminPort = body.remaining >= 2 ? try body.fixed() : 0
    }
}
