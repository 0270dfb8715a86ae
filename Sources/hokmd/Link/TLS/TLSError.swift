internal import COpenSSL

/// What went wrong with TLS, with OpenSSL's own words where it has some.
package enum TLSError: Error, Equatable, Sendable, CustomStringConvertible {
    /// OpenSSL refuses what we ask of it.
    case setUp(String)
    /// A certificate or its key cannot be used.
    case certificate(file: String, reason: String)
    case handshake(String)
    /// The connection broke a rule after its handshake.
    case connection(String)
    /// Nothing, or only a part of a handshake, came in time.
    case handshakeTimeout
    /// More bytes than a handshake has.
    case handshakeTooLong
    /// The peer went before the handshake was over.
    case endedInHandshake
    /// Too many handshakes at one time: the oldest went.
    case crowded
    /// More was written before the end of the handshake than is kept.
    case queueFull
    /// The peer does not know the cluster's key.
    case unauthenticated

    package var description: String {
        switch self {
        case .setUp(let reason): "tls cannot be set up: \(reason)"
        case .certificate(let file, let reason): "\(file): \(reason)"
        case .handshake(let reason): "tls handshake failed: \(reason)"
        case .connection(let reason): "tls failed: \(reason)"
        case .handshakeTimeout: "tls handshake timed out"
        case .handshakeTooLong: "tls handshake is too long"
        case .endedInHandshake: "the peer left in the tls handshake"
        case .crowded: "too many tls handshakes at one time"
        case .queueFull: "too much was written before the end of the tls handshake"
        case .unauthenticated: "the peer does not know the cluster's key"
        }
    }
}

/// OpenSSL's queue of errors, which belongs to the thread and not to a connection: what stands there
/// from before would be taken for the next call's, so each is cleared before and emptied at once.
enum ErrorQueue {
    /// Errors that are put into words; deeper ones repeat them.
    private static let reasonsMax = 4

    static func clear() { ERR_clear_error() }

    /// The errors in words, the first cause first; the queue is empty then.
    static func drain() -> String {
        var reasons: [String] = []
        while true {
            let code = ERR_get_error()
            guard code != 0 else { break }
            let text = text(of: code)
            if reasons.count < reasonsMax, !reasons.contains(text) { reasons.append(text) }
        }
        return reasons.isEmpty ? "no reason given" : reasons.joined(separator: "; ")
    }

    /// The last part of `error:0A000086:SSL routines::certificate verify failed`.
    private static func text(of code: UInt) -> String {
        var text = [CChar](repeating: 0, count: 256)
        ERR_error_string_n(code, &text, text.count)
        let whole = String(
            decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        let parts = whole.split(separator: ":", maxSplits: 4, omittingEmptySubsequences: false)
        return parts.count == 5 ? String(parts[4]) : whole
    }
}
