internal import JSON

/// Something that is to be on record: what happened, with a few fields.
package struct AuditEvent: Equatable, Sendable {
    /// Lower-case words: `action`, `member failed`, `view`.
    package var name: String
    /// In the order of writing. The names that every entry has are not to be used.
    package var fields: [(key: String, value: String)]

    package init(_ name: String, _ fields: [(key: String, value: String)] = []) {
        self.name = name
        self.fields = fields
    }

    package static func == (one: AuditEvent, other: AuditEvent) -> Bool {
        one.name == other.name && one.fields.elementsEqual(other.fields) { $0 == $1 }
    }
}

/// One line of an audit log: a JSON object that names the MAC of the entry before it and ends with
/// its own, which is over everything before that member.
package struct AuditEntry: Equatable, Sendable {
    package var sequence: UInt64
    /// RFC 3339, UTC.
    package var time: String
    package var node: String
    package var event: AuditEvent
    package var previous: AuditMAC
    package var mac: AuditMAC
}

extension AuditEntry {
    private static let macKey = Array(",\"mac\":\"".utf8)
    private static let own: Set<String> = ["seq", "time", "node", "event", "prev", "mac"]

    /// Seals an event.
    init(
        _ event: AuditEvent, sequence: UInt64, time: String, node: String, after previous: AuditMAC,
        key: AuditKey
    ) {
        self.init(
            sequence: sequence, time: time, node: node, event: event, previous: previous,
            mac: .none)
        mac = key.mac(of: body)
    }

    /// The line without its MAC and its end.
    private var body: [UInt8] {
        var writer = JSONWriter(reserving: 256)
        writer.beginObject()
        writer.member("seq", sequence)
        writer.member("time", time)
        writer.member("node", node)
        writer.member("event", event.name)
        for field in event.fields where !Self.own.contains(field.key) {
            writer.key(text: field.key)
            writer.string(field.value)
        }
        writer.member("prev", previous.description)
        return writer.bytes
    }

    /// With the line feed.
    var line: [UInt8] { body + Self.macKey + mac.description.utf8 + "\"}\n".utf8 }

    /// Reads a line without its line feed; nil if it is no entry, or not sealed with this key.
    init?(line: some Collection<UInt8>, key: AuditKey) {
        let line = Array(line)
        let tail = Self.macKey.count + 2 * AuditMAC.bytesCount + 2
        guard line.count > tail, let value = try? JSONValue.parse(line, depthMax: 2),
            let sequence = value["seq"]?.int, sequence >= 0, let time = value["time"]?.string,
            let node = value["node"]?.string, let name = value["event"]?.string,
            let previous = value["prev"]?.string.flatMap({ AuditMAC(hex: $0) }),
            let mac = value["mac"]?.string.flatMap({ AuditMAC(hex: $0) })
        else { return nil }
        let body = line.dropLast(tail)
        // Nothing but the MAC stands behind what it is over.
        guard
            line.dropFirst(body.count).elementsEqual(
                Self.macKey + mac.description.utf8 + "\"}".utf8),
            key.mac(of: body) == mac
        else { return nil }
        var fields: [(key: String, value: String)] = []
        for member in value.members ?? [] where !Self.own.contains(member.key) {
            fields.append((member.key, member.value.string ?? member.value.description))
        }
        self.init(
            sequence: UInt64(sequence), time: time, node: node, event: AuditEvent(name, fields),
            previous: previous, mac: mac)
    }
}
