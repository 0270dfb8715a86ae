import Admin
import Gateway
import Link
import Rooms
import Synchronization

/// The parts of this node that run, for whoever shows them. The services put in what they start.
final class LocalNode: Sendable {
    struct Game: Sendable {
        /// Nil where the node hosts no rooms.
        var rooms: RoomsService?
        /// Nil where it faces no players, and so is `players`.
        var listener: PlayerListener?
        /// Where players connect.
        var players: HostPort?
    }

    enum Phase: Sendable {
        case starting
        case running(Game)
        /// It was told to stop, and players are leaving.
        case stopping(Game)
    }

    let name: String
    let metrics: MetricsRegistry
    /// What servers say of their load.
    let board = LoadBoard()
    /// Where the parts count what they do.
    let counted: NodeMetrics
    /// Whether all of it still turns.
    let loops = LiveLoops()
    private let began = ContinuousClock.now
    private let state = Mutex(Phase.starting)
    private let adminAddress = Mutex<HostPort?>(nil)
    private let auditLog = Mutex<AuditLog?>(nil)
    private let certificates = Mutex<[PlayerTLS]>([])

    init(name: String) {
        self.name = name
        metrics = MetricsRegistry()
        counted = NodeMetrics(metrics)
    }

    var phase: Phase { state.withLock { $0 } }
    var uptime: Duration { ContinuousClock.now - began }

    /// The parts of the game; nil until they run.
    var game: Game? {
        switch phase {
        case .starting: nil
        case .running(let game), .stopping(let game): game
        }
    }

    /// Where the admin port listens, once it does.
    var admin: HostPort? {
        get { adminAddress.withLock { $0 } }
        set { adminAddress.withLock { $0 = newValue } }
    }

    /// The audit log, where there is one.
    var audit: AuditLog? {
        get { auditLog.withLock { $0 } }
        set { auditLog.withLock { $0 = newValue } }
    }

    /// Certificates that `reloadCertificates` is to read again.
    func uses(_ tls: PlayerTLS) {
        certificates.withLock { $0.append(tls) }
    }

    func reloadCertificates() {
        for tls in certificates.withLock({ $0 }) { tls.reload() }
    }

    func runs(_ game: Game) {
        state.withLock { $0 = .running(game) }
    }

    func stops() {
        state.withLock { phase in
            if case .running(let game) = phase { phase = .stopping(game) }
        }
    }

    /// Counts how long commits, pauses and failovers take.
    var observer: RoomsService.Observer {
        let counted = counted
        return RoomsService.Observer(
            commit: { counted.commits.record($0) },
            pause: { counted.pauses.record($0) },
            failover: { counted.failovers.record($0) })
    }
}
