import Gossip
import Link

extension Settings {
    /// How this node takes part in its cluster.
    func gossip(name: String, keyring: Keyring, version: String) -> GossipOptions {
        var options = GossipOptions(
            name: name, cluster: cluster.text, listen: listening(gossip).seed, keyring: keyring)
        options.advertise = advertise?.text
        options.seeds = join.map(\.seed)
        options.founders = bootstrapExpect == 0 ? nil : bootstrapExpect
        options.keyFile = keyFile?.text
        options.stateDirectory = stateDirectory?.text
        options.timeScale = timeScale
        options.metadata = Metadata(
            modes: mode.modes, capacity: placementWeight, zone: zone?.text ?? "", version: version)
        return options
    }

    /// Its share of the rooms: how many it can host, and how much of that it is to have.
    private var placementWeight: UInt32 {
        UInt32(clamping: max(1, capacity * weight / 100 / Settings.seatsARoom))
    }

    /// How this node introduces itself on its links, in this life.
    func linkIdentity(_ purpose: LinkPurpose, of gossip: GossipService) -> LinkIdentity {
        let own = gossip.snapshot.own
        return LinkIdentity(
            name: own.name, cluster: cluster.text, instance: own.instance, purpose: purpose)
    }

    /// Where to listen for other nodes: without keys, for those of this machine only.
    func listening(_ wanted: HostPort) -> HostPort {
        guard keyFile == nil else { return wanted }
        if let address = Address(host: wanted.host, port: 0), address.isLoopback { return wanted }
        let isIPv6 = wanted.host.contains(":")
        return HostPort(host: isIPv6 ? "::1" : "127.0.0.1", port: wanted.port)
    }

    private static let seatsARoom = 4
}

extension HostPort {
    var seed: Seed { Seed(host: host, port: UInt16(clamping: port)) }
}

extension Mode {
    var hasRooms: Bool { self == .server || self == .all }
    var hasScaler: Bool { self == .scaler || self == .all }

    /// What the others are told.
    var modes: Metadata.Modes {
        switch self {
        case .server: .server
        case .balancer: .balancer
        case .scaler: .scaler
        case .all: .all
        }
    }
}
