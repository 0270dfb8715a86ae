import Admin
import CKernel
import Glibc
import Gossip
import JSON

/// What a node needs of the machine that it runs on.
struct MachineCheck {
    let settings: Settings

    var findings: [CheckFinding] { ports + [descriptors, lockedMemory, clock, entropy] }

    // MARK: Ports

    private struct Port {
        let name: String
        let address: HostPort
        let types: [__socket_type]
    }

    private var wanted: [Port] {
        var ports = [
            Port(
                name: "gossip", address: settings.listening(settings.gossip),
                types: [SOCK_DGRAM, SOCK_STREAM])
        ]
        if settings.mode.hasRooms {
            ports.append(
                Port(name: "link", address: settings.listening(settings.link), types: [SOCK_STREAM])
            )
        }
        if let players = settings.playersAddress {
            ports.append(Port(name: "players", address: players, types: [SOCK_STREAM]))
        }
        return ports + [Port(name: "admin", address: settings.admin, types: [SOCK_STREAM])]
    }

    private var ports: [CheckFinding] {
        let refused = wanted.map { ($0, Self.refusal(of: $0)) }
        // Ports that this very node has, since it runs, are as they should be.
        let isTaken = refused.contains { $0.1 == EADDRINUSE }
        let isRunning = isTaken && runningNode == settings.nodeName
        return refused.map { port, code in
            let subject = "port \(port.name)"
            switch code {
            case 0: return CheckFinding(subject, .ok, "\(port.address.text): free")
            case EADDRINUSE where isRunning:
                return CheckFinding(
                    subject, .ok, "\(port.address.text): \(settings.nodeName) runs and has it")
            case EADDRINUSE:
                return CheckFinding(
                    subject, .error, "\(port.address.text): taken; --\(port.name) names another")
            default:
                return CheckFinding(
                    subject, .error, "\(port.address.text): \(SystemError(number: code))")
            }
        }
    }

    /// The name of the node that answers at the admin port; nil if none does.
    private var runningNode: String? {
        guard settings.admin.port != 0 else { return nil }
        let token = settings.adminTokenFile.flatMap { try? AdminToken.text(ofFile: $0.text) }
        let client = AdminClient(address: settings.admin, token: token)
        return (try? client.get("/v1/status"))?.value["node"]?.string
    }

    /// 0, or why it cannot be listened on.
    private static func refusal(of port: Port) -> CInt {
        for type in port.types {
            let code = refusal(of: port.address, type)
            if code != 0 { return code }
        }
        return 0
    }

    private static func refusal(of address: HostPort, _ type: __socket_type) -> CInt {
        var hints = addrinfo()
        hints.ai_socktype = CInt(type.rawValue)
        hints.ai_flags = AI_PASSIVE
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(address.host, String(address.port), &hints, &list) == 0,
            let first = list?.pointee
        else { return EADDRNOTAVAIL }
        defer { freeaddrinfo(list) }
        let descriptor = socket(
            first.ai_family, first.ai_socktype | CInt(SOCK_CLOEXEC.rawValue), first.ai_protocol)
        guard descriptor >= 0 else { return errno }
        defer { close(descriptor) }
        if type == SOCK_STREAM {
            // Connections that linger on the port are no listener.
            var on: CInt = 1
            setsockopt(
                descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<CInt>.size))
        }
        return bind(descriptor, first.ai_addr, first.ai_addrlen) == 0 ? 0 : errno
    }

    // MARK: Limits

    private var descriptors: CheckFinding {
        var allowed = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &allowed)
        let limit = Int(clamping: allowed.rlim_max)
        let needed = settings.connectionsMax + 256
        let text = "\(limit) allowed, connections-max \(settings.connectionsMax)"
        return limit >= needed
            ? CheckFinding("descriptors", .ok, text)
            : CheckFinding("descriptors", .warning, "\(text) wants \(needed): raise LimitNOFILE")
    }

    /// Keys, eight of a ring and what is derived of them, each on pages of its own.
    private static let lockedBytes = 1 << 20

    private var lockedMemory: CheckFinding {
        let limit = hokmd_locked_bytes_max()
        let subject = "locked memory"
        guard Key.generate() != nil else {
            return CheckFinding(subject, .error, "there is none for keys: raise LimitMEMLOCK")
        }
        return limit >= Self.lockedBytes
            ? CheckFinding(subject, .ok, "keys are not swapped out")
            : CheckFinding(
                subject, .warning,
                "\(limit) bytes allowed: keys may be swapped out; raise LimitMEMLOCK")
    }

    // MARK: Clock and randomness

    /// The beginning of 2025: a machine that thinks it is earlier has lost its clock.
    private static let earliest = 1_735_689_600

    private var clock: CheckFinding {
        guard time(nil) >= Self.earliest else {
            return CheckFinding(
                "clock", .error, "it is wrong by years: no certificate or token would be good")
        }
        switch hokmd_clock_is_synchronised() {
        case 1: return CheckFinding("clock", .ok, "synchronised")
        case 0:
            return CheckFinding(
                "clock", .warning, "nothing keeps it in step: install chrony or systemd-timesyncd")
        default: return CheckFinding("clock", .ok, "right, as far as it is known")
        }
    }

    private var entropy: CheckFinding {
        hokmd_entropy_is_ready() != 0
            ? CheckFinding("entropy", .ok, "the kernel has enough")
            : CheckFinding("entropy", .error, "the kernel has none yet: cards cannot be drawn")
    }
}
