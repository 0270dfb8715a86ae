import Gateway
import Link
import Rooms

extension Settings {
    /// What this node is called.
    var nodeName: String { name?.text ?? SystemName.host }

    /// Where players come to; nil where they do not.
    var playersAddress: HostPort? {
        switch mode {
        case .all, .balancer: players ?? HostPort(host: "0.0.0.0", port: 8080)
        case .server, .scaler: players
        }
    }

    /// The player port's certificate; nil where it speaks no TLS.
    func certificate() throws(Failure) -> CertificateFiles? {
        switch (tlsCertificate, tlsKey) {
        case (let certificate?, let key?):
            CertificateFiles(certificate: certificate.text, key: key.text)
        case (nil, nil): nil
        default:
            throw Failure(.badUsage, "--tls-cert and --tls-key go together: one of them is missing")
        }
    }

    /// Over how long a stop spreads the closing of players' sockets. A node that does everything has
    /// 5 s in all, with the closing itself.
    var playersSpread: Duration { mode == .all ? min(drainSpread, .seconds(1)) : drainSpread }

    /// How long a server waits, when it stops, until others have its rooms.
    var roomsDrainTime: Duration { mode == .server ? .seconds(60) : .seconds(1) }

    /// Time for everything to end by itself once told to; then it is cancelled. A node that does
    /// everything must be gone 5 s after SIGTERM.
    var stopTimeMax: Duration {
        mode == .all ? .milliseconds(4_500) : playersSpread + roomsDrainTime + .seconds(5)
    }

    /// The bounds of the player port.
    var gatewayLimits: Limits {
        var limits = Limits()
        limits.connectionsMax = connectionsMax
        limits.connectionsPerAddressMax = connectionsPerAddressMax
        limits.holdTimeMax = hold
        limits.proxies = proxyProtocolFrom
        return limits
    }

    var originPolicy: OriginPolicy { OriginPolicy(allowed: origins.map(\.text)) }

    /// How rooms are hosted.
    var rooms: RoomSettings {
        var rooms = RoomSettings()
        rooms.capacity = capacity
        rooms.replicas = replicas
        rooms.weight = UInt32(clamping: weight)
        rooms.botStrength = botStrength
        rooms.botThinkMilliseconds = botThink.milliseconds
        return rooms
    }
}
