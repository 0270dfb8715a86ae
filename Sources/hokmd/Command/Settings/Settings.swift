import Game

/// How this node was told to run: every option with its default. `Settings.table` says how each is
/// called and what it means.
struct Settings: Sendable, Equatable {
    var mode = Mode.all
    var config: FilePath?
    var name: NodeName?
    var players = HostPort(host: "0.0.0.0", port: 8080)
    var admin = HostPort(host: "127.0.0.1", port: 7801)
    var adminTokenFile: FilePath?
    var auditLog: FilePath?
    var loops = 0
    var capacity = 5_000
    var connectionsMax = 20_000
    var connectionsPerAddressMax = 256
    var origins: [Origin] = []
    var botStrength = BotStrength.normal
    var botThink = DurationRange(.milliseconds(500), .milliseconds(1400))
    var echo = false
    var logLevel = LogLevel.info
    var logFormat = LogFormat.logfmt

    /// Every option, in the order of the documentation. To add one, add its property with its
    /// default above and its row here: the flag, the variable, the key in the file, `--help`,
    /// `config/hokmd.yaml` and `docs/configuration.md` all follow from the row.
    static let table: [Setting] = [
        Setting("mode", \.mode, "What this node does: all of it, in one process."),
        Setting(
            "config", optional: \.config, absent: "no file", inFile: false,
            "The file with further options."),
        Setting(
            "name", optional: \.name, absent: "the host's name",
            "What this node is called in logs: letters, digits, `.`, `_` and `-`."),
        Setting(
            "players", \.players,
            "Where players connect, in a browser or by the protocol. Port 0 picks a free one, and the log says which."
        ),
        Setting(
            "admin", \.admin,
            "Where operators, scrapers and probes connect: `hokmd status`, `/metrics`, `/readyz`. Beyond loopback it needs a token and TLS. Port 0 picks a free one."
        ),
        Setting(
            "admin-token-file", optional: \.adminTokenFile, absent: "no token",
            "A file with one line, readable by its owner alone: what whoever asks at the admin port must show as `Authorization: Bearer …`."
        ),
        Setting(
            "audit-log", optional: \.auditLog, absent: "none",
            "Where actions of operators are put on record, each entry chained to the one before by a key in `FILE.key`; `hokmd audit verify` checks it. While it cannot be written, actions are refused."
        ),
        Setting(
            "loops", \.loops, in: 0...256,
            "Event loops for players' connections, each with a thread. 0: one for each core."),
        Setting(
            "capacity", \.capacity, in: 1...1_000_000,
            "Players with a seat at once; above it, new ones are told that we are full."),
        Setting(
            "connections-max", \.connectionsMax, in: 1...1_000_000,
            "Connections of players at once; more are refused with 503."),
        Setting(
            "connections-per-address-max", \.connectionsPerAddressMax, in: 1...1_000_000,
            "The same for one IPv4 address or one IPv6 /64. Raise it when a proxy stands in front."),
        Setting(
            "allow-origin", list: \.origins, absent: "the same host only",
            "Web pages of this origin may open a game's connection, besides our own: scheme, host and port, as in https://play.example.org. `*` allows every page."
        ),
        Setting(
            "bots", \.botStrength,
            "How well bots play that take free seats."),
        Setting(
            "bot-think", \.botThink,
            "How long a bot takes over a move, drawn between the two times. `0` in tests."),
        Setting(
            "echo", \.echo,
            "Adds `GET /v1/echo`, a WebSocket that sends back what it gets, up to 16 MiB a message: for conformance suites and load generators, not for the open network."
        ),
        Setting(
            "log-level", \.logLevel,
            "The least important lines that are logged; SIGHUP reads it anew."),
        Setting("log-format", \.logFormat, "How a line of the log is written."),
    ]
}
