import YAML

extension PolicyDecoder {
    /// Asks for each time zone that the file names, once.
    mutating func findZones(in node: YAMLNode, zone: (String) -> [UInt8]?) throws(YAMLError) {
        switch node.content {
        case .scalar: break
        case .sequence(let elements):
            for element in elements { try findZones(in: element, zone: zone) }
        case .mapping(let entries):
            for entry in entries {
                if entry.key == "timezone", case .scalar = entry.value.content {
                    try findZone(entry.value, zone: zone)
                } else {
                    try findZones(in: entry.value, zone: zone)
                }
            }
        }
    }

    private mutating func findZone(
        _ node: YAMLNode, zone: (String) -> [UInt8]?
    ) throws(YAMLError) {
        let name = try node.string()
        guard zones[name] == nil else { return }
        // A name is looked up as a file, so it may not lead elsewhere.
        let isGood =
            name.utf8.count <= 64
            && name.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { part in
                !part.isEmpty && part.utf8.first != UInt8(ascii: ".")
                    && part.utf8.allSatisfy { isNameByte($0) || $0 == UInt8(ascii: "+") }
            }
        guard isGood, let bytes = zone(name) else {
            throw YAMLError(
                at: node.mark, "no time zone \(quoted(name)) on this machine (such as Asia/Tehran)")
        }
        guard let read = Zone(name: name, file: bytes) else {
            throw YAMLError(at: node.mark, "the system's file of time zone \(quoted(name)) is bad")
        }
        zones[name] = read
    }

    func schedule(_ node: YAMLNode) throws(YAMLError) -> Schedule {
        let entries = try node.mapping(knowing: ["between", "cron", "duration", "timezone"])
        if let between = node["between"] {
            guard entries.count == 1 else {
                throw YAMLError(at: node.mark, "between stands alone; it is in UTC")
            }
            return try self.between(between)
        }
        let cronNode = try node.required("cron")
        guard let cron = Cron(text: try cronNode.string()) else {
            throw cronNode.wanted("five fields: minute hour day month weekday")
        }
        let durationNode = try node.required("duration")
        let duration = try durationNode.span(min: .seconds(60))
        guard duration <= Schedule.durationMax else {
            throw YAMLError(
                at: durationNode.mark, "\(duration.text) is above \(Schedule.durationMax.text)")
        }
        let name = try node["timezone"]?.string() ?? "UTC"
        return .cron(cron, duration: duration, zone: zones[name] ?? .utc)
    }

    private func between(_ node: YAMLNode) throws(YAMLError) -> Schedule {
        let ends = try node.sequence()
        guard ends.count == 2 else { throw node.wanted("two times") }
        var moments: [Moment] = []
        for end in ends {
            guard let moment = Moment(text: try end.string()), moment.seconds % 60 == 0 else {
                throw end.wanted("a whole minute in UTC such as 2027-07-18T18:00Z")
            }
            moments.append(moment)
        }
        guard moments[0] < moments[1] else {
            throw YAMLError(at: node.mark, "it ends before it begins")
        }
        return .between(moments[0], moments[1])
    }
}
