import Game
import Gateway
import Gossip

/// How this node was told to run: every option with its default. `Settings.table` says how each is
/// called and what it means; those that only tests may use stand in `Settings.testTable`.
struct Settings: Sendable, Equatable {
    var mode = Mode.all
    var config: FilePath?
    var name: NodeName?
    var cluster = ClusterName.standard
    var join: [HostPort] = []
    var gossip = HostPort(host: "0.0.0.0", port: 7946)
    var link = HostPort(host: "0.0.0.0", port: 7947)
    var advertise: HostName?
    var zone: ZoneName?
    var keyFile: FilePath?
    var stateDirectory: FolderPath?
    var bootstrapExpect = 0
    var players: HostPort?
    var tlsCertificate: FilePath?
    var tlsKey: FilePath?
    var admin = HostPort(host: "127.0.0.1", port: 7801)
    var adminTokenFile: FilePath?
    var auditLog: FilePath?
    var auditFiles = 64
    var policy: FilePath?
    var dryRun = false
    var loops = 0
    var capacity = 5_000
    var replicas = 2
    var weight = 100
    var connectionsMax = 20_000
    var connectionsPerAddressMax = 256
    var origins: [Origin] = []
    var proxyProtocolFrom: [AddressNetwork] = []
    var hold = Duration.seconds(30)
    var drainSpread = Duration.seconds(10)
    var botStrength = BotStrength.normal
    var botThink = DurationRange(.milliseconds(500), .milliseconds(1400))
    var echo = false
    var logLevel = LogLevel.info
    var logFormat = LogFormat.logfmt
    var timeScale = TimeScale.real

    /// Every option, in the order of the documentation. To add one, add its property with its
    /// default above and its row here: the flag, the variable, the key in the file, `--help`,
    /// `config/hokmd.yaml` and `docs/configuration.md` all follow from the row.
    static let table: [Setting] = [
        Setting(
            "mode", \.mode,
            "What this node does: host rooms, face the players, add and remove servers, or all of it in one process."
        ),
        Setting(
            "config", optional: \.config, absent: "no file", inFile: false,
            "The file with further options."),
        Setting(
            "name", optional: \.name, absent: "the host's name",
            "What this node is called, in logs and by other nodes: letters, digits, `.`, `_` and `-`. No two nodes of a cluster have one name."
        ),
        Setting(
            "cluster", \.cluster,
            "The cluster that this node belongs to; it never listens to nodes of another."),
        Setting(
            "join", list: \.join, absent: "none: this node founds a cluster",
            "The `gossip` address of a node to join through; several may be given. They are asked until one answers, their names looked up anew each time."
        ),
        Setting(
            "gossip", \.gossip,
            "Where nodes find each other, by UDP and TCP. Port 0 picks a free one. Without a `key-file` it is on loopback only."
        ),
        Setting(
            "link", \.link,
            "Where nodes connect to each other, by TCP. Without a `key-file` it is on loopback only."
        ),
        Setting(
            "advertise", optional: \.advertise, absent: "the address that leads to the others",
            "The host that other nodes reach this one by, where that is not what it listens on."),
        Setting(
            "zone", optional: \.zone, absent: "none",
            "The failure domain, such as a rack or a data centre: a room's copy is kept in another zone where there is one."
        ),
        Setting(
            "key-file", optional: \.keyFile, absent: "none: loopback only",
            "The cluster's keys, one a line, the first to seal with; `hokmd keygen` makes one. No one else may be allowed to read the file. SIGHUP reads it anew."
        ),
        Setting(
            "state-dir", optional: \.stateDirectory, absent: "none",
            "Where a node keeps what it has promised as a voter, and by which it comes back to its cluster. Without one it is a new voter after each start."
        ),
        Setting(
            "bootstrap-expect", \.bootstrapExpect, in: 0...200,
            "How many nodes found the cluster together, once so many have met. 0: a node without `join` founds it alone, one with `join` never."
        ),
        Setting(
            "players", optional: \.players, absent: "0.0.0.0:8080 in the modes all and balancer",
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
            "audit-files", \.auditFiles, in: 1...10_000,
            "Older files of the audit log that are kept, 16 MiB each. When there is one more the oldest goes, which is put on record."
        ),
        Setting(
            "policy", optional: \.policy, absent: "the shipped policy",
            "How the scaler adds and removes servers, in the modes `scaler` and `all`: a file as `config/policy.yaml`. It is watched: a valid edit acts within a second, a mistake in it changes nothing and is logged with its place."
        ),
        Setting(
            "dry-run", \.dryRun,
            "The scaler decides and puts it on record, and does nothing, whatever the policy's mode."
        ),
        Setting(
            "tls-cert", optional: \.tlsCertificate, absent: "no TLS",
            "The player port's certificate with its chain, as PEM; the port then speaks HTTPS and wss only. Changed files are taken up within seconds, a broken one is refused and the one before stays."
        ),
        Setting(
            "tls-key", optional: \.tlsKey, absent: "no TLS",
            "The key of `tls-cert`, as PEM."),
        Setting(
            "loops", \.loops, in: 0...256,
            "Event loops for players' connections, each with a thread. 0: one for each core."),
        Setting(
            "capacity", \.capacity, in: 1...1_000_000,
            "Players with a seat at once; above it, new ones are told that we are full."),
        Setting(
            "replicas", \.replicas, in: 2...3,
            """
            How many servers hold each room, its owner among them. With 3, what was acknowledged \
            survives two that fail at once, and each move waits for both. The same on all servers.
            """),
        Setting(
            "weight", \.weight, in: 1...1_000,
            "This server's share of the new rooms, in percent of a usual one's: 10 for a canary that tries a new version on a tenth of them. Rooms that move when servers come and go keep to it as well."
        ),
        Setting(
            "connections-max", \.connectionsMax, in: 1...1_000_000,
            "Connections of players at once; more are refused with 503."),
        Setting(
            "connections-per-address-max", \.connectionsPerAddressMax, in: 1...1_000_000,
            "The same for one IPv4 address or one IPv6 /64; loopback is not counted. Raise it when a proxy stands in front."
        ),
        Setting(
            "allow-origin", list: \.origins, absent: "the same host only",
            "Web pages of this origin may open a game's connection, besides our own: scheme, host and port, as in https://play.example.org. `*` allows every page."
        ),
        Setting(
            "proxy-protocol-from", list: \.proxyProtocolFrom, absent: "nobody",
            "A network whose proxies name the player's address, as in 10.0.0.0/8: by PROXY protocol version 1 or 2 in front of the connection's bytes, or by `X-Forwarded-For`. From anywhere else neither counts."
        ),
        Setting(
            "hold", \.hold, in: .seconds(1)...(.seconds(600)),
            "How long a player whose room cannot be reached is held before he is sent away to try again later."
        ),
        Setting(
            "drain-spread", \.drainSpread, in: .zero...(.seconds(600)),
            "Over how long a stop spreads the closing of players' sockets, so that they do not all come back at once. At most 1s in mode `all`."
        ),
        Setting(
            "bots", \.botStrength,
            "How well bots play that take free seats."),
        Setting(
            "bot-think", \.botThink,
            "How long a bot takes over a move, drawn between the two times. `0` in tests."),
        Setting(
            "echo", \.echo,
            "Adds `GET /v1/echo`, a WebSocket that sends back what it gets, up to 16 MiB a message: for conformance suites and load generators, not for the open network. With `?room=CODE` a message, of less than 1 MiB, goes by way of the server that owns the room's code."
        ),
        Setting(
            "log-level", \.logLevel,
            "The least important lines that are logged; SIGHUP reads it anew."),
        Setting("log-format", \.logFormat, "How a line of the log is written."),
    ]
}
