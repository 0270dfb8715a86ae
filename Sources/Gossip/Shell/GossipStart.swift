internal import Glibc
internal import Logging

/// All that a node's gossip needs before its first packet: the state of its former life, an
/// address, sockets. Making it waits for the disk and the resolver.
struct GossipStart: Sendable {
    let options: GossipOptions
    let log: Logger
    let fail: @Sendable (GossipError) -> Void
    let configuration: Configuration
    let promises: Promises
    let peers: [Address]
    let state: StateDirectory?
    let sockets: Sockets

    init(
        _ options: GossipOptions, log: Logger, fail: @escaping @Sendable (GossipError) -> Void
    ) throws(GossipError) {
        var options = options
        let state = try options.stateDirectory.map { path throws(GossipError) in
            try StateDirectory(path: path)
        }
        let owner = StateDirectory.Owner(
            name: options.name, cluster: options.cluster, hasKeyFile: options.keyFile != nil)
        if let former = try state?.claim(for: owner) {
            log.warning(
                "state of another member put aside",
                metadata: [
                    "node": "\(former.name)", "cluster": "\(former.cluster)",
                    "key-file": former.hasKeyFile ? "yes" : "no",
                ])
        }
        let contents = try state?.load() ?? StateDirectory.Contents()
        if contents.isDamaged {
            log.error("promises damaged", metadata: ["consequence": "this node is a new voter"])
        }
        var generator = Randomness.system()
        let promises =
            contents.promises ?? Promises(disk: UInt64.random(in: 1...(.max), using: &generator))
        let instance = max(GossipStart.wallMicroseconds, contents.instance + 1)
        do throws(FileFailure) {
            try state?.save(instance: instance)
        } catch {
            throw .stateDirectory(path: options.stateDirectory ?? "", errno: error.errno)
        }
        guard let wanted = options.listen.resolved().first else {
            throw .unknownHost(options.listen.host)
        }
        sockets = try Sockets(wanted)
        options.metadata.disk = promises.disk
        var configuration = Configuration(
            name: options.name, cluster: options.cluster,
            address: try GossipStart.advertised(options, bound: sockets.address),
            instance: instance, metadata: options.metadata, keyring: options.keyring)
        configuration.timing = options.timing
        self.configuration = configuration
        self.options = options
        self.log = log
        self.fail = fail
        self.state = state
        self.promises = promises
        peers = contents.peers
    }

    private static func advertised(
        _ options: GossipOptions, bound: Address
    ) throws(GossipError) -> Address {
        if let host = options.advertise {
            guard let address = Seed(host: host, port: bound.port).resolved().first else {
                throw .unknownHost(host)
            }
            return address
        }
        guard bound.isUnspecified else { return bound }
        return OwnAddress.towards(
            options.seeds.flatMap { $0.resolved() }, isIPv4: bound.isIPv4, port: bound.port)
    }

    private static var wallMicroseconds: UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return UInt64(time.tv_sec) * 1_000_000 + UInt64(time.tv_nsec) / 1_000
    }
}
