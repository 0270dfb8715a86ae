internal import Logging
internal import Synchronization

/// Does what operators ask, and puts it on record: first that it was asked, then how it went. What
/// cannot be put on record is not done.
struct AuditedActions: Sendable {
    /// Nil: nothing is put on record beyond the log.
    var audit: AuditLog?
    var log: Logger
    private let denials = Denials()

    init(audit: AuditLog?, log: Logger) {
        self.audit = audit
        self.log = log
    }

    func perform(
        _ action: AdminAction, on source: any AdminSource, peer: String
    ) async throws(AdminRefusal) -> String {
        var fields: [(key: String, value: String)] = [("action", action.name)]
        if let subject = action.subject { fields.append(("subject", subject)) }
        fields.append(("from", peer))
        if let audit {
            do {
                try await audit.record(AuditEvent("action", fields))
            } catch {
                throw AdminRefusal(
                    .unaudited, "refused, as the audit log cannot be written: \(error)")
            }
        }
        log.notice("admin action", metadata: metadata(fields))
        do throws(AdminRefusal) {
            let done = try await source.perform(action)
            await conclude(fields + [("outcome", "done")])
            return done
        } catch {
            await conclude(
                fields + [("outcome", error.code.rawValue), ("reason", error.reason)])
            throw error
        }
    }

    /// Somebody was turned away at the door.
    func refused(_ status: Int, path: String, peer: String) {
        guard let suppressed = denials.next(at: WallClock.nanoseconds) else { return }
        let fields = [
            ("status", "\(status)"), ("path", String(path.prefix(100))), ("from", peer),
            ("suppressed", "\(suppressed)"),
        ].map { (key: $0.0, value: $0.1) }
        log.warning("admin request refused", metadata: metadata(fields))
        audit?.note(AuditEvent("denied", fields))
    }

    /// Somebody has shown the token on a new connection.
    func loggedIn(peer: String) {
        audit?.note(AuditEvent("login", [("from", peer)]))
    }

    private func conclude(_ fields: [(key: String, value: String)]) async {
        // It was done; that this is not on record is an alarm, and a gap in the chain.
        try? await audit?.record(AuditEvent("action ended", fields))
    }

    private func metadata(_ fields: [(key: String, value: String)]) -> Logger.Metadata {
        Logger.Metadata(fields.map { ($0.key, "\($0.value)") }) { first, _ in first }
    }
}

/// At most one denial a second is written down: whoever knocks must not fill the disk.
private final class Denials: Sendable {
    private struct State {
        var last = Int64.min
        var suppressed = 0
    }

    private static let interval: Int64 = 1_000_000_000
    private let state = Mutex(State())

    /// How many were passed over since the last one that was written; nil for one more of those.
    func next(at time: Int64) -> Int? {
        state.withLock { state in
            guard state.last == .min || time - state.last >= Self.interval else {
                state.suppressed += 1
                return nil
            }
            defer {
                state.last = time
                state.suppressed = 0
            }
            return state.suppressed
        }
    }
}
