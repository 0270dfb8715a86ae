import Gateway
import Logging
import Synchronization

/// Logs what the player port refused since the last time, so that nothing happens silently.
final class CounterReport: Sendable {
    private let listener: PlayerListener
    private let logger: Logger
    private let reported = Mutex<[Counters.Event: UInt64]>([:])

    init(listener: PlayerListener, log: Logger) {
        self.listener = listener
        logger = log
    }

    /// One line, and none when nothing was refused.
    func log() {
        let news = reported.withLock { reported in
            var news: Logger.Metadata = [:]
            for event in Counters.Event.allCases where event.isRefusal {
                let total = listener.total(event)
                let since = total - (reported[event] ?? 0)
                reported[event] = total
                if since > 0 { news[event.name] = "\(since)" }
            }
            return news
        }
        if !news.isEmpty { logger.notice("refused", metadata: news) }
    }
}

extension Counters.Event {
    /// Whether an operator wants to know of it, rather than of how many there were.
    fileprivate var isRefusal: Bool {
        switch self {
        case .connections, .requests, .upgrades, .messages, .lost: false
        default: true
        }
    }
}
