import Link
import Load
import Logging
import NIOCore
import Synchronization

/// A player's TLS, for `wss://`.
enum LoadTLS {
    /// More handshakes at one time than a server would have: all are ours.
    private static let limits = {
        var limits = TLSLimits()
        limits.handshakesMax = 100_000
        limits.handshakeTimeMax = .seconds(30)
        return limits
    }()

    /// - Parameter insecure: whether any certificate will do.
    static func secure(host: String, insecure: Bool) throws(Failure) -> Door.Secure {
        let context: TLSContext
        do throws(TLSError) {
            context = try .visiting(verifies: !insecure)
        } catch { throw Failure(.failed, error.description) }
        let loops = Loops()
        return { channel in
            [try TLSHandler(context, loop: loops.loop(of: channel.eventLoop), serverName: host)]
        }
    }

    /// What the connections of each event loop share.
    private final class Loops: Sendable {
        private let loops = Mutex<[ObjectIdentifier: NIOLoopBound<TLSLoop>]>([:])

        func loop(of eventLoop: any EventLoop) -> TLSLoop {
            loops.withLock { loops in
                let id = ObjectIdentifier(eventLoop)
                if let loop = loops[id] { return loop }
                // What fails is counted and told in the report.
                let silent = Logger(label: "load") { _ in SwiftLogNoOpLogHandler() }
                let loop = NIOLoopBound(
                    TLSLoop(eventLoop: eventLoop, limits: LoadTLS.limits, logger: silent),
                    eventLoop: eventLoop)
                loops[id] = loop
                return loop
            }.value
        }
    }
}
