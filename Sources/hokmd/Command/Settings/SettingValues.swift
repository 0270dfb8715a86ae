import Game
import Gateway
import YAML

/// What a node does.
enum Mode: String, SettingValue, CaseIterable {
    /// Hosts rooms.
    case server
    /// Faces the players.
    case balancer
    /// Adds and removes servers.
    case scaler
    /// All of it in one process.
    case all
}

enum LogFormat: String, SettingValue, CaseIterable {
    case logfmt, json
}

enum LogLevel: String, SettingValue, CaseIterable {
    case trace, debug, info, notice, warning, error, critical
}

extension BotStrength: SettingValue {}

extension Duration: SettingValue {
    static var placeholder: String { "TIME" }

    init(text: String) throws(InvalidValue) {
        guard let time = Duration(text: text[...]) else {
            throw InvalidValue(text, wanted: "a time, as in 30s,")
        }
        self = time
    }
}

extension AddressNetwork: SettingValue {
    static var placeholder: String { "NETWORK" }

    init(text: String) throws(InvalidValue) {
        guard let network = AddressNetwork(text) else {
            throw InvalidValue(text, wanted: "a network, as in 10.0.0.0/8 or 2001:db8::/32,")
        }
        self = network
    }

    var text: String { description }
}

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

/// A cluster's name, of the same letters as a node's: nodes of other clusters are never listened to.
struct ClusterName: SettingValue, Equatable {
    static let placeholder = "CLUSTER"
    let text: String

    init(text: String) throws(InvalidValue) {
        self.text = try NodeName(text: text).text
    }

    private init(_ text: String) { self.text = text }

    static let standard = ClusterName("hokm")
}

/// A failure domain: a rack, a data centre. 1 to 32 letters, digits, `.`, `_` and `-`.
struct ZoneName: SettingValue, Equatable {
    static let placeholder = "ZONE"
    let text: String

    init(text: String) throws(InvalidValue) {
        guard text.utf8.count <= 32, let name = try? NodeName(text: text) else {
            throw InvalidValue(text, wanted: "a name of up to 32 letters, digits, '.', '_' and '-'")
        }
        self.text = name.text
    }
}

/// A host by name or address, without a port.
struct HostName: SettingValue, Equatable {
    static let placeholder = "HOST"
    let text: String

    init(text: String) throws(InvalidValue) {
        let bracketed = text.contains(":") && !text.hasPrefix("[") ? "[\(text)]" : text
        guard let host = try? HostPort(text: "\(bracketed):0") else {
            throw InvalidValue(text, wanted: "a host's name or address")
        }
        self.text = host.host
    }
}

/// A folder as the operator named it, relative to the working directory.
struct FolderPath: SettingValue, Equatable {
    static let placeholder = "DIR"
    let text: String

    init(text: String) throws(InvalidValue) {
        guard !text.isEmpty, !text.utf8.contains(0) else {
            throw InvalidValue(text, wanted: "a folder's name")
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
        let dots = text.indices.first { text[$0...].hasPrefix("..") }
        guard let lower = Duration(text: text[..<(dots ?? text.endIndex)]),
            let upper = Duration(text: dots.map { text[$0...].dropFirst(2) } ?? text[...])
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
