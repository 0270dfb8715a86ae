/// Who may import whom: the design's rows, from the bottom to the top.
enum Walls {
    struct Row: Sendable {
        let target: String
        /// The folder with its sources.
        let path: String
        /// Targets of ours.
        let mayImport: Set<String>
        /// Whether it may do I/O: packages of NIO, the log, the system's calls.
        let isShell: Bool

        init(_ target: String, _ path: String, _ mayImport: Set<String>, isShell: Bool = false) {
            self.target = target
            self.path = path
            self.mayImport = mayImport
            self.isShell = isShell
        }
    }

    static let rows = [
        Row("Random", "Sources/Random", []),
        Row("Wire", "Sources/Wire", []),
        Row("JSON", "Sources/JSON", []),
        Row("SVG", "Sources/SVG", []),
        Row("YAML", "Sources/YAML", ["CYAML"]),
        // Judges matches in tests, simulations and under load, so it shares no code with the game.
        Row("Referee", "Sources/Referee", ["JSON"]),
        Row("Game", "Sources/Game", ["Random", "Wire", "CSodium"]),
        // JSON: a decision is kept as a record, and made again from it.
        Row("Policy", "Sources/Policy", ["Random", "JSON", "SVG", "YAML"]),
        Row("Gossip", "Sources/Gossip", ["Wire", "CSodium"], isShell: true),
        Row("PlayerProtocol", "Sources/PlayerProtocol", ["Game", "JSON", "Wire", "CSodium"]),
        Row(
            "Link", "Sources/hokmd/Link",
            ["Game", "PlayerProtocol", "Gossip", "Wire", "CSodium", "COpenSSL"], isShell: true),
        Row(
            "Rooms", "Sources/hokmd/Rooms",
            [
                "Random", "Game", "PlayerProtocol", "Gossip", "Link", "Wire", "JSON", "CSodium",
                "CLZ4",
            ],
            isShell: true),
        Row(
            "Gateway", "Sources/hokmd/Gateway",
            ["Game", "PlayerProtocol", "Gossip", "Link", "Wire", "JSON", "CSodium", "CWebClient"],
            isShell: true),
        // Runs gossip and views on virtual time; nothing of the product imports it.
        Row("Simulation", "Sources/Simulation", ["Gossip", "Wire", "CSodium"]),
        // Puts rooms, gateways and players into it, with the machines of all rows above. The referee
        // judges what its players see.
        Row(
            "ClusterSimulation", "Sources/ClusterSimulation",
            [
                "Random",
                "Simulation", "Game", "PlayerProtocol", "Gossip", "Link", "Rooms", "Gateway",
                "Referee", "Wire", "JSON",
            ]),
        Row(
            "Scaler", "Sources/hokmd/Scaler",
            ["Policy", "Gossip", "Link", "JSON", "Wire", "YAML", "CPolicy"], isShell: true),
        Row(
            "Admin", "Sources/hokmd/Admin",
            [
                "Game", "Policy", "Gossip", "PlayerProtocol", "Link", "Rooms", "Gateway", "Scaler",
                "JSON", "CDashboard", "CSodium",
            ], isShell: true),
        // Plays from outside: it knows the protocol as any client does, and nothing of our nodes.
        Row("Load", "Sources/hokmd/Load", ["Random", "JSON", "Referee", "SVG"], isShell: true),
        Row(
            "hokmd", "Sources/hokmd/Command",
            [
                "Wire", "JSON", "YAML", "Game", "Policy", "Gossip", "PlayerProtocol", "Link",
                "Rooms",
                "Gateway", "Scaler", "Admin", "CKernel", "Load",
            ], isShell: true),
    ]

    /// What only a shell may import: with these a decision could reach out by itself.
    private static let doors: Set<String> = [
        "Dispatch", "Glibc", "Logging", "Musl", "NIO", "NIOCore", "NIOPosix", "NIOHTTP1",
        "ServiceLifecycle",
        "Synchronization", "UnixSignals",
    ]

    static func findings(in file: SourceFile) -> [Finding] {
        guard let row = rows.first(where: { file.path.hasPrefix($0.path + "/") }) else { return [] }
        return imports(of: file).compactMap { module, line in
            if rows.contains(where: { $0.target == module })
                || module.hasPrefix("C") && isOurs(module)
            {
                guard !row.mayImport.contains(module) else { return nil }
                return Finding(
                    path: file.path, line: line, reason: "\(row.target) may not import \(module)")
            }
            guard !row.isShell, doors.contains(module) else { return nil }
            return Finding(
                path: file.path, line: line,
                reason: "\(row.target) decides and does no I/O, so it may not import \(module)")
        }
    }

    /// The modules that a file imports, each with its line.
    static func imports(of file: SourceFile) -> [(module: String, line: Int)] {
        file.code.enumerated().compactMap { index, line in
            let words = line.split(separator: " ")
            guard let place = words.firstIndex(of: "import"), place + 1 < words.count,
                words[..<place].allSatisfy({ $0.hasPrefix("@") || accessLevels.contains($0) })
            else { return nil }
            let kinds: Set<Substring> = [
                "struct", "class", "enum", "protocol", "func", "var", "let",
            ]
            let named = words[(place + 1)...].first { !kinds.contains($0) } ?? ""
            return (String(named.prefix { $0 != "." }), index + 1)
        }
    }

    /// What `Package.swift` lets a target see, beside the table.
    static func findings(inManifest manifest: Manifest) -> [Finding] {
        manifest.targets.flatMap { target -> [Finding] in
            guard let row = rows.first(where: { $0.target == target.name }) else { return [] }
            return target.names.filter { name in
                name != row.target && !row.mayImport.contains(name)
                    && (rows.contains { $0.target == name } || isOurs(name))
            }.map {
                Finding(
                    path: "Package.swift", line: target.line,
                    reason: "\(row.target) may not depend on \($0)")
            }
        }
    }

    private static let accessLevels: Set<Substring> = ["public", "package", "internal", "private"]

    private static func isOurs(_ module: String) -> Bool {
        [
            "CSodium", "CLZ4", "COpenSSL", "CYAML", "CWebClient", "CDashboard", "CKernel",
            "CPolicy",
        ].contains(module)
    }
}
