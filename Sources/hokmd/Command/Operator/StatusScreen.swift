import JSON

/// What `/v1/status` says, on one screen. Fields that a daemon of another version does not send are
/// left out.
struct StatusScreen {
    let status: JSONValue
    let style: TerminalStyle

    var lines: [String] {
        head + [""] + NodeTable(nodes: status["nodes"]?.array ?? []).lines(style) + alarms
    }

    private var head: [String] {
        var table: [(String, String)] = []
        let name = status["self"]?.string ?? "?"
        let mode = status["mode"]?.string ?? "?"
        let version = status["version"]?.string ?? "?"
        let uptime = Quantities.time(seconds: status["uptime_seconds"]?.int ?? 0)
        table.append(("node", plain("\(name), mode \(mode), version \(version), up \(uptime)")))
        table.append(("cluster", plain(status["cluster"]?.string ?? "?")))
        table.append(("ready", readiness))
        table.append(("quorum", quorum))
        if let view = view { table.append(("view", plain(view))) }
        table.append(("rooms", rooms))
        table.append(("players", plain(players)))
        table.append(("queue", plain("\(status["queue"]?.int ?? 0) waiting for a table")))
        table.append(("scaler", plain(scaler)))
        table.append(("listens", plain(addresses)))
        let width = table.map(\.0.count).max() ?? 0
        return table.map { key, value in
            style.text(key, .faint) + String(repeating: " ", count: width - key.count + 2) + value
        }
    }

    private func plain(_ text: String) -> String { style.text(text, .plain) }

    private var readiness: String {
        guard status["ready"]?.bool != true else { return style.text("yes", .good) }
        return style.text("no: \(status["unready_reason"]?.string ?? "unknown")", .bad)
    }

    private var quorum: String {
        status["quorum"]?.bool == true
            ? style.text("yes", .good)
            : style.text("no: nothing is changed until a majority of voters is back", .bad)
    }

    private var view: String? {
        guard let view = status["view"], let number = view["number"]?.int else { return nil }
        func names(_ key: String) -> String {
            (view[key]?.array ?? []).compactMap(\.string).joined(separator: " ")
        }
        let draining = names("draining")
        return "\(number), serving \(names("serving"))"
            + (draining.isEmpty ? "" : ", draining \(draining)") + ", voters \(names("voters"))"
    }

    private var rooms: String {
        let rooms = status["rooms"]
        func count(_ key: String) -> Int { rooms?[key]?.int ?? 0 }
        let (bare, paused) = (count("unreplicated"), count("paused"))
        var parts = [plain("\(count("total")), \(count("replicated")) with a copy")]
        parts.append(style.text("\(bare) without", bare > 0 ? .doubtful : .plain))
        parts.append(style.text("\(paused) paused", paused > 0 ? .bad : .plain))
        return parts.joined(separator: ", ")
    }

    private var players: String {
        "\(status["players"]?.int ?? 0) of \(status["capacity"]?.int ?? 0) seats, "
            + Quantities.counted(status["connections"]?.int ?? 0, "connection")
    }

    private var scaler: String {
        guard let scaler = status["scaler"], !scaler.isNull else { return "none" }
        let acting = scaler["acting"]?.string.map { "acts on \($0)" } ?? "does not act"
        let instances = Quantities.counted(scaler["instances"]?.int ?? 0, "instance")
        guard let decision = scaler["last_decision"], !decision.isNull else {
            return "\(acting), \(instances), no decision yet"
        }
        return "\(acting), \(instances), last: \(Decision(decision).text)"
    }

    private var addresses: String {
        let names = ["players", "gossip", "link", "admin"]
        return names.compactMap { name in
            status["addresses"]?[name]?.string.map { "\(name) \($0)" }
        }.joined(separator: ", ")
    }

    private var alarms: [String] {
        let alarms = status["alarms"]?.array ?? []
        guard !alarms.isEmpty else { return [] }
        return [""]
            + alarms.map { alarm in
                let severity = alarm["severity"]?.string ?? "warning"
                let text = "\(severity): \(alarm["text"]?.string ?? alarm["name"]?.string ?? "?")"
                return style.text(text, severity == "critical" ? .bad : .doubtful)
            }
    }
}

/// A decision of the scaler in a few words.
struct Decision {
    let text: String

    init(_ value: JSONValue) {
        let count = value["count"]?.int ?? 0
        let action = value["action"]?.string ?? "?"
        let what = action == "none" ? "nothing" : "\(action) \(count)"
        let rule = value["rule"]?.string.map { " by \($0)" } ?? ""
        let age = Quantities.time(seconds: value["age_seconds"]?.int ?? 0)
        text = "\(what)\(rule) \(age) ago (\(value["reason"]?.string ?? "no reason given"))"
    }
}

/// Nodes, a line each.
struct NodeTable {
    let nodes: [JSONValue]

    func lines(_ style: TerminalStyle) -> [String] {
        var table = TextTable([
            .init("NODE"), .init("STATUS"), .init("STATE"), .init("MODES"), .init("ZONE"),
            .init("VERSION"), .init("ROOMS", number: true), .init("PLAYERS", number: true),
            .init("CONNECTIONS", number: true), .init("CPU", number: true),
            .init("MEMORY", number: true),
        ])
        for node in nodes {
            let cpu = node["cpu"]?.double.map { "\(Int(($0 * 100).rounded()))%" } ?? "-"
            let memory = node["memory_bytes"]?.int.map(Quantities.bytes) ?? "-"
            table.rows.append([
                .init(node["node"]?.string ?? "?"), NodeTable.status(node), NodeTable.state(node),
                .init((node["modes"]?.array ?? []).compactMap(\.string).joined(separator: "+")),
                .init(node["zone"]?.string.flatMap { $0.isEmpty ? nil : $0 } ?? "-"),
                .init(node["version"]?.string ?? "?"), .init("\(node["rooms"]?.int ?? 0)"),
                .init("\(node["players"]?.int ?? 0)"), .init("\(node["connections"]?.int ?? 0)"),
                .init(cpu), .init(memory),
            ])
        }
        return table.lines(style)
    }

    static func status(_ node: JSONValue) -> TextTable.Cell {
        let status = node["status"]?.string ?? "?"
        let style: TextStyle =
            switch status {
            case "alive": .good
            case "suspect": .doubtful
            case "failed": .bad
            default: .faint
            }
        return TextTable.Cell(status, style)
    }

    static func state(_ node: JSONValue) -> TextTable.Cell {
        let state = node["state"]?.string ?? "?"
        return TextTable.Cell(state, state == "ready" ? .plain : .doubtful)
    }
}
