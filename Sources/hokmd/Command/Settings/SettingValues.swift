import Game
import YAML

/// What a node does. The others of the protocol's command line come with the cluster.
enum Mode: String, SettingValue, CaseIterable {
    case all

    private static let planned = ["server", "balancer", "scaler"]

    init(text: String) throws(InvalidValue) {
        guard let mode = Mode(rawValue: text) else {
            guard !Self.planned.contains(text) else {
                throw InvalidValue("mode '\(text)' is not in this version, which only has 'all'")
            }
            throw InvalidValue(text, wanted: "'all'")
        }
        self = mode
    }
}

enum LogFormat: String, SettingValue, CaseIterable {
    case logfmt, json
}

enum LogLevel: String, SettingValue, CaseIterable {
    case trace, debug, info, notice, warning, error, critical
}

extension BotStrength: SettingValue {}

/// A file as the operator named it, relative to the working directory.
struct FilePath: SettingValue, Equatable {
    static let placeholder = "FILE"
    let text: String

    init(text: String) throws(InvalidValue) {
        guard !text.isEmpty, !text.utf8.contains(0) else {
            throw InvalidValue(text, wanted: "a file's name")
        }
        self.text = text
    }
}

/// A node's name: 1 to 63 letters, digits, `.`, `_` and `-`, so that it needs no quotation marks in
/// a log, a metric or a command.
struct NodeName: SettingValue, Equatable {
    static let placeholder = "NODE"
    let text: String

    init(text: String) throws(InvalidValue) {
        guard (1...63).contains(text.utf8.count), text.utf8.allSatisfy(HostPort.isNameByte) else {
            throw InvalidValue(text, wanted: "a name of letters, digits, '.', '_' and '-'")
        }
        self.text = text
    }
}

/// Two times, the first not above the second: `500ms..1400ms`. One alone stands for both.
struct DurationRange: SettingValue, Equatable {
    static let placeholder = "TIME..TIME"
    let lower: Duration
    let upper: Duration

    /// The bounds must be in order.
    init(_ lower: Duration, _ upper: Duration) {
        precondition(lower <= upper, "a range of times is upside down")
        self.lower = lower
        self.upper = upper
    }

    init(text: String) throws(InvalidValue) {
        let bounds = text.split(separator: "..", maxSplits: 1, omittingEmptySubsequences: false)
        guard let lower = Duration(text: bounds[0]),
            let upper = Duration(text: bounds[bounds.count - 1])
        else { throw InvalidValue(text, wanted: "a time or two, as in 500ms..1400ms,") }
        guard lower <= upper else {
            throw InvalidValue("\(quoted(text)) has the longer time first")
        }
        self.init(lower, upper)
    }

    /// Rounded down.
    var milliseconds: ClosedRange<Milliseconds> {
        Milliseconds(lower / .milliseconds(1))...Milliseconds(upper / .milliseconds(1))
    }

    var text: String { lower == upper ? lower.text : "\(lower.text)..\(upper.text)" }
}

/// An origin of web pages (RFC 6454, section 6.2), or all of them.
struct Origin: SettingValue, Equatable {
    static let placeholder = "ORIGIN"
    /// In lower case, as browsers send it; `*` is every origin.
    let text: String

    init(text: String) throws(InvalidValue) {
        let lower = text.lowercased()
        let scheme = ["https://", "http://"].first { lower.hasPrefix($0) }
        let host = lower.dropFirst(scheme?.utf8.count ?? 0)
        guard
            lower == "*"
                || scheme != nil && !host.isEmpty
                    && host.utf8.allSatisfy({ HostPort.isNameByte($0) || ":[]".utf8.contains($0) })
        else {
            throw InvalidValue(text, wanted: "an origin such as https://play.example.org")
        }
        self.text = lower
    }
}
