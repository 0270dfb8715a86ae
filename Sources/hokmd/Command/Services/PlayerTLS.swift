import Admin
import Gateway
import Glibc
import Gossip
import Link
import Logging
import NIOCore
import NIOPosix
import Synchronization

/// TLS on the player port: the certificates in use, looked at again when their files change, and
/// the keys of tickets, which change with the day and with the cluster's keys.
final class PlayerTLS: Sendable {
    private struct State {
        var keyring: Keyring
        var day: UInt64
        /// One for each event loop that has accepted somebody.
        var loops: [ObjectIdentifier: NIOLoopBound<TLSLoop>] = [:]
    }

    private let certificates: TLSCertificates
    private let tickets: TicketKeys
    private let state: Mutex<State>
    private let limits: TLSLimits
    private let counted: NodeMetrics
    private let log: Logger

    /// - Throws: `Failure` with the file and the reason, where a certificate is no good.
    init(
        _ files: CertificateFiles, keyring: Keyring, timeScale: TimeScale,
        counted: NodeMetrics, log: Logger
    ) throws(Failure) {
        let day = Self.today
        tickets = TicketKeys(keyring: keyring, day: day)
        do throws(TLSError) {
            certificates = try TLSCertificates([files], tickets: tickets)
        } catch { throw Failure(.badConfiguration, "\(error)") }
        state = Mutex(State(keyring: keyring, day: day))
        var limits = TLSLimits()
        limits.handshakeTimeMax = timeScale.duration(limits.handshakeTimeMax)
        self.limits = limits
        self.counted = counted
        self.log = log
        sayExpiry()
    }

    private func sayExpiry() {
        if let validity = certificates.validity {
            counted.certificateExpires(at: validity.until)
        }
    }

    /// The handlers of a new connection, on its loop.
    var secure: PlayerListener.Secure {
        { channel in
            [try TLSHandler(self.certificates.context, loop: self.loop(of: channel.eventLoop))]
        }
    }

    private func loop(of eventLoop: any EventLoop) -> TLSLoop {
        state.withLock { state in
            let id = ObjectIdentifier(eventLoop)
            if let loop = state.loops[id] { return loop }
            let loop = NIOLoopBound(
                TLSLoop(eventLoop: eventLoop, limits: limits, logger: log) { [counted] in
                    counted.tlsFailures.add()
                }, eventLoop: eventLoop)
            state.loops[id] = loop
            return loop
        }.value
    }

    /// Takes new certificates where the files have changed, and the keys of a new day. A broken new
    /// certificate is refused, and the one before stays.
    private func refresh() {
        reload { () throws(TLSError) in try certificates.reloadIfChanged() }
        let day = Self.today
        state.withLock { state in
            guard state.day != day else { return }
            state.day = day
            tickets.update(keyring: state.keyring, day: day)
        }
    }

    /// Reads the files at once, changed or not, as an operator asks for by SIGHUP.
    func reload() {
        reload { () throws(TLSError) in
            try certificates.reload()
            return true
        }
    }

    private func reload(_ read: () throws(TLSError) -> Bool) {
        do throws(TLSError) {
            guard try read() else { return }
            sayExpiry()
            log.notice("certificate reloaded")
        } catch {
            log.error("certificate refused", metadata: ["reason": "\(error)"])
        }
    }

    /// Looks at the files every two seconds, away from the loops, and follows the cluster's keys.
    func keepFresh(_ gossip: GossipService, on eventLoop: any EventLoop) -> RepeatedTask {
        gossip.subscribe { self.use($0.keyring) }
        return eventLoop.scheduleRepeatedTask(
            initialDelay: Self.interval, delay: Self.interval
        ) { _ in
            NIOThreadPool.singleton.submit { _ in self.refresh() }
        }
    }

    private static let interval = TimeAmount.seconds(2)

    private func use(_ keyring: Keyring) {
        state.withLock { state in
            guard state.keyring != keyring else { return }
            state.keyring = keyring
            tickets.update(keyring: keyring, day: state.day)
        }
    }

    /// Days since 1970, UTC.
    private static var today: UInt64 { UInt64(max(0, time(nil))) / 86_400 }
}
